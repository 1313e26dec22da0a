#pragma once

#include <algorithm>
#include <chrono>

#include "base/time_text.h"

namespace penstock::local {

// Lets through so many things a second, and at once what has been saved of two seconds.
class TokenBucket {
 public:
  explicit TokenBucket(double per_second) : per_second_(per_second), tokens_(per_second) {}

  // Returns how many there are at this time.
  [[nodiscard]] double count(base::SystemTime now) {
    const std::chrono::duration<double> passed = now - filled_at_;
    // A clock that was set back gives none.
    if (passed.count() > 0) {
      tokens_ = std::min(tokens_ + passed.count() * per_second_, 2 * per_second_);
    }
    filled_at_ = now;
    return tokens_;
  }
  // Takes so many. Those that are not there are then owed.
  void take(double count) { tokens_ -= count; }

 private:
  const double per_second_;
  double tokens_;
  base::SystemTime filled_at_ = {};
};

}  // namespace penstock::local
