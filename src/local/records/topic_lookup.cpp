// Has the calls of TopicReader that ask for many partitions at once.

#include <algorithm>
#include <memory>
#include <thread>

#include "local/records/topic_reader.h"

namespace penstock::local {
namespace {

constexpr std::chrono::milliseconds kLeaderPause{50};

// Says whether a partition gets another leader, as when its topic has just been created.
bool is_about_leader(rd_kafka_resp_err_t code) {
  return code == RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION ||
         code == RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE ||
         code == RD_KAFKA_RESP_ERR_FENCED_LEADER_EPOCH ||
         code == RD_KAFKA_RESP_ERR_UNKNOWN_LEADER_EPOCH;
}

}  // namespace

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
  const auto ask = [&](int patience) {
    list.reset(rd_kafka_topic_partition_list_new(static_cast<int>(topic_partitions.size())));
    for (const auto& [topic, partition] : topic_partitions) {
      rd_kafka_topic_partition_list_add(list.get(), topic.c_str(), partition.number)->offset = at;
    }
    auto code = rd_kafka_offsets_for_times(client_.get(), list.get(), patience);
    for (int i = 0; i < list->cnt && code == RD_KAFKA_RESP_ERR_NO_ERROR; ++i) {
      if (is_about_leader(list->elems[i].err)) code = list->elems[i].err;
    }
    return code;
  };
  auto code = call_until(deadline, ask);
  while (is_about_leader(code) && std::chrono::steady_clock::now() < deadline &&
         !stop_.stop_requested()) {
    std::this_thread::sleep_for(kLeaderPause);
    code = call_until(deadline, ask);
  }
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
