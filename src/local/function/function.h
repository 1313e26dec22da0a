#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>

#include "base/configuration.h"
#include "local/processes/child.h"

namespace penstock::local {

struct FunctionSettings {
  std::filesystem::path program;  // Any custom runtime's bootstrap.
  std::string name;
  std::string region = "us-east-1";
  bool reports_batch_item_failures = false;  // FUNCTION_RESPONSE_TYPES, which Penstock's functions go by.
  std::map<std::string, std::string> environment = {};  // Of its own, on top.
};

// "arn:aws:lambda:REGION:000000000000:function:NAME".
[[nodiscard]] std::string function_arn(const FunctionSettings& settings);

// How Lambda starts a custom runtime: with its documented environment variables, and of ours only PATH and
// AWS_LAMBDA_LOG_LEVEL. https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
[[nodiscard]] Command function_command(const FunctionSettings& settings, uint16_t runtime_api_port,
                                       const base::Environment& ours);

}  // namespace penstock::local
