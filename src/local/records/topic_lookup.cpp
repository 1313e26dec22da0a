// Has the calls of TopicReader that ask for many partitions at once.

#include <algorithm>
#include <memory>

#include "local/records/topic_reader.h"

namespace penstock::local {

base::Result<std::vector<TopicPartition>> TopicReader::all_partitions(Time deadline) {
  const rd_kafka_metadata_t* metadata = nullptr;
  const auto code = call_until(deadline, [&](int patience) {
    return rd_kafka_metadata(client_.get(), 1, nullptr, &metadata, patience);
  });
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return error_of(code, "the list of topics");
  const std::unique_ptr<const rd_kafka_metadata_t, kafka::Release<rd_kafka_metadata_destroy>> owner(
      metadata);
  std::vector<TopicPartition> all;
  for (int i = 0; i < metadata->topic_cnt; ++i) {
    const auto& topic = metadata->topics[i];
    for (int j = 0; j < topic.partition_cnt; ++j) {
      const auto& partition = topic.partitions[j];
      if (partition.leader >= 0) all.push_back({topic.topic, {partition.id}});
    }
  }
  std::sort(all.begin(), all.end());
  return all;
}

base::Result<Offsets> TopicReader::look_up(const std::vector<TopicPartition>& topic_partitions,
                                           int64_t at, Time deadline) {
  Offsets offsets;
  if (topic_partitions.empty()) return offsets;
  kafka::Partitions list;
  const std::string asked =
      topic_partitions.size() == 1
          ? "partition " + topic_partitions.front().text()
          : "the offsets of " + std::to_string(topic_partitions.size()) + " partitions";
  const auto code = call_until(deadline, [&](int patience) {
    list.reset(rd_kafka_topic_partition_list_new(static_cast<int>(topic_partitions.size())));
    for (const auto& [topic, partition] : topic_partitions) {
      rd_kafka_topic_partition_list_add(list.get(), topic.c_str(), partition.number)->offset = at;
    }
    return rd_kafka_offsets_for_times(client_.get(), list.get(), patience);
  });
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return error_of(code, asked);
  for (int i = 0; i < list->cnt; ++i) {
    const auto& found = list->elems[i];
    const TopicPartition topic_partition{found.topic, {found.partition}};
    if (found.err != RD_KAFKA_RESP_ERR_NO_ERROR) {
      return error_of(found.err, "partition " + topic_partition.text());
    }
    if (found.offset >= 0) offsets[topic_partition] = {found.offset};
  }
  return offsets;
}

base::Result<std::map<TopicPartition, Extent>> TopicReader::extents(
    const std::vector<TopicPartition>& topic_partitions, Time deadline) {
  const auto firsts = look_up(topic_partitions, RD_KAFKA_OFFSET_BEGINNING, deadline);
  if (!firsts) return firsts.error();
  const auto ends = look_up(topic_partitions, RD_KAFKA_OFFSET_END, deadline);
  if (!ends) return ends.error();
  std::map<TopicPartition, Extent> extents;
  for (const auto& [topic_partition, end] : *ends) {
    const auto first = firsts->find(topic_partition);
    if (first != firsts->end()) extents[topic_partition] = {first->second, end};
  }
  return extents;
}

base::Result<Offsets> TopicReader::offsets_at(const std::vector<TopicPartition>& topic_partitions,
                                              int64_t timestamp_ms, Time deadline) {
  return look_up(topic_partitions, std::max<int64_t>(timestamp_ms, 0), deadline);
}

}  // namespace penstock::local
