#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "kafka/client.h"
#include "local/records/cluster.h"
#include "local/records/record.h"
#include "local/records/starting_position.h"

namespace penstock::local {

// Copies a message of librdkafka, which must not be an error.
[[nodiscard]] Record copy_record(const rd_kafka_message_t& message);

// Reads topics as a member of a consumer group. It is for one thread, except where a function says
// otherwise. That must call serve() every few hundred milliseconds at least: partitions are
// assigned and revoked only within the calls.
class RecordSource {
 public:
  struct Settings {
    Cluster cluster;
    std::vector<std::string> topics;
    std::string group_id;
    // Says where to begin in partitions of which the group has no offset.
    StartingPosition starting_position = StartingPosition::trim_horizon;
    // Is used for StartingPosition::at_timestamp. It is in milliseconds since 1970.
    int64_t starting_timestamp_ms = 0;
    // The default is the least that a broker with default settings accepts
    // (group.min.session.timeout.ms).
    std::chrono::milliseconds session_timeout{6'000};
  };
  // All of them are required. They are called within serve(), next() and leave(), on their thread.
  struct Callbacks {
    // Has the offset of each partition at which reading begins. It is 0 for the oldest record.
    std::function<void(const Offsets& starts)> assigned;
    std::function<void(const std::vector<TopicPartition>& partitions)> revoked;
    // Reports that everything before this offset has been read. It lies behind the last record, and
    // also behind what next() does not return: records of aborted transactions, and the markers at
    // the end of every transaction.
    std::function<void(const TopicPartition& topic_partition, base::Offset end)> reached_end;
    // Reports that retention deleted what was at these offsets before it was read. Reading goes on
    // behind them. What compaction removes is not reported, nor are transactions.
    std::function<void(const TopicPartition& topic_partition, const OffsetRange& offsets)> deleted;
    // Reports a problem that the user may have to solve. Reading goes on when it is solved.
    std::function<void(const std::string& sentence)> trouble;
  };

  // Begins to join the group, for which Kafka need not be running yet. The error is `invalid`
  // (librdkafka does not accept a property) or `unavailable`.
  [[nodiscard]] static base::Result<std::unique_ptr<RecordSource>> open(Settings settings,
                                                                        Callbacks callbacks);
  // Does not leave the group, which leave() does.
  ~RecordSource();

  // Handles the events of the group. It blocks only to look up where to begin in new partitions,
  // for some seconds at most.
  void serve();
  // Says what follows when read() has handed over a record.
  enum class Taken {
    next,      // The next record is wanted, too, if it is there already.
    last,      // read() returns.
    not_this,  // read() returns, and hands the same record over again when it is called next.
  };
  // Hands over the records that are there to `take`, in order. If there is none, it waits for one
  // until `patience` has passed or another thread calls wake(). The view lasts until `take`
  // returns. Returns whether anything came: a record, or the end of a partition. An error that was
  // reported ends the call, too. It blocks for some seconds longer if it must look up where a
  // partition begins now.
  bool read(std::chrono::milliseconds patience,
            const std::function<Taken(const RecordView&)>& take);
  // Returns the next record. Returns nothing if no record comes within `patience`, or earlier if an
  // error was reported or another thread calls wake().
  [[nodiscard]] std::optional<Record> next(std::chrono::milliseconds patience);
  // Ends a call of read() or commit_result() that waits, or else the next one that would wait. May
  // be called from any thread.
  void wake();

  // Describes an assigned partition, in offsets: its oldest record, behind its newest one, and
  // where the group goes on, if it has stored that.
  struct Ends {
    TopicPartition topic_partition;
    int64_t begin = 0;
    int64_t end = 0;
    std::optional<int64_t> committed = {};
  };
  // Looks up the assigned partitions, without those of which nothing is known yet. Blocks for a
  // second at most. It is empty if Kafka does not answer.
  [[nodiscard]] std::vector<Ends> ends();
  // Returns the same, without where the group goes on. Kafka is asked, so that the ends are right
  // also while nothing is fetched, since enough records wait here. The error is `unavailable`:
  // Kafka has not answered within `patience`. May be called from any thread.
  [[nodiscard]] base::Result<std::vector<Ends>> ask_for_ends(
      std::chrono::milliseconds patience) const;

  // Begins to store these offsets for the group. commit_result() returns the result once. The
  // result of an earlier commit that is still missing is never returned.
  void start_commit(const Offsets& offsets);
  // Returns the result of the commit, or nothing if there is none after `patience`, or when another
  // thread calls wake(). The error is `unavailable` and retryable.
  [[nodiscard]] std::optional<base::Result<>> commit_result(std::chrono::milliseconds patience);

  // Leaves the group, so that its other members need not wait for the session's time-out. Returns
  // at the deadline at the latest.
  void leave(std::chrono::steady_clock::time_point deadline);

 private:
  RecordSource(Settings settings, Callbacks callbacks, kafka::Client client);
  void handle(rd_kafka_event_t* event);
  void rebalance(rd_kafka_event_t* event);
  void take_offered();
  void read_assigned();
  void go_on_in_log(const TopicPartition& topic_partition, base::Offset wanted);
  [[nodiscard]] std::optional<base::Offset> position_in(
      const TopicPartition& topic_partition) const;
  void read_on_at(const TopicPartition& topic_partition, base::Offset offset);
  void find_lost_place();
  RecordView view_of(const rd_kafka_message_t& message);
  const TopicPartition& known(const rd_kafka_message_t& message);
  void forget_records();
  void fetch_on(const rd_kafka_message_t& taken);
  [[nodiscard]] std::string topic_names() const;
  // Says whether nothing has been assigned yet, and the source was opened a few seconds ago.
  [[nodiscard]] bool is_starting() const;
  [[nodiscard]] bool is_new_trouble(const std::string& kind);
  void report(rd_kafka_resp_err_t code, const std::string& text);

  const Settings settings_;
  const Callbacks callbacks_;
  kafka::Client client_;
  const std::chrono::steady_clock::time_point opened_at_ = std::chrono::steady_clock::now();
  bool was_assigned_ = false;
  kafka::Queue group_;          // Assignments and errors.
  kafka::Partitions assigned_;  // Each has the offset at which reading began.
  // These are assigned by the group, while it cannot be looked up where to begin in them.
  kafka::Partitions offered_;
  std::chrono::steady_clock::time_point look_up_at_;
  // A place in a partition that the broker does not have, while it cannot be asked what it has.
  struct LostPlace {
    base::Offset wanted;
    std::chrono::steady_clock::time_point ask_at;
  };
  std::map<TopicPartition, LostPlace> lost_places_;
  // The records of the assigned partitions. librdkafka bounds it (queued.max.messages.kbytes).
  kafka::Queue records_;
  kafka::Message held_;  // A record that was not taken.
  // Has the partitions of records that were read since the last assignment. A handle of a topic is
  // valid while its partitions are assigned.
  struct Known {
    const rd_kafka_topic_t* topic;
    TopicPartition topic_partition;
  };
  std::vector<Known> known_;
  size_t known_last_ = 0;                    // The one of the last record.
  std::vector<RecordView::Header> headers_;  // Of the record that is handed over.
  // Counts what was taken since fetch_on() has woken librdkafka.
  size_t taken_records_ = 0;
  size_t taken_bytes_ = 0;
  kafka::Queue commits_;  // The results of commits.
  uintptr_t commit_ = 0;  // The number of the last one.
  std::optional<base::Result<>> refused_commit_;
  std::map<std::string, std::chrono::steady_clock::time_point> reported_at_;  // By kind.
};

}  // namespace penstock::local
