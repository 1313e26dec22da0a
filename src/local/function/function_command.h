#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>

#include "base/configuration.h"
#include "base/result.h"
#include "processes/child.h"

namespace penstock::local {

// Describes a function that runs as a process on this machine.
struct FunctionSettings {
  std::filesystem::path program;  // The bootstrap of any custom runtime.
  std::string name;
  std::string region = "us-east-1";
  // Sets FUNCTION_RESPONSE_TYPES, by which Penstock's functions decide whether to send partial
  // responses.
  bool reports_batch_item_failures = false;
  // These environment variables override all others. With AWS_LAMBDA_MAX_CONCURRENCY the function
  // runs as on Lambda Managed Instances.
  std::map<std::string, std::string> environment = {};
};

// Says why `program` cannot be the bootstrap of a function: there is no such file, it is a folder,
// or it is not executable. It is empty if nothing is wrong.
[[nodiscard]] std::string problem_of_program(const std::filesystem::path& program);

// Returns "arn:aws:lambda:REGION:000000000000:function:NAME".
[[nodiscard]] std::string function_arn(const FunctionSettings& settings);

// Returns how many invocations one process of a function handles at the same time: the value of
// AWS_LAMBDA_MAX_CONCURRENCY in its environment, or 1. The error is `invalid`:
// "AWS_LAMBDA_MAX_CONCURRENCY: 'X' is not a whole number from 1 to 1600".
[[nodiscard]] base::Result<int> max_concurrency(
    const std::map<std::string, std::string>& environment);

// Returns the command by which Lambda starts a custom runtime. It has the environment variables
// that Lambda documents, and of `ours`, this program's environment, only PATH and
// AWS_LAMBDA_LOG_LEVEL. https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
//
// As on AWS, the log's format is Text, and no level is set, unless the user asks for one. A level
// needs the format JSON ("Log-level filtering"), and Lambda Managed Instances know no other format
// ("Building a custom runtime for AWS Lambda"). The level of the format JSON is INFO by default.
[[nodiscard]] processes::Command function_command(const FunctionSettings& settings,
                                                  uint16_t runtime_api_port,
                                                  const base::Environment& ours);

}  // namespace penstock::local
