#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "kafka/client.h"
#include "local/records/cluster.h"
#include "local/records/event_batch.h"
#include "local/records/record.h"

namespace penstock::local {

// The offsets that a partition has now: [first, end). For transactions, up to the first that is still open.
struct Extent {
  int64_t first = 0;
  int64_t end = 0;

  [[nodiscard]] bool empty() const { return first >= end; }
};

// What has been read of a range of offsets.
struct RecordRange {
  std::vector<Record> records = {};  // In the order of their offsets.
  // The range's offsets before `next` that have no record (any more), as "first, last" each: expired,
  // compacted away, taken by a transaction, or not written yet.
  std::vector<std::pair<int64_t, int64_t>> missing = {};
  // Where to go on: behind the range, or within it when a bound was reached.
  int64_t next = 0;

  // "3, 7..9"; empty if nothing is missing.
  [[nodiscard]] std::string missing_text() const;
};

// Reads what lies in a topic, without a consumer group: nobody's offsets change, and no group's permission is
// needed. Aborted transactions are left out, as Lambda does. Blocks, until a deadline each time; for one
// thread.
class TopicReader {
 public:
  using Time = std::chrono::steady_clock::time_point;

  // What one Lambda event holds. A first record that is larger is read all the same.
  struct Bounds {
    size_t records = static_cast<size_t>(EventBatch::kRecordsMax);
    size_t bytes = EventBatch::kBytesMax;  // As JSON (record_json).
  };

  // Does not connect yet. Error: invalid, a property that librdkafka does not take.
  [[nodiscard]] static base::Result<TopicReader> open(const Cluster& cluster);

  // Errors of all that follow: not_found, no such topic or partition; unavailable; timed_out.
  [[nodiscard]] base::Result<std::vector<TopicPartition>> partitions(const std::string& topic, Time deadline);
  [[nodiscard]] base::Result<Extent> extent(const TopicPartition& place, Time deadline);
  // The records with these offsets, both included.
  [[nodiscard]] base::Result<RecordRange> read_range(const TopicPartition& place, int64_t first, int64_t last,
                                                     Time deadline, const Bounds& bounds);
  [[nodiscard]] base::Result<RecordRange> read_range(const TopicPartition& place, int64_t first, int64_t last,
                                                     Time deadline) {
    return read_range(place, first, last, deadline, Bounds());
  }
  // The newest records of these partitions together, by partition and offset: in each the last ones, and none
  // left out between.
  [[nodiscard]] base::Result<std::vector<Record>> newest(const std::vector<TopicPartition>& places,
                                                         Time deadline, const Bounds& bounds);

 private:
  TopicReader(kafka::Client client, Cluster cluster)
      : cluster_(std::move(cluster)),
        client_(std::move(client)),
        events_(rd_kafka_queue_get_main(client_.get())) {}

  // Calls `call` with a time-out in milliseconds, again and again until the deadline, but not once it is
  // known that we are not let in.
  [[nodiscard]] rd_kafka_resp_err_t ask(Time deadline, const std::function<rd_kafka_resp_err_t(int)>& call);
  // Why we are not let in, if that is known.
  [[nodiscard]] const std::string& problem();

  // Gives the records of a range to `take` until that says no. Where to go on: what it did not take, or
  // behind the range.
  [[nodiscard]] base::Result<int64_t> each(const TopicPartition& place, int64_t first, int64_t last,
                                           Time deadline, const std::function<bool(Record)>& take);
  [[nodiscard]] base::Error failed(rd_kafka_resp_err_t code, const std::string& place);

  Cluster cluster_;
  kafka::Client client_;
  kafka::Queue events_;
  std::string problem_;
};

}  // namespace penstock::local
