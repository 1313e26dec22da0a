#include "auth/failures.h"

#include "auth/client_addresses.h"

namespace penstock::auth {
namespace {

rates::TokenBuckets::Rate rate_of(int per_minute) {
  return {.tokens = per_minute, .period = std::chrono::minutes(1), .burst = per_minute};
}

std::chrono::seconds wait_of(const rates::TokenBuckets::State& state) {
  return std::chrono::ceil<std::chrono::seconds>(state.until_next);
}

}  // namespace

Failures::Failures(int per_minute)
    : addresses_(rate_of(per_minute), kAddressesMax), users_(rate_of(per_minute), kUsersMax) {}

void Failures::count_address(std::string_view address, Time now) {
  static_cast<void>(addresses_.take(address, now, ClientAddresses::network(address)));
}

void Failures::count_user(std::string_view user, Time now) {
  static_cast<void>(users_.take(user, now, user));
}

std::chrono::seconds Failures::wait_of_address(std::string_view address, Time now) const {
  return wait_of(addresses_.look(address, now, ClientAddresses::network(address)));
}

std::chrono::seconds Failures::wait_of_user(std::string_view user, Time now) const {
  return wait_of(users_.look(user, now, user));
}

size_t Failures::left_of_address(std::string_view address, Time now) const {
  return static_cast<size_t>(addresses_.look(address, now, ClientAddresses::network(address)).left);
}

size_t Failures::left_of_user(std::string_view user, Time now) const {
  return static_cast<size_t>(users_.look(user, now, user).left);
}

}  // namespace penstock::auth
