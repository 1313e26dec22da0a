#include "auth/schemes/scheme.h"

namespace penstock::auth {

bool Attempt::from_trusted_proxy() const {
  if (!from_trusted_proxy_) from_trusted_proxy_ = addresses_.from_trusted_proxy(request_);
  return *from_trusted_proxy_;
}

const std::string& Attempt::address() const {
  if (!address_) address_ = ClientAddresses::counted(addresses_.find(request_));
  return *address_;
}

std::chrono::seconds Attempt::wait_of_address() const {
  return failures_.wait_of_address(address(), steady_now_);
}

async::Awaitable<Check> Scheme::check(const Attempt& attempt) {
  co_return check_now(attempt).value_or(Check{});
}

}  // namespace penstock::auth
