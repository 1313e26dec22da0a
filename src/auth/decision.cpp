#include "auth/decision.h"

#include <algorithm>

#include "auth/schemes/quoted_text.h"
#include "auth/secrets/secret_entries.h"

namespace penstock::auth {
namespace {

using State = Check::State;

// A contract may have many alternatives and scopes; a client reads a few.
constexpr size_t kChallengesMax = 10;
constexpr size_t kScopesBytesMax = 1000;
constexpr size_t kDetailBytesMax = 500;

// Returns the scopes that a challenge can name, with spaces between them (RFC 6750 section 3).
std::string scopes_text(const contract::SecurityNeed& need) {
  std::string text;
  for (const std::string& scope : need.scopes) {
    if (!is_scope(scope) || text.size() + scope.size() > kScopesBytesMax) continue;
    text += (text.empty() ? "" : " ") + scope;
  }
  return text;
}

bool has_scopes(const Check& check, const contract::SecurityNeed& need) {
  return std::all_of(need.scopes.begin(), need.scopes.end(),
                     [&](const std::string& scope) { return check.principal->has_scope(scope); });
}

Outcome outcome_of(State state) {
  switch (state) {
    case State::too_many_failures:
      return Outcome::too_many_failures;
    case State::refused:
      return Outcome::refused;
    case State::malformed:
      return Outcome::malformed;
    case State::no_keys:
      return Outcome::no_keys;
    case State::too_busy:
      return Outcome::too_busy;
    case State::missing:
    case State::accepted:
      break;
  }
  return Outcome::missing;
}

}  // namespace

const Check* Deciding::check_of(const contract::SecurityNeed& need) {
  KnownScheme* const scheme = find_(need);
  for (const auto& [known, check] : checks_) {
    if (known == scheme) return &check;
  }
  std::optional<Check> check = scheme->scheme->check_now(attempt_);
  if (!check) {
    waiting_ = scheme;
    return nullptr;
  }
  return &checks_.emplace_back(scheme, *std::move(check)).second;
}

const Check& Deciding::known_check(const KnownScheme& scheme) const {
  static const Check kMissing;
  for (const auto& [known, check] : checks_) {
    if (known == &scheme) return check;
  }
  return kMissing;
}

// The needs behind the first one that is not met are not looked at: nobody must have a password
// hashed for a request that is refused anyway.
std::optional<bool> Deciding::try_alternative(const contract::SecurityRequirement& one) {
  Nearest here;
  for (const contract::SecurityNeed& need : one) {
    const Check* const check = check_of(need);
    if (check == nullptr) return std::nullopt;
    if (check->state == State::accepted) {
      if (here.need == nullptr && !has_scopes(*check, need)) {
        here = {Failure::insufficient_scope, &need};
      }
      continue;
    }
    here.need = &need;
    switch (check->state) {
      case State::no_keys:
      case State::too_busy:
        here.failure = Failure::unavailable;
        break;
      case State::too_many_failures:
        here.failure = Failure::too_many_failures;
        break;
      case State::refused:
        here.failure = Failure::refused;
        break;
      case State::malformed:
        here.failure = Failure::malformed;
        break;
      case State::missing:
      case State::accepted:
        here.failure = Failure::missing;
        break;
    }
    break;
  }
  if (here.need == nullptr) return true;
  if (nearest_.need == nullptr || here.failure < nearest_.failure) nearest_ = here;
  return false;
}

std::optional<Decision> Deciding::decide() {
  nearest_ = {};
  bool is_optional = security_.requirements.empty();
  for (const contract::SecurityRequirement& one : security_.requirements) {
    if (one.empty()) {
      is_optional = true;
      continue;
    }
    const std::optional<bool> is_met = try_alternative(one);
    if (!is_met) return std::nullopt;
    if (!*is_met) continue;
    Caller caller;
    for (const contract::SecurityNeed& need : one) caller.add(check_of(need)->principal);
    return caller;
  }
  // A credential that is right but not enough is no mistake: the client may do what anybody may.
  const bool has_wrong = std::any_of(checks_.begin(), checks_.end(), [](const auto& one) {
    return one.second.state != State::accepted && one.second.state != State::missing;
  });
  if (is_optional && !has_wrong) return Caller();
  return refuse();
}

// Names the credentials of each alternative: "the API key in the header key, or …".
std::string Deciding::wanted() const {
  std::string text;
  for (const contract::SecurityRequirement& one : security_.requirements) {
    if (one.empty()) continue;
    std::string all;
    for (const contract::SecurityNeed& need : one) {
      all += (all.empty() ? "" : " and ") + find_(need)->scheme->credential();
    }
    if (text.find(all) != std::string::npos) continue;
    if (text.size() + all.size() > kDetailBytesMax) return text + ", or another";
    text += (text.empty() ? "" : ", or ") + all;
  }
  return text;
}

void Deciding::add_challenges(Refusal& refusal) const {
  for (const contract::SecurityRequirement& one : security_.requirements) {
    for (const contract::SecurityNeed& need : one) {
      const KnownScheme& scheme = *find_(need);
      std::string text = scheme.scheme->challenge(realm_);
      if (scheme.scheme->has_error_parameters()) {
        const Check& check = known_check(scheme);
        // Without a credential there is no error (RFC 6750 section 3.1).
        if (check.state == State::refused || check.state == State::malformed) {
          text += ", error=\"invalid_token\", error_description=" +
                  quoted_text("the token " + std::string(check.fault));
        }
        if (const std::string scopes = scopes_text(need); !scopes.empty()) {
          text += ", scope=" + quoted_text(scopes);
        }
      }
      auto& all = refusal.challenges;
      if (std::find(all.begin(), all.end(), text) == all.end()) all.push_back(std::move(text));
      if (all.size() == kChallengesMax) return;
    }
  }
}

Refusal Deciding::refuse_scope() const {
  const KnownScheme& scheme = *find_(*nearest_.need);
  Refusal refusal;
  refusal.outcome = Outcome::insufficient_scope;
  refusal.status = 403;
  refusal.scheme = scheme.name;
  refusal.subject = known_check(scheme).principal->subject;
  const std::string scopes = scopes_text(*nearest_.need);
  refusal.detail = scheme.scheme->credential() + " does not have all scopes that this operation " +
                   "needs" + (scopes.empty() ? "" : ": " + scopes);
  refusal.reason = "it lacks a scope of: " + scopes;
  if (scheme.scheme->has_error_parameters()) {
    refusal.challenges.push_back(scheme.scheme->challenge(realm_) +
                                 ", error=\"insufficient_scope\"" +
                                 (scopes.empty() ? "" : ", scope=" + quoted_text(scopes)));
  }
  return refusal;
}

Refusal Deciding::refuse() const {
  Refusal refusal;
  if (nearest_.failure == Failure::insufficient_scope && nearest_.need != nullptr) {
    return refuse_scope();
  }
  // An alternative `{}` beside a credential that is wrong in another one: the nearest has it.
  const KnownScheme& scheme = *find_(*nearest_.need);
  const Check& check = known_check(scheme);
  refusal.outcome = outcome_of(check.state);
  refusal.reason = check.reason;
  if (refusal.outcome != Outcome::missing) refusal.scheme = scheme.name;
  switch (refusal.outcome) {
    case Outcome::too_many_failures:
      refusal.status = 429;
      refusal.detail =
          "too many credentials from this address, or of this user, have failed; wait "
          "before the next one";
      refusal.retry_after = check.retry_after;
      return refusal;
    case Outcome::no_keys:
    case Outcome::too_busy:
      refusal.status = 503;
      refusal.detail = "credentials cannot be checked at the moment; try again later";
      refusal.retry_after = check.retry_after;
      return refusal;
    case Outcome::refused:
    case Outcome::malformed:
      refusal.detail = scheme.scheme->credential() + ' ' + std::string(check.fault);
      break;
    default:
      refusal.detail = "this operation needs " + wanted();
      refusal.reason = "no credential";
      break;
  }
  add_challenges(refusal);
  return refusal;
}

}  // namespace penstock::auth
