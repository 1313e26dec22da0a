#pragma once

#include <chrono>
#include <cstdint>

#include "async/deadline.h"

namespace penstock::upstream {

// Counts the failures of an upstream in a row. After too many it is open for a while, in which
// nothing is sent; then one request is sent, and its outcome decides. The times are given,
// so that it is the same in each test.
class Circuit {
 public:
  // With `failures_max` 0 it never opens.
  Circuit(int failures_max, std::chrono::milliseconds broken_time)
      : failures_max_(failures_max), broken_time_(broken_time) {}

  // Says whether a request may be sent now. Then exactly one of succeeded(), failed() and
  // abandoned() must follow.
  [[nodiscard]] bool enter(async::SteadyTime now) {
    if (!open_) return true;
    if (now < open_until_ || probing_) return false;
    probing_ = true;
    return true;
  }
  // Says that the upstream has answered. Returns true if this has closed an open circuit.
  bool succeeded() {
    failures_ = 0;
    probing_ = false;
    const bool was_open = open_;
    open_ = false;
    return was_open;
  }
  // Says that the upstream has failed. Returns true if this has opened a closed circuit.
  bool failed(async::SteadyTime now) {
    probing_ = false;
    if (failures_max_ <= 0) return false;
    if (failures_ < failures_max_) ++failures_;
    if (failures_ < failures_max_) return false;
    const bool was_open = open_;
    open_ = true;
    open_until_ = now + broken_time_;
    return !was_open;
  }
  // Says that the request has ended without a word about the upstream: it was cancelled.
  void abandoned() { probing_ = false; }

  [[nodiscard]] bool is_open() const { return open_; }

 private:
  const int failures_max_;
  const std::chrono::milliseconds broken_time_;
  int failures_ = 0;
  bool open_ = false;
  bool probing_ = false;
  async::SteadyTime open_until_{};
};

}  // namespace penstock::upstream
