#include "local/records/find_starts.h"

#include <vector>

#include "kafka/client.h"
#include "local/records/cluster.h"

namespace penstock::local {
namespace {

constexpr int kLookUpPatienceMs = 5'000;

// Looks up LATEST or AT_TIMESTAMP for the partitions of `fresh`, and enters it there.
base::Result<> look_up(rd_kafka_t* client, bool by_time, int64_t timestamp_ms,
                       rd_kafka_topic_partition_list_t* fresh) {
  // The ends are looked up first, so that a record that arrives between the two requests lies
  // behind the end and is read.
  std::vector<int64_t> ends(static_cast<size_t>(fresh->cnt));
  auto code = RD_KAFKA_RESP_ERR_NO_ERROR;
  for (int i = 0; i < fresh->cnt; ++i) {
    auto& element = fresh->elems[i];
    int64_t first = 0;
    code = rd_kafka_query_watermark_offsets(client, element.topic, element.partition, &first,
                                            &ends[static_cast<size_t>(i)], kLookUpPatienceMs);
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return kafka_error(code);
    element.offset = timestamp_ms;
  }
  if (by_time) code = rd_kafka_offsets_for_times(client, fresh, kLookUpPatienceMs);
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return kafka_error(code);
  for (int i = 0; i < fresh->cnt; ++i) {
    auto& start = fresh->elems[i];
    if (by_time && start.err != RD_KAFKA_RESP_ERR_NO_ERROR) return kafka_error(start.err);
    // A negative offset means that all records are older than the timestamp.
    if (!by_time || start.offset < 0) start.offset = ends[static_cast<size_t>(i)];
  }
  // The synchronous rd_kafka_commit() has no time-out.
  const kafka::Queue answers(rd_kafka_queue_new(client));
  code = rd_kafka_commit_queue(client, fresh, answers.get(), nullptr, nullptr);
  if (code == RD_KAFKA_RESP_ERR_NO_ERROR) {
    const kafka::Event answer(rd_kafka_queue_poll(answers.get(), kLookUpPatienceMs));
    code = answer ? rd_kafka_event_error(answer.get()) : RD_KAFKA_RESP_ERR__TIMED_OUT;
    const auto* stored = answer ? rd_kafka_event_topic_partition_list(answer.get()) : nullptr;
    for (int i = 0; stored != nullptr && i < stored->cnt && code == RD_KAFKA_RESP_ERR_NO_ERROR;
         ++i) {
      code = stored->elems[i].err;
    }
  }
  return code == RD_KAFKA_RESP_ERR_NO_ERROR ? base::Result<>{} : kafka_error(code);
}

}  // namespace

base::Result<Offsets> find_starts(rd_kafka_t* client, StartingPosition position,
                                  int64_t timestamp_ms,
                                  rd_kafka_topic_partition_list_t* partitions) {
  if (partitions->cnt == 0) return Offsets();
  const auto code = rd_kafka_committed(client, partitions, kLookUpPatienceMs);
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return kafka_error(code);
  const kafka::Partitions fresh(rd_kafka_topic_partition_list_new(partitions->cnt));
  for (int i = 0; i < partitions->cnt; ++i) {
    auto& known = partitions->elems[i];
    if (known.err != RD_KAFKA_RESP_ERR_NO_ERROR) return kafka_error(known.err);
    if (known.offset >= 0) continue;
    if (position == StartingPosition::trim_horizon) {
      known.offset = RD_KAFKA_OFFSET_BEGINNING;
    } else {
      rd_kafka_topic_partition_list_add(fresh.get(), known.topic, known.partition);
    }
  }
  if (fresh->cnt > 0) {
    auto found =
        look_up(client, position == StartingPosition::at_timestamp, timestamp_ms, fresh.get());
    if (!found) return found.error();
  }
  for (int i = 0; i < fresh->cnt; ++i) {
    const auto& start = fresh->elems[i];
    rd_kafka_topic_partition_list_set_offset(partitions, start.topic, start.partition,
                                             start.offset);
  }
  Offsets starts;
  for (int i = 0; i < partitions->cnt; ++i) {
    const auto& start = partitions->elems[i];
    starts[{start.topic, {start.partition}}] = {start.offset < 0 ? 0 : start.offset};
  }
  return starts;
}

}  // namespace penstock::local
