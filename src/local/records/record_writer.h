#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "kafka/client.h"
#include "local/records/cluster.h"

namespace penstock::local {

// Describes a record that has no partition and no offset yet.
struct NewRecord {
  std::optional<std::string> key = {};
  std::optional<std::string> value = {};  // A record without a value is a tombstone.
  std::vector<std::pair<std::string, std::optional<std::string>>> headers = {};
};

// Stores records in a topic. A write has succeeded when all in-sync replicas have the records.
// After a fatal error, such as a cluster that denies writing, the next write makes a new client. It
// is for one thread at a time.
class RecordWriter {
 public:
  // Limits the time for records that are sent together. Each record that is sent alone adds to it.
  static constexpr std::chrono::milliseconds kDeadline{15'000};
  static constexpr std::chrono::milliseconds kDeadlineOfOne{10};

  // Makes a writer, for which Kafka need not be running yet. The tokens of `cluster` must outlive
  // it. The error is `invalid`: librdkafka does not accept a property.
  [[nodiscard]] static base::Result<std::unique_ptr<RecordWriter>> open(const Cluster& cluster,
                                                                        std::string topic);

  // Stores the records in this order, and blocks until that is done. Records that together are
  // larger than the topic allows (max.message.bytes) are sent one by one, as are all later ones.
  // Returns the indexes of records that are too large even alone; all others are stored then. The
  // error is `unavailable` and retryable; some records may have been stored then. A requested stop
  // soon ends it with an error. `stored` gets the index of each record when Kafka says that it has
  // the record, also if the write fails as a whole.
  [[nodiscard]] base::Result<std::vector<size_t>> write(
      const std::vector<NewRecord>& records, std::stop_token stop,
      const std::function<void(size_t)>& stored = {});

  // Takes what came between two writes, such as the errors of connections, which would pile up in
  // librdkafka. Whoever keeps a writer for long calls it regularly. It does not block.
  void serve();

 private:
  friend struct RecordWriterTestAccess;  // tests/integration/record_writer_test.cpp
  class Write;

  RecordWriter(kafka::Client client, Cluster cluster, std::string topic);
  // Replaces the client by a new one, which may send each record alone.
  [[nodiscard]] base::Result<> open_again(bool one_by_one);
  // Takes an event that is no delivery report.
  void take_problem(rd_kafka_event_t* event);
  [[nodiscard]] bool has_failed_for_good() const;

  const Cluster cluster_;
  kafka::Client client_;
  kafka::Queue reports_;
  const std::string topic_;
  bool one_by_one_ = false;
  // Numbers the records, which keeps late reports of one write from counting for the next.
  uintptr_t next_id_ = 1;
  // Says why a connection has failed since the last report.
  std::optional<std::string> problem_;
};

}  // namespace penstock::local
