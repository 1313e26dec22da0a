#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "base/position.h"
#include "base/result.h"
#include "kafka/client.h"
#include "local/records/cluster.h"
#include "local/records/event_batch.h"
#include "local/records/record.h"

namespace penstock::local {

// Describes the offsets that a partition has at present. `end` is one behind its last record. While
// a transaction is open, `end` is the offset of its first record.
struct Extent {
  base::Offset first;
  base::Offset end;

  [[nodiscard]] bool empty() const { return first >= end; }
};

// Holds the records that were read of a range of offsets.
struct RecordRange {
  std::vector<Record> records = {};  // In the order of their offsets.
  // Lists the offsets before `next` that have no record. It may have expired, have been compacted
  // away, be part of a transaction, or not be written yet.
  std::vector<OffsetRange> missing = {};
  // Says at which offset to go on: behind the range, or within it if a bound was reached.
  base::Offset next = {};

  // Lists the missing offsets: "3, 7..9". It is empty if there are none.
  [[nodiscard]] std::string missing_text() const;
};

// Reads the records of a topic without a consumer group, so that no stored offsets change and no
// permission for a group is needed. Like Lambda, it skips the records of aborted transactions.
// Every call blocks until `deadline` at the latest. All calls are for one thread.
class TopicReader {
 public:
  using Time = std::chrono::steady_clock::time_point;

  // Limits how much is read at once; by default, it is what one Lambda event holds. A first record
  // that is larger is read all the same, so that reading always makes progress.
  struct Bounds {
    size_t records = static_cast<size_t>(EventBatch::kRecordsMax);
    size_t bytes = EventBatch::kEventBytesMax;  // Counts the results of record_json().
  };

  // Makes a reader, which does not connect yet. The tokens of `cluster` must outlive it. The error
  // is `invalid`: librdkafka does not accept a property.
  [[nodiscard]] static base::Result<TopicReader> open(const Cluster& cluster);

  // `say` gets a sentence for the user, once, when a call has waited some seconds for a broker and
  // goes on waiting.
  void on_silence(std::function<void(const std::string& sentence)> say) {
    on_silence_ = std::move(say);
  }

  // Ends the waiting of later calls soon after a stop is requested. Their results then mean
  // nothing.
  void end_waiting_on(std::stop_token stop) { stop_ = std::move(stop); }

  // The errors of the following calls are `not_found` (the topic or the partition does not exist),
  // `unavailable` and `timed_out`; that of partitions() can also be `invalid` (Kafka can have no
  // topic with such a name) and `internal`.

  // Returns the partitions of a topic, in the order of their numbers.
  [[nodiscard]] base::Result<std::vector<TopicPartition>> partitions(const std::string& topic,
                                                                     Time deadline);
  // Returns the partitions of all topics that the client may see, ordered by topic and number.
  // Those that have no leader at present are left out.
  [[nodiscard]] base::Result<std::vector<TopicPartition>> all_partitions(Time deadline);
  // Returns the offsets that these partitions have at present, with few requests.
  [[nodiscard]] base::Result<std::map<TopicPartition, Extent>> extents(
      const std::vector<TopicPartition>& topic_partitions, Time deadline);
  // Returns the offset of the first record whose timestamp is not before `timestamp_ms`, without
  // the partitions that have none. The in-process broker finds none ever.
  [[nodiscard]] base::Result<Offsets> offsets_at(
      const std::vector<TopicPartition>& topic_partitions, int64_t timestamp_ms, Time deadline);
  // Returns the offsets that the partition has at present.
  [[nodiscard]] base::Result<Extent> extent(const TopicPartition& topic_partition, Time deadline);
  // Passes the records of a range to `take` until that returns false. Returns the offset at which
  // to go on: that of the record that was not taken, or the one behind the range.
  [[nodiscard]] base::Result<base::Offset> read_each(const TopicPartition& topic_partition,
                                                     base::Offset first, base::Offset last,
                                                     Time deadline,
                                                     const std::function<bool(Record)>& take);
  // Reads the records from one offset to another, both included. `last` must not be the largest
  // number, because the result has the offset behind it.
  [[nodiscard]] base::Result<RecordRange> read_range(const TopicPartition& topic_partition,
                                                     base::Offset first, base::Offset last,
                                                     Time deadline, const Bounds& bounds);
  [[nodiscard]] base::Result<RecordRange> read_range(const TopicPartition& topic_partition,
                                                     base::Offset first, base::Offset last,
                                                     Time deadline) {
    return read_range(topic_partition, first, last, deadline, Bounds());
  }
  // Returns the newest records of all these partitions together, ordered by partition and offset.
  // No newer record of a partition is left out between or behind those of it that are returned.
  [[nodiscard]] base::Result<std::vector<Record>> newest(
      const std::vector<TopicPartition>& topic_partitions, Time deadline, const Bounds& bounds);

 private:
  TopicReader(kafka::Client client, Cluster cluster)
      : cluster_(std::move(cluster)),
        client_(std::move(client)),
        events_(rd_kafka_queue_get_main(client_.get())) {}

  // Calls `call` with a time-out in milliseconds, and again while no broker answers. Gives up at
  // the deadline, or as soon as the reason of a failed connection is known.
  [[nodiscard]] rd_kafka_resp_err_t call_until(Time deadline,
                                               const std::function<rd_kafka_resp_err_t(int)>& call);
  // Returns the reason of a failed connection, if it is known.
  [[nodiscard]] const std::optional<std::string>& known_problem();

  // Looks up one offset of each of these partitions: at a time in milliseconds since 1970, or
  // RD_KAFKA_OFFSET_BEGINNING or RD_KAFKA_OFFSET_END.
  [[nodiscard]] base::Result<Offsets> look_up(const std::vector<TopicPartition>& topic_partitions,
                                              int64_t at, Time deadline);
  // Makes the error of a request about the topic or the partition that `asked` names.
  [[nodiscard]] base::Error error_of(rd_kafka_resp_err_t code, const std::string& asked);

  Cluster cluster_;
  kafka::Client client_;
  kafka::Queue events_;
  std::optional<std::string> problem_;
  std::function<void(const std::string&)> on_silence_;
  std::stop_token stop_;
};

}  // namespace penstock::local
