#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
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

// Copies a message of librdkafka's.
[[nodiscard]] Record copy_record(const rd_kafka_message_t& message);

// Reads topics as a member of a consumer group. It is for one thread, which calls serve() at least
// every few hundred milliseconds: partitions come and go only within its calls.
class RecordSource {
 public:
  struct Settings {
    Cluster cluster;
    std::vector<std::string> topics;
    std::string group_id;
    // Where to begin in partitions of which the group has no offset.
    StartingPosition starting_position = StartingPosition::trim_horizon;
    int64_t starting_timestamp_ms = 0;  // Belongs to at_timestamp; is counted since 1970.
    // The default is the least that a standard broker takes: its group.min.session.timeout.ms.
    std::chrono::milliseconds session_timeout{6'000};
  };
  // All are called within serve(), next() and leave(), on their thread.
  struct Callbacks {
    std::function<void(const std::vector<TopicPartition>& partitions)> assigned;
    std::function<void(const std::vector<TopicPartition>& partitions)> revoked;
    // Something is wrong that a person may have to do something about; otherwise it heals by
    // itself.
    std::function<void(const std::string& sentence)> trouble;
  };

  // Joins the group; Kafka need not be there yet. The error is `invalid` (librdkafka does not take
  // a property) or `unavailable`.
  [[nodiscard]] static base::Result<std::unique_ptr<RecordSource>> open(Settings settings,
                                                                        Callbacks callbacks);
  // Does not leave the group: see leave().
  ~RecordSource();

  // Handles what has come up in the group; it does not block, but for a look-up of where to begin.
  void serve();
  // Returns the next record, or nothing after `patience` or when something else has come up.
  [[nodiscard]] std::optional<Record> next(std::chrono::milliseconds patience);

  // Begins to store where the group goes on in these partitions. The result comes from
  // commit_result(), once; that of an earlier commit does not come any more.
  void start_commit(const Offsets& offsets);
  // Returns nothing if there is no result after `patience`. An error is `unavailable`, and
  // retryable.
  [[nodiscard]] std::optional<base::Result<>> commit_result(std::chrono::milliseconds patience);

  // Leaves the group, so that others need not wait for the session's end. It returns at the
  // deadline at the latest.
  void leave(std::chrono::steady_clock::time_point deadline);

 private:
  RecordSource(Settings settings, Callbacks callbacks, kafka::Client client);
  void handle(rd_kafka_event_t* event);
  void rebalance(rd_kafka_event_t* event);
  base::Result<> find_start(rd_kafka_topic_partition_list_t* partitions);
  [[nodiscard]] std::string topic_names() const;
  void report(rd_kafka_resp_err_t code, const std::string& text);

  const Settings settings_;
  const Callbacks callbacks_;
  kafka::Client client_;
  kafka::Queue group_;  // Has assignments and errors.
  // Has the records of the assigned partitions; librdkafka bounds it (queued.max.messages.kbytes).
  kafka::Queue records_;
  kafka::Queue commits_;  // Has the result of the last commit.
  std::optional<base::Result<>> refused_commit_;
  rd_kafka_resp_err_t last_trouble_ = RD_KAFKA_RESP_ERR_NO_ERROR;
  std::chrono::steady_clock::time_point last_trouble_at_;
};

}  // namespace penstock::local
