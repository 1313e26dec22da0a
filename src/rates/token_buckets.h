#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

namespace penstock::rates {

// Holds token buckets by key, such as one for each address: each is full at first, an act takes a
// token, and tokens come back at a steady rate, to the nanosecond. It has no clock: the caller says
// what time it is. It is used by one thread.
//
// Memory is bounded: about 120 bytes for each key, of which only a keyed hash is kept. A bucket
// that is full again is forgotten without loss. If all `keys_max` buckets are in use, a new key
// takes the place of the fullest, but not of one that is empty: whoever is refused is not forgiven
// because others come. If all are empty, the new keys of a group share one bucket, such as those of
// a network: so that who has very many addresses shuts out few others. Groups have kSharedMax
// buckets, by a keyed hash, which take 16 KiB more from then on.
class TokenBuckets {
 public:
  using Time = std::chrono::steady_clock::time_point;

  struct Rate {
    int64_t tokens = 1;  // So many come back in each `period`.
    std::chrono::milliseconds period{1'000};
    int64_t burst = 1;  // So many a full bucket has.
  };
  // Says what a take() has found.
  struct State {
    bool taken = false;                       // Of look(): whether a token is there.
    int64_t left = 0;                         // Whole tokens, after a take().
    std::chrono::milliseconds until_next{0};  // Until a token is there, rounded up; 0 if one is.
    std::chrono::milliseconds until_full{0};  // Rounded up.
  };

  static constexpr size_t kSharedMax = 1024;

  // All numbers of the rate, and `keys_max`, are at least 1. A bucket that is empty is full again
  // within 100 years.
  TokenBuckets(Rate rate, size_t keys_max);
  ~TokenBuckets();

  // Takes a token of the key's bucket, if there is one.
  [[nodiscard]] State take(std::string_view key, Time now, std::string_view group = {});
  // Says what is there, without taking.
  [[nodiscard]] State look(std::string_view key, Time now, std::string_view group = {}) const;
  // Returns how many keys have a bucket of their own.
  [[nodiscard]] size_t size() const;

 private:
  struct Data;
  std::unique_ptr<Data> data_;
};

}  // namespace penstock::rates
