#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time_text.h"
#include "local/mapping/mapping_rules.h"
#include "local/records/starting_position.h"
#include "local/reports/mapping_report.h"

namespace penstock::local {

// Holds a request for AWS's CreateEventSourceMapping: the JSON in the file for `aws lambda
// create-event-source-mapping --cli-input-json`.
// https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html
struct MappingRequest {
  std::string function_name;        // Without ARN and qualifier.
  std::string region;               // Of the function's or the source's ARN; may be empty.
  std::string bootstrap;            // The address of a self-managed Kafka; may be empty.
  std::vector<std::string> topics;  // AWS allows one.
  std::string consumer_group;       // May be empty. AWS invents one then.
  StartingPosition starting_position = StartingPosition::trim_horizon;
  int64_t starting_timestamp_ms = 0;  // Milliseconds since 1970.
  MappingRules rules;
  ReportRules reports;
  std::string destination;         // For failures: an ARN or kafka://TOPIC; may be empty.
  std::vector<std::string> notes;  // Sentences on what AWS does and this program does not.

  // Reads a request, and refuses what AWS refuses: by its model (check_model()), and by its pages,
  // as far as they concern Kafka. `now` is the end of the times that StartingPositionTimestamp may
  // be. The error is `invalid` and has a line for each member that is wrong, with what it must be,
  // and with AWS's reason if its mode does not have it.
  [[nodiscard]] static base::Result<MappingRequest> parse(
      std::string_view json, base::SystemTime now = std::chrono::system_clock::now());
};

}  // namespace penstock::local
