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
#include "local/mapping/mapping_rules.h"
#include "local/records/event_batch.h"
#include "local/records/record_source.h"

namespace penstock::local {

// Is told what a mapping does. All calls come on the mapping's thread.
class MappingListener {
 public:
  virtual ~MappingListener() = default;
  virtual void assigned(const std::vector<TopicPartition>& partitions) = 0;
  virtual void revoked(const std::vector<TopicPartition>& partitions) = 0;
  // An invocation with this batch has taken all of it.
  virtual void succeeded(const EventBatch& batch, std::chrono::milliseconds duration) = 0;
  // An invocation with these records has not. The next attempt comes after `pause`; without one
  // there is none.
  virtual void failed(const std::string& records, const std::string& why,
                      std::optional<std::chrono::milliseconds> pause) = 0;
  // These records are given up; the failure destination has their document, if there is one.
  virtual void discarded(const EventBatch& batch, std::string_view condition) = 0;
  // The group goes on at these offsets.
  virtual void committed(const Offsets& offsets) = 0;
  // Something is wrong that a person may have to do something about.
  virtual void trouble(const std::string& sentence) = 0;
  // The mapping has left its group, and its thread ends.
  virtual void ended() = 0;
};

// Does what AWS does between Kafka and a function: it reads as a member of a consumer group, hands
// over one batch after the other, does with a batch that fails what Delivery decides, and stores
// the group's offsets when records are finished. Every record is handed over at least once, and for
// the first time in the order of its partition. When a partition is taken away, its records leave
// the batch.
//
// It works on a thread of its own. More concurrency is more mappings in the same group.
class EventSourceMapping {
 public:
  // Starts the thread. `invoker`, `destination` (null: there is none) and `listener` must outlive
  // the mapping. The errors are those of RecordSource::open().
  [[nodiscard]] static base::Result<std::unique_ptr<EventSourceMapping>> start(
      RecordSource::Settings source, MappingRules rules, Invoker& invoker,
      FailureDestination* destination, MappingListener& listener);
  EventSourceMapping(const EventSourceMapping&) = delete;
  EventSourceMapping& operator=(const EventSourceMapping&) = delete;
  // Stops it without patience if it has not been stopped before, and waits for its thread.
  ~EventSourceMapping();

  // Asks it to hand over what is in the topics now, and then to leave the group. What is not done
  // after `patience` is abandoned, and goes to the group's next member. It returns at once;
  // listener.ended() tells the end, which comes at most kLeavePatience and an invocation's stop
  // later. May be called from any thread.
  void stop(std::chrono::milliseconds patience);

  static constexpr std::chrono::milliseconds kLeavePatience{5'000};

 private:
  // What has become of work that the mapping waited for.
  template <class T>
  struct Completed {
    T result;
    bool was_abandoned;  // It was asked to stop before it had ended by itself.
  };

  EventSourceMapping(MappingRules rules, Invoker& invoker, FailureDestination* destination,
                     MappingListener& listener);
  void run();
  void collect_batch();
  // These return false if the batch has been abandoned, because the mapping stops.
  bool deliver_batch();
  bool invoke_function();
  bool discard_batch();
  bool commit_progress();
  // Runs the work on another thread and serves the group meanwhile.
  template <class T>
  Completed<T> run_while_serving(const std::function<T(std::stop_token)>& work);
  // Serves the group for `pause_`, which then doubles.
  void wait_before_retry();
  void drop_partitions(const std::vector<TopicPartition>& partitions);
  [[nodiscard]] bool stopping() const { return stop_at_.load() != kNever; }
  [[nodiscard]] bool out_of_patience() const;

  using Ticks = std::chrono::steady_clock::rep;
  static constexpr Ticks kNever =
      std::chrono::steady_clock::time_point::max().time_since_epoch().count();

  const MappingRules rules_;
  Invoker& invoker_;
  FailureDestination* const destination_;
  MappingListener& listener_;
  std::unique_ptr<RecordSource> source_;
  EventBatch batch_;                  // Is being collected.
  Offsets batch_ends_;                // Behind all records that were read, filtered out or not.
  std::optional<Record> read_ahead_;  // Did not fit into the batch before.
  std::optional<Delivery> delivery_;  // Of the batch before batch_.
  std::string request_id_;            // Names the last invocation.
  Offsets committed_;
  std::chrono::milliseconds pause_{};
  std::atomic<Ticks> stop_at_ = kNever;
  std::jthread thread_;  // Comes last: everything else is there when it starts.
};

}  // namespace penstock::local
