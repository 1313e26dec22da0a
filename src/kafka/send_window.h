#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <utility>

namespace penstock::kafka {

// Batches wait so long for more records (`linger.ms`): docs/adr/0002.
inline constexpr std::chrono::microseconds kLinger{500};

// Says when a record may be handed to librdkafka, and when it is better held back until the batch
// before it is acknowledged. An idempotent producer of librdkafka sends no further batch of a
// partition while five records of it are on their way (RD_KAFKA_IDEMP_MAX_INFLIGHT, which 2.0 to
// 2.8 compare with records, not with requests). If others wait in it for longer than `linger.ms`,
// its thread polls in a loop until the acknowledgement: on a fast network that was two thirds of
// all that an event cost. A record that is held back goes with the next batch, which is when it
// would have gone anyway.
//
// It does no I/O and reads no clock. Only one thread may use it.
class SendWindow {
 public:
  using Time = std::chrono::steady_clock::time_point;

  // So many records on their way hold back others.
  static constexpr size_t kInFlightMax = 5;
  // Nothing is held back for longer. A partition whose leader is down must not hold up others, and
  // a busy broker takes less.
  static constexpr std::chrono::milliseconds kPatience{250};

  // Says whether a record may be handed over now. `sent_at` is when the instance has last sent a
  // batch. The record that comes when the linger time is over is the last one of its batch: it
  // wakes librdkafka's thread, which would otherwise sleep for a whole millisecond.
  [[nodiscard]] bool is_open(Time now, Time sent_at) {
    if (in_flight_ < kInFlightMax || gave_up_) return true;
    if (closed_at_) return false;
    const bool is_sent = sent_at > opened_at_;
    if (!is_sent && now - opened_at_ < kLinger) return true;
    closed_at_ = now;
    return !is_sent;
  }

  // A record was handed over.
  void handed_over(Time now) {
    ++in_flight_;
    if (is_new_) opened_at_ = now;
    is_new_ = false;
  }

  // So many records that were handed over have their reports.
  void reports_came(size_t count, Time now) {
    in_flight_ -= count < in_flight_ ? count : in_flight_;
    if (in_flight_ < kInFlightMax) return renew();
    // The broker answers again, and what was handed over meanwhile is the next batch.
    if (std::exchange(gave_up_, false)) closed_at_ = now;
  }

  // Says whether what is held back has waited for long enough. Then the window stays open until
  // reports come.
  [[nodiscard]] bool give_up(Time now) {
    if (closed_at_ && now - *closed_at_ >= kPatience) gave_up_ = true;
    return gave_up_;
  }

  // Returns when give_up() is to be called, if anything is held back.
  [[nodiscard]] Time gives_up_at() const { return closed_at_.value_or(Time()) + kPatience; }

  // Forgets the records, which belong to an instance that is replaced.
  void reset() {
    in_flight_ = 0;
    renew();
  }

 private:
  void renew() {
    is_new_ = true;
    closed_at_.reset();
    gave_up_ = false;
  }

  size_t in_flight_ = 0;           // Records that were handed over and have no report.
  bool is_new_ = true;             // Whether the next record begins a batch.
  Time opened_at_;                 // When the first record of the batch was handed over.
  std::optional<Time> closed_at_;  // Since when others are held back.
  bool gave_up_ = false;
};

}  // namespace penstock::kafka
