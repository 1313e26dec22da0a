#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "local/mapping/mapping_settings.h"
#include "local/records/starting_position.h"

namespace penstock::local {

// What a JSON file in the shape of the request of AWS's CreateEventSourceMapping says: the file that
// `aws lambda create-event-source-mapping --cli-input-json` takes.
// https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html
struct MappingRequest {
  std::string function_name;        // Without ARN and qualifier; may be empty.
  std::string bootstrap;            // Of a self-managed Kafka; may be empty.
  std::vector<std::string> topics;  // AWS takes one; more are taken here.
  std::string consumer_group;       // May be empty: AWS then makes one up.
  StartingPosition starting_position = StartingPosition::trim_horizon;
  int64_t starting_timestamp_ms = 0;
  MappingSettings settings;
  std::string destination;         // DestinationConfig.OnFailure: an ARN or kafka://TOPIC; may be empty.
  std::vector<std::string> notes;  // Sentences on what AWS would do and this does not.

  // Error: invalid; what is wrong, where, and what may stand there, with AWS's reason where a mode does not
  // offer it.
  [[nodiscard]] static base::Result<MappingRequest> parse(std::string_view json);
};

}  // namespace penstock::local
