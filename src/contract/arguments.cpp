#include "contract/arguments.h"

#include <boost/url/encoding_opts.hpp>
#include <boost/url/pct_string_view.hpp>
#include <stdexcept>

#include "base/json_text.h"

namespace penstock::contract {
namespace {

constexpr size_t kParametersMax = 100;
constexpr size_t kEchoedNameMax = 64;

// Forms write a space as '+' (HTML, application/x-www-form-urlencoded).
const boost::urls::encoding_opts kForm{true};

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const int length = base::utf8_length(text);
    if (length == 0) return false;
    text.remove_prefix(static_cast<size_t>(length));
  }
  return true;
}

void report(Violations& violations, std::string_view name, std::string_view keyword, std::string message) {
  if (violations.size() >= kViolationsMax) return;
  violations.push_back({"query", std::string(name.substr(0, kEchoedNameMax)), keyword, std::move(message)});
}

// Nothing if a '%' is not followed by two hexadecimal digits.
std::optional<std::string> decoded(std::string_view text) {
  if (text.find_first_of("%+") == std::string_view::npos) return std::string(text);
  const auto encoded = boost::urls::make_pct_string_view(text);
  if (!encoded) return std::nullopt;
  return encoded->decode(kForm);
}

// Takes the text up to `separator` off the front of `rest`.
std::string_view next_part(std::string_view& rest, char separator) {
  const size_t end = rest.find(separator);
  const std::string_view part = rest.substr(0, end);
  rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  return part;
}

}  // namespace

size_t Arguments::index_of(std::string_view name) const {
  size_t i = 0;
  while (i < operation_->query.size() && operation_->query[i].name != name) ++i;
  return i;
}

// The query is split here because Boost.URL 1.81's parse_query() reads beyond the end of a view for the last
// value.
void Arguments::read_query(std::string_view query, Violations& violations) {
  for (size_t count = 0; !query.empty(); ++count) {
    if (count == kParametersMax)
      return report(violations, "", "undeclared", "the query has too many parameters");
    std::string_view value = next_part(query, '&');
    if (value.empty()) continue;
    const auto name = decoded(next_part(value, '='));
    auto text = decoded(value);
    if (!name || !text)
      return report(violations, "", "encoding", "the query is not percent-encoded (RFC 3986)");
    const size_t index = index_of(*name);
    if (index == query_.size()) {
      report(violations, *name, "undeclared", "is not a parameter of this operation");
    } else if (query_[index]) {
      report(violations, *name, "repeated", "must be given once");
    } else {
      query_[index] = std::move(*text);
    }
  }
  for (size_t i = 0; i < query_.size(); ++i) {
    const Parameter& parameter = operation_->query[i];
    if (!query_[i]) {
      if (parameter.required) report(violations, parameter.name, "required", "is missing");
    } else if (!is_utf8(*query_[i])) {
      report(violations, parameter.name, "encoding", "must be UTF-8");
    } else {
      parameter.schema->validate_text(*query_[i], "query", parameter.name, violations);
    }
  }
}

const std::optional<std::string>& Arguments::query(std::string_view name) const {
  const size_t index = index_of(name);
  if (index == query_.size()) {
    throw std::logic_error("operation " + operation_->id + " declares no query parameter '" +
                           std::string(name) + "'");
  }
  return query_[index];
}

void Arguments::set_query(std::string_view name, std::string value) {
  const size_t index = index_of(name);
  if (index == query_.size()) throw std::logic_error("no query parameter '" + std::string(name) + "'");
  query_[index] = std::move(value);
}

}  // namespace penstock::contract
