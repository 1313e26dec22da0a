#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <future>
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
#include "local/mapping/work_thread.h"
#include "local/records/event_batch.h"
#include "local/records/record_source.h"
#include "local/reports/mapping_report.h"
#include "local/reports/mapping_reporter.h"
#include "local/stories/observer.h"

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
  // The filter has left out this record.
  virtual void filtered(const Record&) {}
  // The function is about to be invoked with this batch, `attempt` counts from 1. `invoked` follows
  // with the same batch, unless the mapping is stopped meanwhile. A batch that does not fit into an
  // event has both calls, too.
  virtual void invoking(const EventBatch&, int64_t /*attempt*/) {}
  virtual void invoked(const EventBatch& batch, int64_t attempt, const BatchOutcome& outcome) = 0;
  // These records are given up after so many invocations, of which the last has failed for this
  // reason. If there is a failure destination, it has their document.
  virtual void given_up(const EventBatch& batch, int64_t attempts, std::string_view condition,
                        std::string_view reason) = 0;
  // These offsets are stored for the group.
  virtual void committed(const Offsets& offsets) = 0;
  // Comes after each MappingRules::report_pause, and once more before the end.
  virtual void report(const MappingReport&) {}
  // Says where the partitions are that the mapping reads, or why Kafka does not say it. Comes after
  // each MappingRules::offsets_pause, but not without partitions.
  virtual void offsets(const base::Result<std::vector<PartitionOffsets>>&) {}
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
// are removed from the batches.
//
// Two things go on while the function works: the next batch is read and written as an event, and
// the offsets of the batch before are stored. The next batch waits until all records of this one
// are finished, and until the offsets of the batch before are stored. So a crash repeats the
// records of two batches at most: those of the last one that was finished, and those that the
// function had.
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
  // Fills the batch until it is full or the window of its first record has ended.
  void collect_batch();
  // Adds what comes within `patience`, and returns whether anything has come.
  bool collect(std::chrono::milliseconds patience);
  RecordSource::Taken take(const RecordView& record);
  [[nodiscard]] bool is_full() const;
  void begin_delivery();
  // These functions return false if the batch is abandoned because the mapping stops.
  bool deliver_batch();
  bool invoke_function();
  // Tells the user once, or again and again while records are lost.
  void say_what_is_wrong_with(const InvocationOutcome& outcome, const Delivery::Verdict& verdict);
  bool discard_batch();
  // Waits until the offsets of before are stored, and begins to store those of finished records.
  bool store_progress();
  // Tries to store what is finished until that has succeeded or the partitions were assigned to
  // another member.
  bool await_commit();
  void begin_commit();
  // Takes the result of the commit that goes on, if it comes within `patience`, or begins the next
  // one after a failure.
  void look_at_commit(std::chrono::milliseconds patience);
  [[nodiscard]] Offsets unstored() const;
  // Runs the work on another thread. Serves the group and collects the next batch meanwhile. If the
  // system has no thread for it, or the work throws, the result is that of `failed`, which gets the
  // reason.
  template <class T>
  Completed<T> run_while_serving(const std::function<T(std::stop_token)>& work,
                                 const std::function<T(const std::string& why)>& failed);
  // Serves the group and the failure destination, which sends nothing now.
  void serve();
  // Does the same for a loop that may go on for seconds.
  void serve_while_waiting();
  // After the first assignment, once: says whether the failure destination is missing.
  void look_at_destination();
  // Serves both for `pause_`, which then doubles.
  void wait_before_retry();
  void report();
  // Begins to look up where the partitions are, or tells the listener what was found. It never
  // waits for Kafka.
  void look_at_offsets(base::SteadyTime now);
  [[nodiscard]] std::vector<PartitionOffsets> with_committed(
      const std::vector<RecordSource::Ends>& ends) const;
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
  RecordEncoder encoder_;
  EventBatch batch_;    // The batch that is being collected.
  Offsets batch_ends_;  // Behind all records that were read for it, also filtered ones.
  Offsets::value_type* last_end_ = nullptr;  // In batch_ends_, of the last record.
  Offsets batch_begin_;     // Where the partitions of the batch begin: the ends of the one before.
  EventBatch spare_;        // An empty one, for its memory.
  bool is_closed_ = false;  // Whether the next record did not fit into the batch.
  // Is when the window of the batch ends, or never if nothing has come yet.
  base::SteadyTime window_end_ = base::SteadyTime::max();
  int collected_ = 0;                 // The records that one call of collect() has read.
  std::optional<Delivery> delivery_;  // The batch before batch_.
  Offsets delivery_begin_;            // What its progress was when it began.
  std::string request_id_;            // The id of the last invocation.
  bool warned_of_identifier_ = false;
  Offsets finished_;   // Up to where records are finished, where any is.
  Offsets committed_;  // What the group has stored, or where it began to read.
  Offsets storing_;    // What is being stored now, or empty.
  base::SteadyTime commit_began_;
  base::SteadyTime commit_again_at_;  // When storing is tried again after a failure.
  std::chrono::milliseconds commit_pause_{};
  MappingReporter reporter_;
  base::SteadyTime look_at_;  // When look_at_offsets() has something to do, or never.
  // Is the look-up that goes on, if it is valid. Its thread uses source_.
  std::future<base::Result<std::vector<RecordSource::Ends>>> ends_;
  std::chrono::milliseconds pause_{};
  bool is_assigned_ = false;
  bool has_looked_ = false;  // Whether the failure destination was looked for.
  std::atomic<Ticks> stop_at_ = kNever;
  WorkThread work_thread_;  // Its thread uses source_.
  std::jthread thread_;     // The last member, because its thread uses all others.
};

}  // namespace penstock::local
