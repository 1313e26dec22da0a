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

// A message of librdkafka's as a value of our own.
[[nodiscard]] Record copy_record(const rd_kafka_message_t& message);

// A member of a consumer group that reads topics. For one thread, which calls serve() at least every few
// hundred milliseconds: that is when partitions come and go.
class RecordSource {
 public:
  struct Settings {
    Cluster cluster;
    std::vector<std::string> topics;
    std::string group_id;
    // For partitions of which the group has no offset.
    StartingPosition starting_position = StartingPosition::trim_horizon;
    int64_t starting_timestamp_ms = 0;                 // Of at_timestamp; since 1970.
    std::chrono::milliseconds session_timeout{6'000};  // group.min.session.timeout.ms of a standard broker.
  };
  struct Callbacks {
    std::function<void(const std::vector<TopicPartition>& partitions)> assigned;
    std::function<void(const std::vector<TopicPartition>& partitions)> revoked;
    // Something that a person may have to do something about; it heals by itself otherwise.
    std::function<void(const std::string& sentence)> trouble;
  };

  [[nodiscard]] static base::Result<std::unique_ptr<RecordSource>> open(Settings settings,
                                                                        Callbacks callbacks);
  ~RecordSource();

  void serve();
  // The next record; nothing after `patience`, or when something else came up.
  [[nodiscard]] std::optional<Record> next(std::chrono::milliseconds patience);

  struct CommitOutcome {
    std::string error = {};
    [[nodiscard]] bool stored() const { return error.empty(); }
  };
  // Starts to store where the group goes on in each partition; the outcome comes from commit_outcome(), once.
  // A new commit makes the old one's outcome irrelevant.
  void start_commit(const Offsets& offsets);
  [[nodiscard]] std::optional<CommitOutcome> commit_outcome(std::chrono::milliseconds patience);

  // Leaves the group, so that others need not wait for the
  // session's end. Returns at the deadline at the latest.
  void leave(std::chrono::steady_clock::time_point deadline);

 private:
  RecordSource(Settings settings, Callbacks callbacks, kafka::Client client);
  void handle(rd_kafka_event_t* event);
  void rebalance(rd_kafka_event_t* event);
  base::Result<> find_start(rd_kafka_topic_partition_list_t* partitions);
  [[nodiscard]] std::string topics() const;
  void report(rd_kafka_resp_err_t code, const std::string& text);

  const Settings settings_;
  const Callbacks callbacks_;
  kafka::Client client_;
  kafka::Queue group_;  // Assignments and errors.
  kafka::Queue
      records_;  // Records of the assigned partitions; librdkafka bounds it (queued.max.messages.kbytes).
  kafka::Queue commits_;
  std::optional<CommitOutcome> refused_commit_;
  rd_kafka_resp_err_t last_trouble_ = RD_KAFKA_RESP_ERR_NO_ERROR;
  std::chrono::steady_clock::time_point last_trouble_at_;
};

}  // namespace penstock::local
