#include "local/records/group_offsets.h"

#include <algorithm>

namespace penstock::local {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

int left_ms(GroupOffsets::Time deadline) {
  const auto left = std::chrono::duration_cast<milliseconds>(deadline - steady_clock::now());
  return static_cast<int>(std::clamp<int64_t>(left.count(), 1, 600'000));
}

}  // namespace

base::Result<GroupOffsets> GroupOffsets::open(const Cluster& cluster, const std::string& group_id) {
  // Nothing polls the client's own queue, so errors of connections must not become events.
  auto client = make_client(RD_KAFKA_CONSUMER, cluster,
                            {{"group.id", group_id},
                             {"enable.auto.commit", "false"},
                             {"reconnect.backoff.max.ms", "1000"}},
                            RD_KAFKA_EVENT_OFFSET_COMMIT);
  if (!client) return client.error();
  return GroupOffsets(std::move(*client), cluster, group_id);
}

base::Error GroupOffsets::error_of(rd_kafka_resp_err_t code, const std::string& what) const {
  return {.code = base::ErrorCode::unavailable,
          .message = "the offsets of group '" + group_id_ + "' could not be " + what + " at " +
                     cluster_.bootstrap + ": " + explain(code, rd_kafka_err2str(code), cluster_),
          .retryable = true};
}

base::Result<Offsets> GroupOffsets::look_up(const std::vector<TopicPartition>& topic_partitions,
                                            Time deadline) {
  const kafka::Partitions list(
      rd_kafka_topic_partition_list_new(static_cast<int>(topic_partitions.size())));
  for (const auto& [topic, partition] : topic_partitions) {
    rd_kafka_topic_partition_list_add(list.get(), topic.c_str(), partition.number);
  }
  auto code = rd_kafka_committed(client_.get(), list.get(), left_ms(deadline));
  Offsets offsets;
  for (int i = 0; i < list->cnt && code == RD_KAFKA_RESP_ERR_NO_ERROR; ++i) {
    const auto& known = list->elems[i];
    code = known.err;
    if (known.offset >= 0) offsets[{known.topic, {known.partition}}] = {known.offset};
  }
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return error_of(code, "looked up");
  return offsets;
}

base::Result<> GroupOffsets::store(const Offsets& offsets, Time deadline) {
  const kafka::Partitions list(rd_kafka_topic_partition_list_new(static_cast<int>(offsets.size())));
  for (const auto& [topic_partition, offset] : offsets) {
    rd_kafka_topic_partition_list_add(list.get(), topic_partition.topic.c_str(),
                                      topic_partition.partition.number)
        ->offset = offset.value;
  }
  const kafka::Queue answers(rd_kafka_queue_new(client_.get()));
  auto code = rd_kafka_commit_queue(client_.get(), list.get(), answers.get(), nullptr, nullptr);
  if (code == RD_KAFKA_RESP_ERR_NO_ERROR) {
    const kafka::Event answer(rd_kafka_queue_poll(answers.get(), left_ms(deadline)));
    code = answer ? rd_kafka_event_error(answer.get()) : RD_KAFKA_RESP_ERR__TIMED_OUT;
    const auto* stored = answer ? rd_kafka_event_topic_partition_list(answer.get()) : nullptr;
    for (int i = 0; stored != nullptr && i < stored->cnt && code == RD_KAFKA_RESP_ERR_NO_ERROR;
         ++i) {
      code = stored->elems[i].err;
    }
  }
  return code == RD_KAFKA_RESP_ERR_NO_ERROR ? base::Result<>{} : error_of(code, "stored");
}

}  // namespace penstock::local
