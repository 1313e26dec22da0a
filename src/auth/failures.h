#pragma once

#include <chrono>
#include <string_view>

#include "rates/token_buckets.h"

namespace penstock::auth {

// Bounds how many failed credentials are taken of one address, and for one user. It has no clock.
class Failures {
 public:
  using Time = rates::TokenBuckets::Time;
  // These take about 120 bytes each, which is 12 MiB and 1.2 MiB.
  static constexpr size_t kAddressesMax = 100'000;
  static constexpr size_t kUsersMax = 10'000;

  explicit Failures(int per_minute);

  // `address` is what ClientAddresses::counted() returns, here and below.
  void count_address(std::string_view address, Time now);
  void count_user(std::string_view user, Time now);
  // Return how long nothing more is taken, in whole seconds; 0 if the next is.
  [[nodiscard]] std::chrono::seconds wait_of_address(std::string_view address, Time now) const;
  [[nodiscard]] std::chrono::seconds wait_of_user(std::string_view user, Time now) const;
  // Return how many may still fail at this time.
  [[nodiscard]] size_t left_of_address(std::string_view address, Time now) const;
  [[nodiscard]] size_t left_of_user(std::string_view user, Time now) const;

 private:
  rates::TokenBuckets addresses_;
  rates::TokenBuckets users_;
};

}  // namespace penstock::auth
