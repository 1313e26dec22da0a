#include "local/failures/failure_document_writer.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <ctime>

#include "json/object_writer.h"

namespace penstock::local {
namespace {

// Writes the members before KafkaBatchInfo.
void write_head(json::ObjectWriter& document, const FailedBatch& failed, std::string_view condition,
                std::string_view function_arn, base::SystemTime now) {
  json::ObjectWriter(document.key("requestContext"))
      .member("requestId", failed.request_id)
      .member("functionArn", function_arn)
      .member("condition", condition)
      .member("approximateInvokeCount", failed.invocations)
      .end();
  // In AWS's documents it is null if the function was not invoked.
  if (failed.condition == "MaximumPayloadSizeExceeded") {
    document.null("responseContext");
  } else {
    json::ObjectWriter(document.key("responseContext"))
        .member("statusCode", 200)
        .member("executedVersion", "$LATEST")
        .member("functionError", "Unhandled")
        .end();
  }
  document.member("version", "1.0").member("timestamp", iso_milliseconds(now));
}

// Writes the first members of KafkaBatchInfo.
void write_batch_info(json::ObjectWriter& info, const FailureContext& context, size_t batch_size,
                      size_t payload_size) {
  info.member("batchSize", batch_size);
  if (!context.envelope.event_source_arn.empty()) {
    info.member("eventSourceArn", context.envelope.event_source_arn);
  }
  info.member("bootstrapServers", context.envelope.bootstrap_servers);
  info.member("payloadSize", payload_size);
}

// Writes a member of recordsInfo.
void write_range(json::ObjectWriter& ranges, const TopicPartition& topic_partition,
                 const EventBatch::Range& range) {
  json::ObjectWriter(ranges.key_of_text(topic_partition.text()))
      .member("firstRecordOffset", base::to_text(range.offsets.first))
      .member("lastRecordOffset", base::to_text(range.offsets.last))
      .member("firstRecordTimestamp", iso_milliseconds(range.first_timestamp_ms))
      .member("lastRecordTimestamp", iso_milliseconds(range.last_timestamp_ms))
      .end();
}

void write_batch(json::ObjectWriter& document, const FailedBatch& failed,
                 const FailureContext& context, base::SystemTime now, size_t payload_size) {
  write_head(document, failed, failed.condition, context.function_arn, now);
  json::ObjectWriter info(document.key("KafkaBatchInfo"));
  write_batch_info(info, context, failed.batch.size(), payload_size);
  json::ObjectWriter ranges(info.key("recordsInfo"));
  for (const auto& [topic_partition, range] : failed.batch.ranges()) {
    write_range(ranges, topic_partition, range);
  }
  ranges.end();
  info.end();
}

// Writes the members of a document about one record, up to its payload. `write_more` writes
// further members of KafkaBatchInfo.
template <class WriteMore>
void write_record(json::ObjectWriter& document, const FailedBatch& failed,
                  const EventBatch::Entry& entry, const FailureContext& context,
                  base::SystemTime now, size_t payload_size, WriteMore write_more) {
  // AWS's page on topics names this condition differently, and the function with its version.
  const bool retries = failed.condition == "RetryAttemptsExhausted";
  write_head(document, failed, retries ? "RetriesExhausted" : failed.condition,
             context.function_arn + ":$LATEST", now);
  json::ObjectWriter info(document.key("KafkaBatchInfo"));
  write_batch_info(info, context, 1, payload_size);
  json::ObjectWriter(info.key("recordInfo"))
      .member("offset", base::to_text(entry.offset))
      .member("timestamp", iso_milliseconds(entry.timestamp_ms))
      .end();
  write_more(info);
  info.end();
}

}  // namespace

std::string iso_milliseconds(int64_t since_1970) {
  // A record's timestamp is its producer's word. AWS's text has a year of four digits.
  constexpr int64_t kYear10000 = 253'402'300'800'000;
  since_1970 = std::clamp<int64_t>(since_1970, 0, kYear10000 - 1);
  const std::time_t seconds = since_1970 / 1000;
  std::tm parts{};
  ::gmtime_r(&seconds, &parts);
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ",
                parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday, parts.tm_hour, parts.tm_min,
                parts.tm_sec, static_cast<int>(since_1970 % 1000));
  return text.data();
}

std::string iso_milliseconds(base::SystemTime time) {
  return iso_milliseconds(
      std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count());
}

std::string batch_document(const FailedBatch& failed, const FailureContext& context,
                           base::SystemTime now) {
  std::string text;
  json::ObjectWriter document(text);
  write_batch(document, failed, context, now, failed.batch.payload(context.envelope).size());
  document.end();
  return text;
}

std::string batch_document_with_event(const FailedBatch& failed, const FailureContext& context,
                                      base::SystemTime now) {
  const std::string payload = failed.batch.payload(context.envelope);
  std::string text;
  json::ObjectWriter document(text);
  write_batch(document, failed, context, now, payload.size());
  document.member("payload", payload);
  document.end();
  return text;
}

std::string record_document(const FailedBatch& failed, const EventBatch::Entry& entry,
                            const FailureContext& context, base::SystemTime now) {
  const std::string payload = failed.batch.payload(context.envelope, entry);
  std::string text;
  json::ObjectWriter document(text);
  write_record(document, failed, entry, context, now, payload.size(), [](json::ObjectWriter&) {});
  document.json("payload", payload);
  document.end();
  return text;
}

std::string record_document_without_payload(const FailedBatch& failed,
                                            const EventBatch::Entry& entry,
                                            const FailureContext& context, base::SystemTime now) {
  const size_t payload_size = failed.batch.payload(context.envelope, entry).size();
  std::string text;
  json::ObjectWriter document(text);
  write_record(document, failed, entry, context, now, payload_size, [&](json::ObjectWriter& info) {
    json::ObjectWriter ranges(info.key("recordsInfo"));
    write_range(ranges, failed.batch.topic_partition(entry),
                {{entry.offset, entry.offset}, entry.timestamp_ms, entry.timestamp_ms});
    ranges.end();
  });
  document.member("payloadOmitted",
                  "this topic takes no record of such a size (max.message.bytes); the record is "
                  "only in the topic that recordsInfo names");
  document.end();
  return text;
}

}  // namespace penstock::local
