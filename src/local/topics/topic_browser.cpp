#include "local/topics/topic_browser.h"

#include <algorithm>
#include <utility>

#include "local/topics/record_producer.h"
#include "local/topics/record_search.h"

namespace penstock::local {
namespace {

using base::Error;
using base::ErrorCode;
using std::chrono::steady_clock;

// Kafka and its tools begin the names of the topics that they have for themselves so.
bool is_internal(const std::string& topic) {
  return topic.rfind("__", 0) == 0;
}

Error not_found(std::string message) {
  return {.code = ErrorCode::not_found, .message = std::move(message)};
}

}  // namespace

template <class Work>
auto TopicBrowser::with_reader(const Cluster& cluster, std::stop_token stop, const Work& work)
    -> decltype(work(std::declval<TopicReader&>())) {
  std::unique_ptr<TopicReader> reader;
  {
    const std::lock_guard lock(mutex_);
    if (idle_bootstrap_ == cluster.bootstrap) reader = std::move(idle_);
  }
  if (!reader) {
    auto opened = TopicReader::open(cluster);
    if (!opened) return opened.error();
    reader = std::make_unique<TopicReader>(std::move(*opened));
  }
  reader->end_waiting_on(std::move(stop));
  auto result = work(*reader);
  // After a failure a new client is better, since this one may remember a broker that has gone.
  if (!result && result.error().code != ErrorCode::not_found) return result;
  reader->end_waiting_on({});
  const std::lock_guard lock(mutex_);
  std::swap(idle_, reader);  // The one that was idle ends with this call.
  idle_bootstrap_ = cluster.bootstrap;
  return result;
}

base::Result<std::vector<TopicPartition>> TopicBrowser::partitions_of(
    TopicReader& reader, const std::string& topic, std::optional<base::Partition> partition,
    Time deadline) const {
  // The in-process broker creates a topic when it is asked for it alone.
  auto all = reader.all_partitions(deadline);
  if (!all) return all;
  std::erase_if(*all, [&](const auto& one) { return one.topic != topic; });
  if (all->empty()) {
    return not_found("topic '" + topic +
                     "' does not exist at this Kafka, or you are not allowed to see it");
  }
  if (!partition) return all;
  const size_t count = all->size();
  std::erase_if(*all, [&](const auto& one) { return one.partition != *partition; });
  if (!all->empty()) return all;
  return not_found("topic '" + topic + "' has no partition " + base::to_text(*partition) +
                   ". It has " + std::to_string(count) +
                   (count == 1 ? " partition, 0" : " partitions, from 0 on"));
}

base::Result<std::vector<TopicExtent>> TopicBrowser::list(const Cluster& cluster,
                                                          std::stop_token stop) {
  const auto deadline = steady_clock::now() + bounds_.patience;
  return with_reader(
      cluster, std::move(stop), [&](TopicReader& reader) -> base::Result<std::vector<TopicExtent>> {
        auto partitions = reader.all_partitions(deadline);
        if (!partitions) return partitions.error();
        std::erase_if(*partitions, [](const auto& one) { return is_internal(one.topic); });
        const auto extents = reader.extents(*partitions, deadline);
        if (!extents) return extents.error();
        std::vector<TopicExtent> topics;
        for (const auto& [topic_partition, extent] : *extents) {
          if (topics.empty() || topics.back().name != topic_partition.topic) {
            topics.push_back({topic_partition.topic});
          }
          topics.back().partitions.push_back({topic_partition.partition, extent});
        }
        return topics;
      });
}

base::Result<RecordsFound> TopicBrowser::find(const Cluster& cluster, const RecordQuery& query,
                                              std::stop_token stop) {
  const auto deadline = steady_clock::now() + bounds_.patience;
  return with_reader(
      cluster, std::move(stop), [&](TopicReader& reader) -> base::Result<RecordsFound> {
        const auto partitions = partitions_of(reader, query.topic, query.partition, deadline);
        if (!partitions) return partitions.error();
        return search_records(reader, query, *partitions, bounds_);
      });
}

base::Result<ShownRecord> TopicBrowser::record(const Cluster& cluster,
                                               const TopicPartition& topic_partition,
                                               base::Offset offset, std::stop_token stop) {
  const auto deadline = steady_clock::now() + bounds_.patience;
  return with_reader(
      cluster, std::move(stop), [&](TopicReader& reader) -> base::Result<ShownRecord> {
        const auto partitions =
            partitions_of(reader, topic_partition.topic, topic_partition.partition, deadline);
        if (!partitions) return partitions.error();
        const auto extent = reader.extent(topic_partition, deadline);
        if (!extent) return extent.error();
        const std::string none = "there is no record at " + topic_partition.text(offset) + ": ";
        if (extent->empty()) return not_found(none + "the partition is empty");
        if (offset < extent->first) {
          return not_found(none + "Kafka has deleted what was before offset " +
                           base::to_text(extent->first));
        }
        if (offset >= extent->end) {
          return not_found(none + "the last offset of the partition is " +
                           base::to_text(extent->end - 1));
        }
        std::optional<ShownRecord> found;
        const auto read =
            reader.read_each(topic_partition, offset, offset, deadline, [&](const Record& record) {
              found = shown_record(record, kWholeRecord);
              return true;
            });
        if (!read) return read.error();
        if (!found) {
          return not_found(none + "compaction has removed it, or the offset is a transaction's");
        }
        return std::move(*found);
      });
}

base::Result<StoredAt> TopicBrowser::produce(const Cluster& cluster, const std::string& topic,
                                             std::optional<base::Partition> partition,
                                             const NewRecord& record, std::stop_token stop) {
  // A producer would let the broker create a topic that does not exist.
  const auto deadline = steady_clock::now() + bounds_.patience;
  const auto partitions = with_reader(cluster, stop, [&](TopicReader& reader) {
    return partitions_of(reader, topic, partition, deadline);
  });
  if (!partitions) return partitions.error();
  return store_record(cluster, topic, partition, record, bounds_.patience, std::move(stop));
}

}  // namespace penstock::local
