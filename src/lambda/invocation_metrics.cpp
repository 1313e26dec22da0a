#include "lambda/invocation_metrics.h"

#include <algorithm>
#include <vector>

#include "json/object_writer.h"

namespace penstock::lambda {

using std::chrono::milliseconds;

void InvocationMetrics::add(const Record& record) {
  ++records;
  if (record.key) bytes += record.key->size();
  if (record.value) bytes += record.value->size();
  for (const Header& header : record.headers) bytes += header.name.size() + header.value.size();
  if (record.timestamp.count() < 0) return;
  oldest = std::min(oldest.value_or(record.timestamp), record.timestamp);
}

std::string InvocationMetrics::json(std::string_view function_name, std::string_view request_id,
                                    base::SystemTime now) const {
  const auto time = std::chrono::duration_cast<milliseconds>(now.time_since_epoch());
  struct Metric {
    std::string_view name;
    std::string_view unit;
    int64_t value;
  };
  std::vector<Metric> metrics{{"Records", "Count", static_cast<int64_t>(records)},
                              {"RecordBytes", "Bytes", static_cast<int64_t>(bytes)},
                              {"PoisonRecords", "Count", static_cast<int64_t>(poison)},
                              {"RetriedRecords", "Count", static_cast<int64_t>(retries)},
                              {"DuplicateRecords", "Count", static_cast<int64_t>(duplicates)}};
  // The producer's clock may be ahead of this machine's.
  if (oldest) {
    metrics.push_back(
        {"BatchAge", "Milliseconds", std::max(time - *oldest, milliseconds(0)).count()});
  }

  std::string text;
  json::ObjectWriter line(text);
  json::ObjectWriter aws(line.key("_aws"));
  aws.member("Timestamp", time.count());
  json::ArrayWriter directives(aws.key("CloudWatchMetrics"));
  json::ObjectWriter directive(directives.element());
  directive.member("Namespace", "Penstock").json("Dimensions", R"([["FunctionName"]])");
  json::ArrayWriter names(directive.key("Metrics"));
  for (const Metric& metric : metrics) {
    json::ObjectWriter(names.element())
        .member("Name", metric.name)
        .member("Unit", metric.unit)
        .end();
  }
  names.end();
  directive.end();
  directives.end();
  aws.end();
  line.member("type", "METRICS")
      .member("requestId", request_id)
      .member("FunctionName", function_name);
  for (const Metric& metric : metrics) line.member(metric.name, metric.value);
  line.end();
  return text;
}

}  // namespace penstock::lambda
