#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/result.h"
#include "local/records/cluster.h"
#include "local/records/record_writer.h"
#include "local/records/topic_reader.h"
#include "local/topics/shown_record.h"

namespace penstock::local {

// Describes a topic: the offsets of each of its partitions.
struct TopicExtent {
  struct PartitionExtent {
    base::Partition partition;
    Extent extent;
  };

  std::string name;
  std::vector<PartitionExtent> partitions = {};
};

// Says which records of a topic are wanted. Without an offset and a time, they are the newest ones.
struct RecordQuery {
  std::string topic = {};
  std::optional<base::Partition> partition = {};
  std::optional<base::Offset> offset = {};  // The first records from here on.
  std::optional<int64_t> from_ms = {};      // The first records at or after this time since 1970.
  std::optional<std::string> key = {};      // Only records with this key.
  size_t limit = 50;
};

struct RecordsFound {
  std::vector<ShownRecord> records = {};  // The newest first.
  size_t examined = 0;                    // The number of records that were read.
};

// Says where a record was stored.
struct StoredAt {
  base::Partition partition;
  base::Offset offset;
};

// Reads topics of any Kafka for a user, and stores single records. It is in no consumer group
// and stores no offsets. The calls block, for some seconds at most, and soon end when a stop is
// requested. They may be made on any threads at the same time; each then has a client of its own,
// which holds at most about 30 MB of records. One idle client is kept for the next call.
class TopicBrowser {
 public:
  struct Bounds {
    size_t records = 100'000;                        // Are read for one answer at most.
    size_t bytes = 32 * 1024 * 1024;                 // So much is read for one answer, about.
    size_t answer_bytes = 1024 * 1024;               // The texts of an answer have at most.
    std::chrono::milliseconds patience{5'000};       // For an answer of Kafka.
    std::chrono::milliseconds read_patience{8'000};  // For all records of an answer.
  };

  TopicBrowser() = default;
  explicit TopicBrowser(const Bounds& bounds) : bounds_(bounds) {}

  // The tokens of a cluster must outlive the browser. The errors are `not_found` (no such topic,
  // partition or record), `unavailable`, `timed_out`, `too_large` (of produce()) and `invalid`
  // (librdkafka does not accept a property). Their messages are for the user, and have no secrets.

  // Returns the topics without those that Kafka has for itself, such as __consumer_offsets.
  [[nodiscard]] base::Result<std::vector<TopicExtent>> list(const Cluster& cluster,
                                                            std::stop_token stop);
  // Returns the records, or those of them that could be read in time.
  [[nodiscard]] base::Result<RecordsFound> find(const Cluster& cluster, const RecordQuery& query,
                                                std::stop_token stop);
  // Returns one record. If there is none, the error says what the partition has.
  [[nodiscard]] base::Result<ShownRecord> record(const Cluster& cluster,
                                                 const TopicPartition& topic_partition,
                                                 base::Offset offset, std::stop_token stop);
  // Stores a record in an existing topic. Without a partition, its key decides, as with Kafka's
  // own clients. After `timed_out` it may have been stored.
  [[nodiscard]] base::Result<StoredAt> produce(const Cluster& cluster, const std::string& topic,
                                               std::optional<base::Partition> partition,
                                               const NewRecord& record, std::stop_token stop);

 private:
  using Time = TopicReader::Time;

  // Lends a client to `work`, which gets a TopicReader&, and keeps the client unless `work` fails.
  template <class Work>
  auto with_reader(const Cluster& cluster, std::stop_token stop, const Work& work)
      -> decltype(work(std::declval<TopicReader&>()));
  // Returns the partitions of a topic that are asked for.
  [[nodiscard]] base::Result<std::vector<TopicPartition>> partitions_of(
      TopicReader& reader, const std::string& topic, std::optional<base::Partition> partition,
      Time deadline) const;

  const Bounds bounds_ = {};
  std::mutex mutex_;
  std::unique_ptr<TopicReader> idle_;  // With the lock.
  std::string idle_bootstrap_;         // With the lock. Where `idle_` reads.
};

}  // namespace penstock::local
