#pragma once

#include <boost/json/value.hpp>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "json/reader.h"

namespace penstock::contract {

// Steps are the work that a request may still cause: reading its body, and all its validations
// share them, so that they bound how long the request keeps the thread. The work is paid for before
// it is done. A step is 3 ns or less: an automaton takes one for each byte. The prices are
// in price.h (docs/adr/0017-matching-has-a-price.md).
class Steps {
 public:
  // This is what one request may take, unless the API's setting VALIDATION_STEPS_MAX says more or
  // less. It is less than 20 ms.
  static constexpr uint64_t kMax = 6'000'000;
  // This is what an answer or an event of the API's own handler may take. These are not an
  // attacker's, but may repeat what one has sent. The setting may not be more, so that the API can
  // send back what it accepts.
  static constexpr uint64_t kTrustedMax = 25 * kMax;
  // The steps are made for so many bytes of a body. A longer one, which the API's setting
  // BODY_BYTES_MAX must allow, may take more in proportion.
  static constexpr uint64_t kTextBytes = 1 << 20;

  explicit Steps(uint64_t max = kMax) : max_(max) {}

  // Takes `count` steps, and returns whether there were that many. If there were not, none are left
  // for anything else either.
  [[nodiscard]] bool take(uint64_t count) {
    if (count > max_ - taken_) [[unlikely]] {
      exhaust();
      return false;
    }
    taken_ += count;
    return !exhausted_;
  }
  // Takes all that are left, for work that needs more than that.
  void exhaust() {
    taken_ = max_;
    exhausted_ = true;
  }
  // Allows more steps for a body that is longer than kTextBytes. It must be called once at most.
  void allow_text(uint64_t text_bytes) {
    if (text_bytes > kTextBytes) max_ = max_ * text_bytes / kTextBytes;
  }
  // Returns true only for the first call after all steps are gone, so that it is reported once.
  [[nodiscard]] bool report_exhaustion() {
    const bool first = exhausted_ && !reported_;
    reported_ = reported_ || exhausted_;
    return first;
  }
  [[nodiscard]] bool exhausted() const { return exhausted_; }
  [[nodiscard]] uint64_t max() const { return max_; }
  [[nodiscard]] uint64_t left() const { return max_ - taken_; }
  [[nodiscard]] uint64_t taken() const { return taken_; }

 private:
  uint64_t max_;
  uint64_t taken_ = 0;
  bool exhausted_ = false;
  bool reported_ = false;
};

// Reads JSON and takes steps for that: what is left bounds how many values the text may have. If
// they are not enough, `steps` is exhausted, and the failure does not matter.
[[nodiscard]] boost::system::result<boost::json::value, json::Failure> read_paid(
    json::Reader& reader, std::string_view text, boost::json::storage_ptr storage, Steps& steps);

// Returns how many bytes the value takes as JSON text at least, so that work on it can be paid for.
// It stops counting beyond `enough`.
[[nodiscard]] uint64_t text_bytes(const boost::json::value& value, uint64_t enough = UINT64_MAX);

}  // namespace penstock::contract
