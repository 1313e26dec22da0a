#include "lambda/metrics.h"

#include <algorithm>

#include "json/text.h"

namespace penstock::lambda {

using std::chrono::milliseconds;

void Metrics::add(const Record& record) {
  ++records;
  if (record.key) bytes += record.key->size();
  if (record.value) bytes += record.value->size();
  for (const Header& header : record.headers) bytes += header.name.size() + header.value.size();
  if (record.timestamp.count() < 0) return;
  oldest = std::min(oldest.value_or(record.timestamp), record.timestamp);
}

std::string Metrics::json(std::string_view function_name, std::string_view request_id,
                          base::SystemTime now) const {
  const auto time = std::chrono::duration_cast<milliseconds>(now.time_since_epoch());
  std::string directive;
  std::string values;
  const auto add = [&](std::string_view name, std::string_view unit, int64_t value) {
    directive += directive.empty() ? "" : ",";
    directive.append(R"({"Name":")").append(name).append(R"(","Unit":")").append(unit).append("\"}");
    values.append(",\"").append(name).append("\":").append(std::to_string(value));
  };
  add("Records", "Count", static_cast<int64_t>(records));
  add("RecordBytes", "Bytes", static_cast<int64_t>(bytes));
  // The producer's clock may be ahead of ours.
  if (oldest) add("BatchAge", "Milliseconds", std::max(time - *oldest, milliseconds(0)).count());
  add("PoisonRecords", "Count", static_cast<int64_t>(poison));
  add("RetriedRecords", "Count", static_cast<int64_t>(retries));
  add("DuplicateRecords", "Count", static_cast<int64_t>(duplicates));

  std::string json = R"({"_aws":{"Timestamp":)" + std::to_string(time.count());
  json += R"(,"CloudWatchMetrics":[{"Namespace":"Penstock","Dimensions":[["FunctionName"]],"Metrics":[)";
  json += directive + R"(]}]},"type":"METRICS","requestId":)";
  json::append_string(json, request_id);
  json += R"(,"FunctionName":)";
  json::append_string(json, function_name);
  return json + values + "}";
}

}  // namespace penstock::lambda
