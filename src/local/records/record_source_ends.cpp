#include <algorithm>
#include <utility>

#include "local/records/record_source.h"

namespace penstock::local {
namespace {

using std::chrono::steady_clock;

constexpr int kEndsPatienceMs = 1'000;

// Returns the offsets of these partitions at `time`, which may be RD_KAFKA_OFFSET_BEGINNING or
// _END: they mean the same in Kafka's request. Partitions that Kafka does not tell have an error.
base::Result<kafka::Partitions> ask(rd_kafka_t* client, const kafka::Partitions& partitions,
                                    int64_t time, std::chrono::milliseconds patience) {
  kafka::Partitions asked(rd_kafka_topic_partition_list_copy(partitions.get()));
  for (int i = 0; i < asked->cnt; ++i) asked->elems[i].offset = time;
  const auto code =
      rd_kafka_offsets_for_times(client, asked.get(), static_cast<int>(patience.count()));
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return kafka_error(code);
  return asked;
}

}  // namespace

std::vector<RecordSource::Ends> RecordSource::ends() {
  rd_kafka_topic_partition_list_t* assigned = nullptr;
  if (rd_kafka_assignment(client_.get(), &assigned) != RD_KAFKA_RESP_ERR_NO_ERROR) return {};
  const kafka::Partitions partitions(assigned);
  if (partitions->cnt == 0 || rd_kafka_committed(client_.get(), partitions.get(),
                                                 kEndsPatienceMs) != RD_KAFKA_RESP_ERR_NO_ERROR) {
    return {};
  }
  std::vector<Ends> all;
  for (int i = 0; i < partitions->cnt; ++i) {
    const auto& partition = partitions->elems[i];
    Ends ends{.topic_partition = {partition.topic, {partition.partition}}};
    // The answers to fetches have these offsets, so nothing is asked for.
    const auto code = rd_kafka_get_watermark_offsets(client_.get(), partition.topic,
                                                     partition.partition, &ends.begin, &ends.end);
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR || ends.end < 0) continue;
    ends.begin = std::max<int64_t>(ends.begin, 0);
    if (partition.offset >= 0) ends.committed = partition.offset;
    all.push_back(std::move(ends));
  }
  return all;
}

base::Result<std::vector<RecordSource::Ends>> RecordSource::ask_for_ends(
    std::chrono::milliseconds patience) const {
  const auto deadline = steady_clock::now() + patience;
  const auto left = [&] {
    return std::max(
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline - steady_clock::now()),
        std::chrono::milliseconds(1));
  };
  rd_kafka_topic_partition_list_t* assigned = nullptr;
  auto code = rd_kafka_assignment(client_.get(), &assigned);
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return kafka_error(code);
  const kafka::Partitions partitions(assigned);
  std::vector<Ends> all;
  if (partitions->cnt == 0) return all;
  auto begins = ask(client_.get(), partitions, RD_KAFKA_OFFSET_BEGINNING, left());
  if (!begins) return begins.error();
  auto ends = ask(client_.get(), partitions, RD_KAFKA_OFFSET_END, left());
  if (!ends) return ends.error();
  for (int i = 0; i < partitions->cnt; ++i) {
    const auto& begin = (*begins)->elems[i];
    const auto& end = (*ends)->elems[i];
    for (const auto* each : {&begin, &end}) {
      if (each->err != RD_KAFKA_RESP_ERR_NO_ERROR) code = each->err;
    }
    if (begin.offset < 0 || end.offset < begin.offset) continue;
    all.push_back({.topic_partition = {end.topic, {end.partition}},
                   .begin = begin.offset,
                   .end = end.offset});
  }
  if (all.empty() && code != RD_KAFKA_RESP_ERR_NO_ERROR) return kafka_error(code);
  return all;
}

}  // namespace penstock::local
