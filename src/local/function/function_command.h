#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>

#include "base/configuration.h"
#include "local/processes/child.h"

namespace penstock::local {

// A function that runs as a process of this machine.
struct FunctionSettings {
  std::filesystem::path program;  // The bootstrap of any custom runtime.
  std::string name;
  std::string region = "us-east-1";
  bool reports_batch_item_failures =
      false;  // Sets FUNCTION_RESPONSE_TYPES, which Penstock's functions go by.
  std::map<std::string, std::string> environment = {};  // These variables go before all others.
};

// "arn:aws:lambda:REGION:000000000000:function:NAME".
[[nodiscard]] std::string function_arn(const FunctionSettings& settings);

// How Lambda starts a custom runtime: with the environment variables that it documents, and of
// `ours` only PATH and AWS_LAMBDA_LOG_LEVEL.
// https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
[[nodiscard]] Command function_command(const FunctionSettings& settings, uint16_t runtime_api_port,
                                       const base::Environment& ours);

}  // namespace penstock::local
