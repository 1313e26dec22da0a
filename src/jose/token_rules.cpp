#include "jose/token_rules.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "base/ascii_case.h"
#include "json/equality.h"
#include "json/view.h"

namespace penstock::jose {

namespace {

using base::SystemTime;
using boost::json::object;
using boost::json::value;

// These are of SystemTime, whose 64 bits of nanoseconds end in the years 1677 and 2262.
constexpr int64_t kSecondsMax = 9'200'000'000;

// Adds without a wrap: far away is far away.
SystemTime later_by(SystemTime time, std::chrono::seconds seconds) {
  const auto whole = std::chrono::floor<std::chrono::seconds>(time.time_since_epoch()) + seconds;
  if (whole.count() >= kSecondsMax) return SystemTime::max();
  if (whole.count() <= -kSecondsMax) return SystemTime::min();
  return time + seconds;
}

// Reads a NumericDate: seconds since 1970, perhaps with a fraction (RFC 7519 section 2).
std::optional<SystemTime> time_of(const value& number) {
  constexpr auto kMax = static_cast<double>(kSecondsMax);
  double seconds = 0;
  if (number.is_int64()) {
    const int64_t whole = number.get_int64();
    if (whole > -kSecondsMax && whole < kSecondsMax) return SystemTime(std::chrono::seconds(whole));
    seconds = static_cast<double>(whole);
  } else if (number.is_uint64()) {
    seconds = static_cast<double>(number.get_uint64());
  } else if (number.is_double()) {
    seconds = number.get_double();
  } else {
    return std::nullopt;
  }
  if (seconds >= kMax) return SystemTime::max();
  if (seconds <= -kMax) return SystemTime::min();
  return SystemTime(std::chrono::microseconds(static_cast<int64_t>(std::floor(seconds * 1e6))));
}

bool is_text_or_absent(const object& claims, std::string_view name) {
  const value* claim = claims.if_contains(name);
  return claim == nullptr || claim->is_string();
}

bool is_audience(const TokenRules& rules, std::string_view name) {
  return std::find(rules.audiences.begin(), rules.audiences.end(), name) != rules.audiences.end();
}

std::optional<Fault> check_issuer(const object& claims, const TokenRules& rules) {
  const value* claim = claims.if_contains("iss");
  if (claim != nullptr && !claim->is_string()) return Fault::claims;
  if (rules.in_header && rules.issuer.empty()) return std::nullopt;
  if (json::text(claim) == std::string_view(rules.issuer)) return std::nullopt;
  return Fault::issuer;
}

// It is one text, or a list of texts of which one is enough (RFC 7519 section 4.1.3).
std::optional<Fault> check_audience(const object& claims, const TokenRules& rules) {
  if (rules.in_header && rules.audiences.empty()) return std::nullopt;
  const value* claim = claims.if_contains(rules.audience_claim);
  if (claim == nullptr) return Fault::audience;
  if (const auto one = json::text(claim)) {
    return is_audience(rules, *one) ? std::nullopt : std::optional(Fault::audience);
  }
  const boost::json::array* list = claim->if_array();
  if (list == nullptr) return Fault::claims;
  bool found = false;
  for (const value& each : *list) {
    const auto name = json::text(&each);
    if (!name) return Fault::claims;
    found = found || is_audience(rules, *name);
  }
  return found ? std::nullopt : std::optional(Fault::audience);
}

std::optional<Fault> check_times(const object& claims, const TokenRules& rules, SystemTime now) {
  const value* exp = claims.if_contains("exp");
  if (exp == nullptr || !time_of(*exp)) return Fault::claims;
  // "On or after which" it is not accepted (RFC 7519 section 4.1.4).
  if (now >= end_of(claims, rules)) return Fault::expired;
  for (const std::string_view name : {"nbf", "iat"}) {
    const value* claim = claims.if_contains(name);
    if (claim == nullptr) continue;
    const auto time = time_of(*claim);
    if (!time) return Fault::claims;
    if (later_by(now, rules.leeway) < *time) return Fault::not_yet_valid;
  }
  return std::nullopt;
}

}  // namespace

bool allows_type(const TokenRules& rules, const value* type) {
  std::string name = base::lower(json::text(type).value_or(""));
  constexpr std::string_view kPrefix = "application/";
  if (name.starts_with(kPrefix) && name.find('/', kPrefix.size()) == std::string::npos) {
    name.erase(0, kPrefix.size());
  }
  // An empty `typ` is not the same as none.
  if (name.empty() && type != nullptr) return false;
  return std::find(rules.types.begin(), rules.types.end(), name) != rules.types.end();
}

std::optional<Fault> check_claims(const object& claims, const TokenRules& rules, SystemTime now) {
  if (const auto fault = check_issuer(claims, rules)) return fault;
  if (const auto fault = check_audience(claims, rules)) return fault;
  if (const auto fault = check_times(claims, rules, now)) return fault;
  if (!is_text_or_absent(claims, "sub") || !is_text_or_absent(claims, "jti")) return Fault::claims;
  for (const auto& required : rules.required_claims) {
    const value* claim = claims.if_contains(required.key());
    if (claim == nullptr || !json::equal(*claim, required.value())) return Fault::claims;
  }
  return std::nullopt;
}

SystemTime end_of(const object& claims, const TokenRules& rules) {
  const value* exp = claims.if_contains("exp");
  const auto time = exp == nullptr ? std::nullopt : time_of(*exp);
  return later_by(time.value_or(SystemTime::min()), rules.leeway);
}

}  // namespace penstock::jose
