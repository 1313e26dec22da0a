#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
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

// The offsets that a partition has now: `end` is behind its last record. While a transaction is
// open, they end before its first record.
struct Extent {
  base::Offset first;
  base::Offset end;

  [[nodiscard]] bool empty() const { return first >= end; }
};

// What has been read of a range of offsets.
struct RecordRange {
  std::vector<Record> records = {};  // In the order of their offsets.
  // The offsets before `next` that have no record, or none any more: these have expired, were
  // compacted away, belong to a transaction, or are not written yet.
  std::vector<OffsetRange> missing = {};
  // Where to go on: behind the range, or within it if a bound was reached.
  base::Offset next = {};

  // Lists what is missing: "3, 7..9". It is empty if nothing is.
  [[nodiscard]] std::string missing_text() const;
};

// Reads what lies in a topic without a consumer group: nobody's offsets change, and no permission
// for a group is needed. Like Lambda it leaves out the records of aborted transactions. Every call
// blocks, until `deadline` at the latest; they are for one thread.
class TopicReader {
 public:
  using Time = std::chrono::steady_clock::time_point;

  // How much is read at once: by default, what one Lambda event holds. A first record that is
  // larger is read all the same, so that reading comes to an end.
  struct Bounds {
    size_t records = static_cast<size_t>(EventBatch::kRecordsMax);
    size_t bytes = EventBatch::kBytesMax;  // Of record_json().
  };

  // Makes a reader, which does not connect yet. The error is `invalid`: librdkafka does not take a
  // property.
  [[nodiscard]] static base::Result<TopicReader> open(const Cluster& cluster);

  // The errors of all that follow are `not_found` (there is no such topic or partition),
  // `unavailable` and `timed_out`.

  // The partitions of a topic, in the order of their numbers.
  [[nodiscard]] base::Result<std::vector<TopicPartition>> partitions(const std::string& topic,
                                                                     Time deadline);
  [[nodiscard]] base::Result<Extent> extent(const TopicPartition& topic_partition, Time deadline);
  // Reads the records from one offset to another, both included.
  [[nodiscard]] base::Result<RecordRange> read_range(const TopicPartition& topic_partition,
                                                     base::Offset first, base::Offset last,
                                                     Time deadline, const Bounds& bounds);
  [[nodiscard]] base::Result<RecordRange> read_range(const TopicPartition& topic_partition,
                                                     base::Offset first, base::Offset last,
                                                     Time deadline) {
    return read_range(topic_partition, first, last, deadline, Bounds());
  }
  // Reads the newest records of these partitions together, and returns them by partition and
  // offset. Those of each partition are its last ones, without a gap between them.
  [[nodiscard]] base::Result<std::vector<Record>> newest(
      const std::vector<TopicPartition>& topic_partitions, Time deadline, const Bounds& bounds);

 private:
  TopicReader(kafka::Client client, Cluster cluster)
      : cluster_(std::move(cluster)),
        client_(std::move(client)),
        events_(rd_kafka_queue_get_main(client_.get())) {}

  // Calls `call` with a time-out in milliseconds, again while no broker answers. It ends at the
  // deadline, or once it is known why we are not let in.
  [[nodiscard]] rd_kafka_resp_err_t call_until(Time deadline,
                                               const std::function<rd_kafka_resp_err_t(int)>& call);
  // Why we are not let in, if that is known.
  [[nodiscard]] const std::optional<std::string>& known_problem();

  // Gives the records of a range to `take` until that returns false. It returns where to go on: at
  // the record that was not taken, or behind the range.
  [[nodiscard]] base::Result<base::Offset> read_each(const TopicPartition& topic_partition,
                                                     base::Offset first, base::Offset last,
                                                     Time deadline,
                                                     const std::function<bool(Record)>& take);
  // The error for a question about a topic or partition, which `asked` names.
  [[nodiscard]] base::Error error_of(rd_kafka_resp_err_t code, const std::string& asked);

  Cluster cluster_;
  kafka::Client client_;
  kafka::Queue events_;
  std::optional<std::string> problem_;
};

}  // namespace penstock::local
