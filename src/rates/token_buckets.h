#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

namespace penstock::rates {

// Holds token buckets by key, such as one for each address: each is full at first, an act takes a
// token, and tokens come back at a steady rate. Memory is bounded: when there are too many keys,
// the buckets that are fullest again are forgotten first, and a key that nobody knows never makes
// room by taking a bucket that is still being emptied. It is used by one thread.
class TokenBuckets {
 public:
  using Time = std::chrono::steady_clock::time_point;

  struct Rate {
    int64_t tokens = 1;                  // So many come back in each `period`.
    std::chrono::milliseconds period{1'000};
    int64_t burst = 1;                   // So many a full bucket has.
  };
  // What is left after a take().
  struct State {
    bool taken = false;
    int64_t left = 0;                          // Whole tokens.
    std::chrono::milliseconds until_next{0};   // Until a token is there; 0 if one is.
    std::chrono::milliseconds until_full{0};
  };

  TokenBuckets(Rate rate, size_t keys_max);
  ~TokenBuckets();

  // Takes a token of the key's bucket, if there is one.
  [[nodiscard]] State take(std::string_view key, Time now);
  // Says what take() would find, without taking.
  [[nodiscard]] State look(std::string_view key, Time now) const;
  [[nodiscard]] size_t size() const;

 private:
  struct Data;
  std::unique_ptr<Data> data_;
};

}  // namespace penstock::rates
