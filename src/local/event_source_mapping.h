#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/result.h"
#include "local/invoker.h"
#include "local/kafka_event.h"
#include "local/record_source.h"

namespace penstock::local {

// Named as in AWS's CreateEventSourceMapping; its ranges and defaults.
struct MappingSettings {
  static constexpr int64_t kBatchSizeMax = 10'000;
  static constexpr std::chrono::milliseconds kBatchingWindowMax{300'000};

  int64_t batch_size = 100;
  std::chrono::milliseconds batching_window{500};
  // "6 MB" a payload; the rest of it is the envelope.
  size_t batch_bytes_max = 6 * 1024 * 1024 - 64 * 1024;
  std::string event_source_arn;
  // Between the attempts of a batch that failed; doubles up to the second one.
  std::chrono::milliseconds retry_pause_min{500};
  std::chrono::milliseconds retry_pause_max{10'000};
};

// What a mapping tells; called on its thread.
class MappingListener {
 public:
  virtual ~MappingListener() = default;
  virtual void assigned(const std::vector<int32_t>& partitions) = 0;
  virtual void revoked(const std::vector<int32_t>& partitions) = 0;
  // An invocation has ended; `batch` says which records it had. After a failure the next attempt comes after
  // `pause`.
  virtual void succeeded(const EventBatch& batch, std::chrono::milliseconds duration) = 0;
  virtual void failed(const EventBatch& batch, const Outcome& outcome,
                      std::optional<std::chrono::milliseconds> pause) = 0;
  // The group goes on after these records.
  virtual void committed(const EventBatch& batch) = 0;
  virtual void trouble(const std::string& sentence) = 0;
  // The mapping has left its group; its thread ends.
  virtual void ended() = 0;
};

// What AWS does between a Kafka topic and a function in on-demand mode: reads as a consumer group, hands over
// batches one at a time, stores the group's offsets after the invocation has succeeded, and retries a batch
// until it does. At least once; order is kept inside a partition. Records of a partition that is taken away
// leave the batch. It works on a thread of its own; `invoker` and `listener` outlive it.
class EventSourceMapping {
 public:
  [[nodiscard]] static base::Result<std::unique_ptr<EventSourceMapping>> start(RecordSource::Settings source,
                                                                               MappingSettings settings,
                                                                               Invoker& invoker,
                                                                               MappingListener& listener);
  EventSourceMapping(const EventSourceMapping&) = delete;
  EventSourceMapping& operator=(const EventSourceMapping&) = delete;
  // Stops without patience if it has not been stopped before.
  ~EventSourceMapping();

  // Asks it to hand over what is in the topic now, then to leave the group. What has not been done after
  // `patience` is abandoned, to be delivered to the next member. Returns at once; listener.ended() tells the
  // end, at most kLeavePatience and an invocation's stop later.
  void stop(std::chrono::milliseconds patience);

  static constexpr std::chrono::milliseconds kLeavePatience{5'000};

 private:
  EventSourceMapping(MappingSettings settings, std::string bootstrap, Invoker& invoker,
                     MappingListener& listener);
  void run();
  void collect();
  bool invoke();
  bool commit();
  void pause(std::chrono::milliseconds time);
  void revoke(const std::vector<int32_t>& partitions);
  [[nodiscard]] bool stopping() const { return stop_at_.load() != kNever; }
  [[nodiscard]] bool out_of_patience() const;

  using Ticks = std::chrono::steady_clock::rep;
  static constexpr Ticks kNever = std::chrono::steady_clock::time_point::max().time_since_epoch().count();

  const MappingSettings settings_;
  const EventBatch::Envelope envelope_;
  Invoker& invoker_;
  MappingListener& listener_;
  std::unique_ptr<RecordSource> source_;
  EventBatch batch_;
  std::optional<Record> held_;  // Did not fit into the batch before.
  std::atomic<Ticks> stop_at_ = kNever;
  std::jthread thread_;  // Last: everything else is there when it starts.
};

}  // namespace penstock::local
