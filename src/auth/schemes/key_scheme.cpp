#include "auth/schemes/key_scheme.h"

#include "auth/schemes/quoted_text.h"
#include "base/ascii_case.h"
#include "base/wiped_text.h"

namespace penstock::auth {
namespace {

// Keys of a file that is not there are asked for again after about so long.
constexpr std::chrono::seconds kNoKeysRetry{10};

}  // namespace

std::optional<Check> KeyScheme::check_now(const Attempt& attempt) {
  using State = Check::State;
  const Credential key = read_api_key(scheme_, attempt.request(), scratch_);
  Check check;
  if (key.state == Credential::State::absent) return check;
  if (key.state == Credential::State::malformed) {
    check.state = State::malformed;
    check.fault = key.fault;
    check.reason = std::string(key.fault);
  } else if (keys_ == nullptr) {
    check.state = State::no_keys;
    check.reason = "the API keys are not there yet";
    check.retry_after = kNoKeysRetry;
  } else if (check.principal = keys_->find(key.text, attempt.now()); check.principal != nullptr) {
    check.state = State::accepted;
  } else {
    check.state = State::refused;
    check.fault = "is not valid";
    check.reason = "unknown or expired";
  }
  base::wipe(scratch_.data(), scratch_.size());
  if (check.state == State::malformed || check.state == State::refused) {
    check.retry_after = attempt.wait_of_address();
    if (check.retry_after.count() > 0) check.state = State::too_many_failures;
  }
  return check;
}

std::string KeyScheme::credential() const {
  return "the API key in the " + std::string(contract::name_of(scheme_.in)) + ' ' +
         scheme_.parameter;
}

std::string KeyScheme::place() const {
  // A header's name is the same in any case. So is "authorization", which other schemes have, too.
  const std::string name =
      scheme_.in == contract::In::header ? base::lower(scheme_.parameter) : scheme_.parameter;
  return std::string(contract::name_of(scheme_.in)) + ' ' + name;
}

std::string KeyScheme::challenge(std::string_view realm) const {
  return "ApiKey realm=" + quoted_text(realm) +
         ", in=" + quoted_text(contract::name_of(scheme_.in)) +
         ", name=" + quoted_text(scheme_.parameter);
}

}  // namespace penstock::auth
