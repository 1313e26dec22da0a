#include "local/console/operations/batch_redrive.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/printable_text.h"
#include "local/function/undone_records.h"
#include "local/records/topic_reader.h"

namespace penstock::local {
namespace {

using base::Error;
using base::ErrorCode;
using std::chrono::steady_clock;

constexpr std::chrono::seconds kReadPatience{30};
// Ranges with at most so many offsets between them are read at once.
constexpr int64_t kGapMax = 1'000;
constexpr size_t kReasonMax = 1'500;

// Holds what Kafka still has of a batch.
struct Reread {
  EventBatch batch;
  RecordSet missing;
};

// Reads these offsets of a partition.
base::Result<> read_again(TopicReader& reader, const TopicPartition& topic_partition,
                          const std::vector<OffsetRange>& ranges, TopicReader::Time deadline,
                          Reread& reread) {
  for (size_t i = 0; i < ranges.size();) {
    size_t end = i + 1;
    while (end < ranges.size() && ranges[end].first - ranges[end - 1].last <= kGapMax) ++end;
    std::set<base::Offset> wanted;
    for (size_t j = i; j < end; ++j) {
      for (auto offset = ranges[j].first; offset <= ranges[j].last; offset = offset + 1) {
        wanted.insert(wanted.end(), offset);
      }
    }
    const auto read = reader.read_each(topic_partition, ranges[i].first, ranges[end - 1].last,
                                       deadline, [&](Record record) {
                                         if (wanted.erase(record.offset) > 0) {
                                           std::string json = record_json(record);
                                           reread.batch.add(std::move(record), std::move(json));
                                         }
                                         return true;
                                       });
    if (!read) return read.error();
    if (!wanted.empty()) reread.missing[topic_partition].merge(wanted);
    i = end;
  }
  return {};
}

base::Result<Reread> read_again(const GivenUpBatch& batch, const Cluster& cluster,
                                std::stop_token stop) {
  auto reader = TopicReader::open(cluster);
  if (!reader) return reader.error();
  reader->end_waiting_on(std::move(stop));
  const auto deadline = steady_clock::now() + kReadPatience;
  Reread reread;
  for (const auto& [topic_partition, ranges] : batch.offsets) {
    if (auto read = read_again(*reader, topic_partition, ranges, deadline, reread); !read) {
      return read.error();
    }
  }
  return reread;
}

std::string records_text(size_t count) {
  return std::to_string(count) + (count == 1 ? " record" : " records");
}

}  // namespace

base::Result<RedriveOutcome> redrive_batch(const GivenUpBatch& batch, const RedriveTarget& target,
                                           std::chrono::milliseconds patience,
                                           std::stop_token stop) {
  auto reread = read_again(batch, target.cluster, stop);
  if (!reread) return reread.error();
  const std::string gone = text_of(ranges_of(reread->missing));
  if (reread->batch.empty()) {
    return RedriveOutcome{.sentence = "Kafka no longer has the records " + gone +
                                      ": retention or compaction has removed them"};
  }
  const std::string payload = reread->batch.payload(target.envelope);
  if (payload.size() >= EventBatch::kEventBytesMax) {
    return Error{.code = ErrorCode::too_large,
                 .message = "the records " + reread->batch.text() +
                            " are larger than an event of Lambda may be, so that no function can "
                            "get them"};
  }
  const BatchInvocation invocation{.mapping = batch.mapping,
                                   .poller = -1,
                                   .batch = reread->batch,
                                   .attempt = batch.attempts + 1};
  if (target.observer != nullptr) target.observer->invoking(invocation);
  const auto began = steady_clock::now();
  const InvocationOutcome outcome = target.invoker->invoke_soon(payload, patience, stop);
  UndoneRecords undone = undone_records(outcome, reread->batch, target.report_batch_item_failures);
  const std::string reason = base::printable(undone.reason, kReasonMax);
  if (target.observer != nullptr) {
    target.observer->invoked(invocation, {.request_id = outcome.request_id,
                                          .duration = steady_clock::now() - began,
                                          .reason = reason,
                                          .named = undone.named,
                                          .pause = std::nullopt});
  }
  RedriveOutcome result;
  result.done = reason.empty();
  result.records = reread->batch.size();
  result.sentence = result.done ? "the function has handled " + records_text(result.records)
                    : outcome.request_id.empty() ? "the function was not invoked: " + reason
                                                 : "the function has failed again: " + reason;
  if (!gone.empty()) result.sentence += "; Kafka no longer has the records " + gone;
  result.left = std::move(undone.named);
  return result;
}

}  // namespace penstock::local
