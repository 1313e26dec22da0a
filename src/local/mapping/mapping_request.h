#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "local/mapping/mapping_rules.h"
#include "local/records/starting_position.h"

namespace penstock::local {

// What a request for AWS's CreateEventSourceMapping says: JSON, as it stands in the file that
// `aws lambda create-event-source-mapping --cli-input-json` takes.
// https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html
struct MappingRequest {
  std::string function_name;        // Has neither ARN nor qualifier; may be empty.
  std::string bootstrap;            // Where a self-managed Kafka is; may be empty.
  std::vector<std::string> topics;  // AWS takes one; more are taken here.
  std::string consumer_group;       // May be empty; AWS makes one up then.
  StartingPosition starting_position = StartingPosition::trim_horizon;
  int64_t starting_timestamp_ms = 0;  // Is counted since 1970.
  MappingRules rules;
  std::string destination;         // Of failures: an ARN or kafka://TOPIC; may be empty.
  std::vector<std::string> notes;  // Sentences on what AWS would do and this does not.

  // Reads a request. The error is `invalid`. It has a line for each member that is wrong, which
  // says what may stand there, with AWS's reason where a mode does not offer it.
  [[nodiscard]] static base::Result<MappingRequest> parse(std::string_view json);
};

}  // namespace penstock::local
