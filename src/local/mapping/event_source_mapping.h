#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "base/result.h"
#include "local/failures/failure_destination.h"
#include "local/function/invoker.h"
#include "local/mapping/delivery.h"
#include "local/mapping/mapping_settings.h"
#include "local/records/event_batch.h"
#include "local/records/record_source.h"

namespace penstock::local {

// What a mapping tells; called on its thread.
class MappingListener {
 public:
  virtual ~MappingListener() = default;
  virtual void assigned(const std::vector<TopicPartition>& partitions) = 0;
  virtual void revoked(const std::vector<TopicPartition>& partitions) = 0;
  // An invocation has ended. After a failure the next attempt comes after `pause`; `records` says which it
  // was about.
  virtual void succeeded(const EventBatch& batch, std::chrono::milliseconds duration) = 0;
  virtual void failed(const std::string& records, const std::string& why,
                      std::optional<std::chrono::milliseconds> pause) = 0;
  // These records are given up; the failure destination has been told, if there is one.
  virtual void discarded(const EventBatch& batch, std::string_view condition) = 0;
  // The group goes on here.
  virtual void committed(const Offsets& offsets) = 0;
  virtual void trouble(const std::string& sentence) = 0;
  // The mapping has left its group; its thread ends.
  virtual void ended() = 0;
};

// What AWS does between Kafka and a function: reads as a member of a consumer group, hands over batches one
// at a time, does with those that fail what Delivery says, and stores the group's offsets when records are
// finished. At least once; order is kept inside a partition. Records of a partition that is taken away leave
// the batch. It works on a thread of its own; `invoker`, `destination` (null: there is none) and `listener`
// outlive it. More concurrency is more mappings with the same group.
class EventSourceMapping {
 public:
  [[nodiscard]] static base::Result<std::unique_ptr<EventSourceMapping>> start(
      RecordSource::Settings source, MappingSettings settings, Invoker& invoker,
      FailureDestination* destination, MappingListener& listener);
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
  EventSourceMapping(MappingSettings settings, Invoker& invoker, FailureDestination* destination,
                     MappingListener& listener);
  void run();
  void collect();
  bool deliver();
  bool invoke();
  bool discard();
  bool commit();
  // Runs it on another thread, and serves the group meanwhile. False if it had to be abandoned.
  template <class T>
  bool while_serving(const std::function<T(std::stop_token)>& work, T& result);
  // Before the next attempt; each pause is twice the one before.
  void pause();
  void revoke(const std::vector<TopicPartition>& partitions);
  [[nodiscard]] bool stopping() const { return stop_at_.load() != kNever; }
  [[nodiscard]] bool out_of_patience() const;

  using Ticks = std::chrono::steady_clock::rep;
  static constexpr Ticks kNever = std::chrono::steady_clock::time_point::max().time_since_epoch().count();

  const MappingSettings settings_;
  Invoker& invoker_;
  FailureDestination* const destination_;
  MappingListener& listener_;
  std::unique_ptr<RecordSource> source_;
  EventBatch batch_;
  Offsets ends_;                // Of batch_ and of the records that were filtered out.
  std::optional<Record> held_;  // Did not fit into the batch before.
  std::optional<Delivery> delivery_;
  std::string request_id_;  // Of the last invocation.
  Offsets committed_;
  std::chrono::milliseconds pause_{};
  std::atomic<Ticks> stop_at_ = kNever;
  std::jthread thread_;  // Last: everything else is there when it starts.
};

}  // namespace penstock::local
