#include "auth/schemes/password_scheme.h"

#include <algorithm>

#include "auth/schemes/quoted_text.h"

namespace penstock::auth {
namespace {

using State = Check::State;

constexpr std::chrono::seconds kNoUsersRetry{10};
constexpr std::chrono::seconds kBusyRetry{2};

}  // namespace

void PasswordScheme::set(std::shared_ptr<const Users> users) {
  has_users_ = users != nullptr;
  passwords_.set(std::move(users));
}

Check PasswordScheme::result(const Passwords::Checked& checked, std::string_view user) const {
  Check check;
  check.principal = checked.principal;
  if (checked.too_busy) {
    check.state = State::too_busy;
    check.reason = "too many passwords wait to be checked";
    check.retry_after = kBusyRetry;
  } else if (checked.principal != nullptr) {
    check.state = State::accepted;
  } else {
    check.state = State::refused;
    check.fault = "is not valid";
    check.reason = "unknown user or wrong password";
    check.user = std::string(user);
  }
  return check;
}

std::optional<Check> PasswordScheme::too_many(const Attempt& attempt, std::string_view user) const {
  Check check;
  check.state = State::too_many_failures;
  check.retry_after = attempt.wait_of_address();
  check.reason = "of the address";
  if (check.retry_after.count() == 0 && !user.empty()) {
    check.retry_after = attempt.failures().wait_of_user(user, attempt.steady_now());
    check.reason = "of the user";
  }
  if (check.retry_after.count() == 0) return std::nullopt;
  return check;
}

std::optional<Check> PasswordScheme::check_now(const Attempt& attempt) {
  const BasicCredential basic = read_basic(attempt.request());
  Check check;
  if (basic.state == Credential::State::absent) return check;
  const bool is_sent = basic.state == Credential::State::sent;
  if (auto refused = too_many(attempt, is_sent ? basic.user() : "")) return refused;
  if (basic.state == Credential::State::malformed) {
    check.state = State::malformed;
    check.fault = basic.fault;
    check.reason = std::string(basic.fault);
    return check;
  }
  if (!has_users_) {
    check.state = State::no_keys;
    check.reason = "the users are not there yet";
    check.retry_after = kNoUsersRetry;
    return check;
  }
  const auto known = passwords_.check_now(basic.user(), basic.password(), attempt.now());
  if (known) return result(*known, basic.user());
  if (attempt.request().may_wait) return std::nullopt;
  return result({.principal = nullptr, .too_busy = true}, basic.user());
}

async::Awaitable<Check> PasswordScheme::check(const Attempt& attempt) {
  const BasicCredential basic = read_basic(attempt.request());
  // A failure is counted after its hash. So that many at a time do not pass for one, no more wait
  // than may fail.
  const Passwords::Share share{
      .address = attempt.address(),
      .of_address_max = attempt.failures().left_of_address(attempt.address(), attempt.steady_now()),
      .of_user_max = attempt.failures().left_of_user(basic.user(), attempt.steady_now())};
  const Passwords::Checked checked =
      co_await passwords_.check(basic.user(), basic.password(), attempt.now(), share);
  // Many attempts may have waited together, each when there was room for one more failure.
  if (auto refused = too_many(attempt, basic.user())) co_return *std::move(refused);
  co_return result(checked, basic.user());
}

std::string PasswordScheme::challenge(std::string_view realm) const {
  return "Basic realm=" + quoted_text(realm) + ", charset=\"UTF-8\"";
}

}  // namespace penstock::auth
