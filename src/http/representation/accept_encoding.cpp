#include "http/representation/accept_encoding.h"

#include <algorithm>
#include <optional>

#include "base/ascii_case.h"

namespace penstock::http {
namespace {

std::string_view trimmed(std::string_view text) {
  const size_t begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

// Returns a weight in thousandths (RFC 9110 section 12.4.2), or nothing if the text is none.
std::optional<int> weight_of(std::string_view text) {
  constexpr size_t kDecimalsMax = 3;
  if (text.empty() || (text[0] != '0' && text[0] != '1')) return std::nullopt;
  int weight = (text[0] - '0') * 1000;
  if (text.size() == 1) return weight;
  const std::string_view decimals = text.substr(2);
  if (text[1] != '.' || decimals.size() > kDecimalsMax) return std::nullopt;
  int place = 100;
  for (const char c : decimals) {
    if (c < '0' || c > '9') return std::nullopt;
    weight += (c - '0') * place;
    place /= 10;
  }
  return weight <= 1000 ? std::optional(weight) : std::nullopt;
}

// Returns the weight of an element behind its coding, such as ";q=0.5". It is 1 without one.
std::optional<int> weight_of_element(std::string_view parameters) {
  parameters = trimmed(parameters);
  if (parameters.empty()) return 1000;
  parameters = trimmed(parameters.substr(1));  // Behind the semicolon.
  if (parameters.size() < 2 || (parameters[0] != 'q' && parameters[0] != 'Q') ||
      parameters[1] != '=') {
    return std::nullopt;
  }
  return weight_of(parameters.substr(2));
}

}  // namespace

bool prefers_gzip(std::string_view list) {
  using base::same_in_any_case;
  std::optional<int> gzip;
  std::optional<int> identity;
  std::optional<int> others;
  while (!list.empty()) {
    const std::string_view element = list.substr(0, list.find(','));
    list.remove_prefix(std::min(element.size() + 1, list.size()));
    const size_t semicolon = std::min(element.find(';'), element.size());
    const std::string_view coding = trimmed(element.substr(0, semicolon));
    const auto weight = weight_of_element(element.substr(semicolon));
    if (!weight) continue;
    // "x-gzip" is another name of gzip (RFC 9110 section 8.4.1.3).
    if (same_in_any_case(coding, "gzip") || same_in_any_case(coding, "x-gzip")) {
      gzip = std::max(gzip.value_or(0), *weight);
    } else if (same_in_any_case(coding, "identity")) {
      identity = *weight;
    } else if (coding == "*") {
      others = *weight;
    }
  }
  const int of_gzip = gzip.value_or(others.value_or(0));
  return of_gzip > 0 && of_gzip >= identity.value_or(0);
}

}  // namespace penstock::http
