#include "auth/test_credentials/test_claims.h"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <chrono>
#include <optional>
#include <utility>

#include "contract/samples/sample.h"
#include "contract/schema/validate.h"
#include "json/view.h"

namespace penstock::auth {
namespace {

using base::Result;
using boost::json::object;
using boost::json::value;

// A token has 16 KiB at most (jose/web_token.h). In base64url the claims take a third more than
// here, and the header and the signature need some room, too.
constexpr size_t kClaimsBytesMax = 12'000;

base::Error impossible(std::string why) {
  return {.code = base::ErrorCode::invalid, .message = std::move(why)};
}

// Finding a sample is bounded like that of a mock's answer.
std::optional<value> sample(const contract::Schema& schema) {
  contract::Steps steps(contract::kSampleStepsMax);
  return contract::sample_of(schema, contract::Direction::neither, steps);
}

bool is_text(const value* claim) {
  const auto text = json::text(claim);
  return text && !text->empty();
}

// An audience is a text, or an array of texts (RFC 7519 section 4.1.3).
bool is_audience(const value* claim) {
  if (claim == nullptr || !claim->is_array()) return is_text(claim);
  const auto& texts = claim->get_array();
  return !texts.empty() &&
         std::all_of(texts.begin(), texts.end(), [](const value& text) { return is_text(&text); });
}

value seconds_of(base::SystemTime time) {
  return std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count();
}

}  // namespace

bool TestClaims::is_allowed(const object& claims) const {
  return schema_ == nullptr || contract::is_valid(*schema_, claims);
}

bool TestClaims::set(object& claims, std::string_view name, const value& wanted) const {
  object changed = claims;
  changed[name] = wanted;
  if (!is_allowed(changed)) return false;
  claims = std::move(changed);
  return true;
}

bool TestClaims::remove(object& claims, std::string_view name) const {
  object changed = claims;
  changed.erase(name);
  if (!is_allowed(changed)) return false;
  claims = std::move(changed);
  return true;
}

bool TestClaims::set_scopes(object& claims, const std::vector<std::string>& scopes) const {
  // The API reads both claims, so that a sample must not leave scopes in the other one.
  constexpr std::pair<const char*, const char*> kNames[] = {{"scope", "scp"}, {"scp", "scope"}};
  std::string words;
  for (const std::string& scope : scopes) words += (words.empty() ? "" : " ") + scope;
  const boost::json::array list(scopes.begin(), scopes.end());
  for (const auto& [name, other] : kNames) {
    object changed = claims;
    changed.erase(other);
    for (const value& form : {value(words), value(list)}) {
      if (!set(changed, name, form)) continue;
      claims = std::move(changed);
      return true;
    }
  }
  return scopes.empty() && remove(claims, "scope") && remove(claims, "scp");
}

Result<TestClaims> TestClaims::make(const contract::Schema* schema, std::string_view issuer,
                                    std::string_view audience, base::SystemTime from,
                                    base::SystemTime until) {
  TestClaims made(schema);
  if (schema != nullptr) {
    std::optional<value> found = sample(*schema);
    if (!found || !found->is_object()) {
      return impossible("no claims were found that its x-penstock-claims allows; an example helps");
    }
    made.common_ = std::move(found->get_object());
  }
  object& claims = made.common_;
  if (!made.set(claims, "iss", value(issuer)) && !is_text(claims.if_contains("iss"))) {
    return impossible("its x-penstock-claims allows no text as the claim iss");
  }
  if (!made.set(claims, "aud", value(audience)) && !is_audience(claims.if_contains("aud"))) {
    return impossible("its x-penstock-claims allows no text as the claim aud");
  }
  made.issuer_ = *json::text(claims.if_contains("iss"));
  made.audience_ = claims.at("aud");
  for (const auto& [name, time] : {std::pair("iat", from), std::pair("exp", until)}) {
    if (made.set(claims, name, seconds_of(time))) continue;
    return impossible("its x-penstock-claims does not allow the time of today as the claim " +
                      std::string(name));
  }
  if (claims.contains("nbf") && !made.set(claims, "nbf", seconds_of(from)) &&
      !made.remove(claims, "nbf")) {
    return impossible("its x-penstock-claims does not allow the time of today as the claim nbf");
  }
  return made;
}

Result<object> TestClaims::of_client(std::string_view subject,
                                     const std::vector<std::string>& scopes) const {
  object claims = common_;
  if (!set(claims, "sub", value(subject)) && !is_text(claims.if_contains("sub"))) {
    return impossible("its x-penstock-claims allows no text as the claim sub");
  }
  // RFC 9068 section 2.2 wants a client, but the API does not ask for it.
  set(claims, "client_id", value(subject));
  if (!set_scopes(claims, scopes)) {
    return impossible("its x-penstock-claims does not allow all of its scopes as the claim scope");
  }
  if (boost::json::serialize(claims).size() > kClaimsBytesMax) {
    return impossible("the claims that its x-penstock-claims requires are too long for a token");
  }
  return claims;
}

}  // namespace penstock::auth
