#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>
#include <random>
#include <string_view>

#include "base/time_text.h"

namespace penstock::upstream {

// Is a bucket of tokens, which is full at the start. Each request adds a share of a token, and each
// retry takes a whole one. So retries are at most that share of the requests in the long run.
class RetryBudget {
 public:
  static constexpr double kTokensMax = 10;

  explicit RetryBudget(double share) : share_(std::clamp(share, 0.0, 1.0)) {
    if (share_ == 0) tokens_ = 0;
  }

  void on_request() { tokens_ = std::min(kTokensMax, tokens_ + share_); }
  // Says whether there is a retry left, and takes it.
  [[nodiscard]] bool take() {
    if (tokens_ < 1) return false;
    tokens_ -= 1;
    return true;
  }

 private:
  const double share_;
  double tokens_ = kTokensMax;
};

// Returns the pause after the attempt of that number, which begins with 1: a random time up to
// 50 ms, 100 ms, 200 ms, … ("full jitter"), at most kPauseMax.
[[nodiscard]] std::chrono::milliseconds retry_pause(int attempt, std::minstd_rand& random);
inline constexpr std::chrono::milliseconds kPauseMin{50};
inline constexpr std::chrono::milliseconds kPauseMax{5'000};

// Reads a Retry-After: seconds, or a date (RFC 9110 section 10.2.3). Returns nothing if it is
// neither, and at most an hour.
[[nodiscard]] std::optional<std::chrono::milliseconds> retry_after(std::string_view value,
                                                                   base::SystemTime now);

}  // namespace penstock::upstream
