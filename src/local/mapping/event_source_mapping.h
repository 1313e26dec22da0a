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
#include "local/reports/mapping_report.h"
#include "local/reports/mapping_reporter.h"

namespace penstock::local {

// Gets reports of what a mapping does. All calls are made on the mapping's thread.
class MappingListener {
 public:
  virtual ~MappingListener() = default;
  // These partitions were assigned to the mapping, or taken from it.
  virtual void assigned(const std::vector<TopicPartition>& partitions) = 0;
  virtual void revoked(const std::vector<TopicPartition>& partitions) = 0;
  // Retention has deleted what was at these offsets before the mapping read it, which goes on
  // behind them. Without compaction and transactions, there was a record at each of them.
  virtual void missed(const TopicPartition& topic_partition, const OffsetRange& offsets) = 0;
  // An invocation with this batch has succeeded for all records.
  virtual void succeeded(const EventBatch& batch, std::chrono::milliseconds duration) = 0;
  // An invocation with these records has failed, for some of them at least. The next attempt
  // follows after `pause`, or never without one.
  virtual void failed(const std::string& records, const std::string& why,
                      std::optional<std::chrono::milliseconds> pause) = 0;
  // These records are given up. If there is a failure destination, it has their document.
  virtual void discarded(const EventBatch& batch, std::string_view condition) = 0;
  // These offsets are stored for the group.
  virtual void committed(const Offsets& offsets) = 0;
  // Comes after each MappingRules::report_pause, and once more before the end.
  virtual void report(const MappingReport&) {}
  // There is a problem that the user may have to solve. `code` names the kind of error, such as
  // "PollerError", and is empty if this is advice.
  virtual void trouble(const std::string& sentence, std::string_view code) = 0;
  // The mapping has left its group, and its thread is about to end.
  virtual void ended() = 0;
};

// Does what AWS does between Kafka and a function: reads as a member of a consumer group, invokes
// the function with one batch after the other, does with a failed batch what Delivery decides, and
// stores the group's offsets when records are finished. Every record is handed over at least once,
// and for the first time in the order of its partition. When a partition is revoked, its records
// are removed from the batch.
//
// It works on its own thread. More concurrency is reached by more mappings in the same group.
class EventSourceMapping {
 public:
  // Starts the thread. `invoker`, `listener` and `destination`, which may be null, must outlive the
  // mapping. The errors are those of RecordSource::open().
  [[nodiscard]] static base::Result<std::unique_ptr<EventSourceMapping>> start(
      RecordSource::Settings source, MappingRules rules, Invoker& invoker,
      FailureDestination* destination, MappingListener& listener);
  EventSourceMapping(const EventSourceMapping&) = delete;
  EventSourceMapping& operator=(const EventSourceMapping&) = delete;
  // Calls stop() with no patience, unless it has been called, and waits for the thread.
  ~EventSourceMapping();

  // Asks the mapping to hand over the records that are in the topics now, and then to leave the
  // group. After `patience`, it abandons unfinished records, which are read by the next member.
  // Returns at once. listener.ended() follows, after kLeavePatience and the stop of an invocation
  // at most. May be called from any thread.
  void stop(std::chrono::milliseconds patience);

  static constexpr std::chrono::milliseconds kLeavePatience{5'000};

 private:
  // Holds the result of work for which the mapping has waited.
  template <class T>
  struct Completed {
    T result;
    bool was_abandoned;  // Whether the work was asked to stop before it had ended.
  };

  EventSourceMapping(MappingRules rules, Invoker& invoker, FailureDestination* destination,
                     MappingListener& listener);
  void run();
  void collect_batch();
  // These functions return false if the batch is abandoned because the mapping stops.
  bool deliver_batch();
  bool invoke_function();
  bool discard_batch();
  bool commit_progress();
  // Runs the work on another thread and serves the group meanwhile. If the system has no thread for
  // it, or the work throws, the result is that of `failed`, which gets the reason.
  template <class T>
  Completed<T> run_while_serving(const std::function<T(std::stop_token)>& work,
                                 const std::function<T(const std::string& why)>& failed);
  // Serves the group and the failure destination, which sends nothing now.
  void serve();
  // After the first assignment, once: says whether the failure destination is missing.
  void look_at_destination();
  // Serves both for `pause_`, which then doubles.
  void wait_before_retry();
  void report();
  void add_partitions(const Offsets& starts);
  // Handles the offsets before `end` that have no record for the function as read.
  void reach_end(const TopicPartition& topic_partition, base::Offset end);
  void drop_partitions(const std::vector<TopicPartition>& partitions);
  [[nodiscard]] bool stopping() const { return stop_at_.load() != kNever; }
  [[nodiscard]] bool out_of_patience() const;

  using Ticks = std::chrono::steady_clock::rep;
  static constexpr Ticks kNever =
      std::chrono::steady_clock::time_point::max().time_since_epoch().count();

  const MappingRules rules_;
  const size_t bytes_max_;  // The most bytes() of a batch that one event can hold.
  Invoker& invoker_;
  FailureDestination* const destination_;
  MappingListener& listener_;
  std::unique_ptr<RecordSource> source_;
  EventBatch batch_;                  // The batch that is being collected.
  Offsets batch_ends_;                // Behind all records that were read, also filtered ones.
  std::optional<Record> read_ahead_;  // A record that did not fit into the batch before.
  std::optional<Delivery> delivery_;  // The batch before batch_.
  std::string request_id_;            // The id of the last invocation.
  bool warned_of_identifier_ = false;
  Offsets committed_;  // What the group has stored, or where it began to read.
  MappingReporter reporter_;
  std::chrono::milliseconds pause_{};
  bool is_assigned_ = false;
  bool has_looked_ = false;  // Whether the failure destination was looked for.
  std::atomic<Ticks> stop_at_ = kNever;
  std::jthread thread_;  // The last member, because its thread uses all others.
};

}  // namespace penstock::local
