#include "auth/documents/refresh_time.h"

#include <algorithm>
#include <optional>
#include <string_view>

#include "aws/times.h"
#include "base/ascii_case.h"
#include "base/number_text.h"

namespace penstock::auth {
namespace {

using base::same_in_any_case;
using std::chrono::seconds;

std::string_view trimmed(std::string_view text) {
  const size_t begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

// Reads delta-seconds. A number that is too large means a very long time (RFC 9111 section 1.2.2).
std::optional<seconds> delta(std::string_view text) {
  if (text.size() > 1 && text.front() == '"' && text.back() == '"') {
    text = text.substr(1, text.size() - 2);
  }
  if (text.empty() || text.find_first_not_of("0123456789") != std::string_view::npos) return {};
  return seconds(std::min(base::whole_number<int64_t>(text).value_or(kRefreshMax.count()),
                          int64_t{kRefreshMax.count()}));
}

// Holds what the fields of Cache-Control say.
struct CacheControl {
  bool given = false;  // Whether it says anything of the time.
  std::optional<seconds> max_age = {};

  void read(std::string_view value) {
    while (!value.empty()) {
      const size_t comma = std::min(value.find(','), value.size());
      const std::string_view directive = trimmed(value.substr(0, comma));
      value.remove_prefix(std::min(comma + 1, value.size()));
      const size_t equals = std::min(directive.find('='), directive.size());
      const std::string_view name = directive.substr(0, equals);
      if (same_in_any_case(name, "no-cache") || same_in_any_case(name, "no-store")) {
        given = true;
        forbidden = true;
      } else if (same_in_any_case(name, "max-age") && !given) {
        given = true;  // The first one counts.
        max_age = delta(directive.substr(std::min(equals + 1, directive.size())));
      }
    }
    if (forbidden) max_age.reset();
  }

 private:
  bool forbidden = false;
};

}  // namespace

seconds time_to_refresh(const net::HttpHeaders& headers, base::SystemTime now) {
  CacheControl control;
  std::optional<base::SystemTime> date, expires;
  seconds age{0};
  for (const auto& [name, value] : headers) {
    if (same_in_any_case(name, "cache-control")) control.read(value);
    if (same_in_any_case(name, "age")) age = delta(trimmed(value)).value_or(age);
    if (same_in_any_case(name, "date")) date = aws::parse_http_date(value);
    if (same_in_any_case(name, "expires")) expires = aws::parse_http_date(value);
  }
  std::optional<seconds> fresh = control.max_age;
  if (fresh) {
    fresh = *fresh - age;
  } else if (!control.given && expires && *expires > date.value_or(now)) {
    // The server's own clock counts, because this one may be wrong.
    fresh = std::chrono::floor<seconds>(*expires - date.value_or(now));
  }
  return std::clamp(fresh.value_or(kRefresh), kRefreshMin, kRefreshMax);
}

}  // namespace penstock::auth
