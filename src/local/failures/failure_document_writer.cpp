#include "local/failures/failure_document_writer.h"

#include <array>
#include <cstdio>
#include <ctime>

#include "json/text.h"

namespace penstock::local {
namespace {

// Everything up to KafkaBatchInfo's own details.
std::string head_of(const FailedBatch& failed, std::string_view condition, std::string_view function_arn,
                    const FailureContext& context, base::SystemTime now, size_t batch_size,
                    size_t payload_size) {
  std::string json = R"({"requestContext":{"requestId":)" + json::quoted(failed.request_id);
  json += ",\"functionArn\":" + json::quoted(function_arn);
  json += ",\"condition\":" + json::quoted(condition);
  json += ",\"approximateInvokeCount\":" + std::to_string(failed.invocations) + "},";
  // AWS: null if the function was never asked.
  json +=
      failed.condition == "MaximumPayloadSizeExceeded"
          ? "\"responseContext\":null,"
          : R"("responseContext":{"statusCode":200,"executedVersion":"$LATEST","functionError":"Unhandled"},)";
  json += R"("version":"1.0","timestamp":")" + iso_milliseconds(now) + "\",";
  json += R"("KafkaBatchInfo":{"batchSize":)" + std::to_string(batch_size);
  if (!context.envelope.event_source_arn.empty()) {
    json += ",\"eventSourceArn\":" + json::quoted(context.envelope.event_source_arn);
  }
  json += ",\"bootstrapServers\":" + json::quoted(context.envelope.bootstrap_servers);
  json += ",\"payloadSize\":" + std::to_string(payload_size);
  return json;
}

std::string of_batch(const FailedBatch& failed, const FailureContext& context, base::SystemTime now,
                     const std::string& payload) {
  std::string json = head_of(failed, failed.condition, context.function_arn, context, now,
                             failed.batch.size(), payload.size());
  json += ",\"recordsInfo\":{";
  bool first = true;
  for (const auto& [topic_partition, range] : failed.batch.ranges()) {
    if (!first) json += ',';
    first = false;
    json += json::quoted(topic_partition.text());
    json += R"(:{"firstRecordOffset":")" + base::to_text(range.offsets.first);
    json += R"(","lastRecordOffset":")" + base::to_text(range.offsets.last);
    json += R"(","firstRecordTimestamp":")" + iso_milliseconds(range.first_timestamp_ms);
    json += R"(","lastRecordTimestamp":")" + iso_milliseconds(range.last_timestamp_ms) + "\"}";
  }
  return json + "}}";
}

}  // namespace

std::string iso_milliseconds(int64_t since_1970) {
  const std::time_t seconds = since_1970 < 0 ? 0 : since_1970 / 1000;
  std::tm parts{};
  ::gmtime_r(&seconds, &parts);
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", parts.tm_year + 1900,
                parts.tm_mon + 1, parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec,
                static_cast<int>(since_1970 < 0 ? 0 : since_1970 % 1000));
  return text.data();
}

std::string iso_milliseconds(base::SystemTime time) {
  return iso_milliseconds(
      std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count());
}

std::string batch_document(const FailedBatch& failed, const FailureContext& context, base::SystemTime now) {
  return of_batch(failed, context, now, failed.batch.payload(context.envelope)) + "}";
}

std::string batch_document_with_event(const FailedBatch& failed, const FailureContext& context,
                                      base::SystemTime now) {
  const std::string payload = failed.batch.payload(context.envelope);
  return of_batch(failed, context, now, payload) + ",\"payload\":" + json::quoted(payload) + "}";
}

std::string record_document(const FailedBatch& failed, const EventBatch::Entry& entry,
                            const FailureContext& context, base::SystemTime now) {
  const std::string payload = failed.batch.payload(context.envelope, entry);
  // The page on topics has another name for it, and the function with its version.
  const bool retries = failed.condition == "RetryAttemptsExhausted";
  std::string json = head_of(failed, retries ? "RetriesExhausted" : failed.condition,
                             context.function_arn + ":$LATEST", context, now, 1, payload.size());
  json += R"(,"recordInfo":{"offset":")" + base::to_text(entry.offset);
  json += R"(","timestamp":")" + iso_milliseconds(entry.timestamp_ms) + "\"}}";
  return json + ",\"payload\":" + payload + "}";
}

}  // namespace penstock::local
