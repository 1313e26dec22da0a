#pragma once

#include <chrono>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "apps/shared/command_line.h"
#include "base/result.h"

namespace penstock::apps {

using Pairs = std::vector<std::pair<std::string, std::string>>;

// How to reach a Kafka, as the command line says it.
struct ClusterOptions {
  std::string bootstrap;  // HOST:PORT,…; empty: to be found elsewhere.
  std::vector<std::string> properties;
  bool iam = false;

  // --bootstrap with this help, --property, --iam. Each needs `with`, unless that is null.
  void declare(const Command& command, const std::string& bootstrap_help,
               const Option* with = nullptr);
  // The properties for librdkafka. Error: invalid, "--property: 'X' is not NAME=VALUE".
  [[nodiscard]] base::Result<Pairs> librdkafka() const;
};

// Where a function is, and what it is given.
struct FunctionTarget {
  std::string url;                // Of an emulator; empty: `program` is to be run.
  std::filesystem::path program;  // A custom runtime's bootstrap.
  std::map<std::string, std::string> environment;
  std::chrono::milliseconds timeout{0};  // Of an invocation.
};

// A function, as the command line says it.
struct FunctionOptions {
  std::string function;
  std::vector<std::string> environment;
  double timeout_s = 30;

  // --function, --env and --function-timeout.
  Option declare(const Command& command);
  // Whether --function is a path or a URL, of which the one has to be a file that is there and the
  // other a URL that can be invoked; neither without a --function. Error: invalid,
  // "--function X: …" or "--env: …".
  [[nodiscard]] base::Result<FunctionTarget> target() const;
};

// Says what keeps `program` from being started: it is not a file, or not executable. Empty:
// nothing.
[[nodiscard]] std::string problem_of_program(const std::string& program);

// --function-timeout, in seconds, with AWS's longest as its most.
void declare_function_timeout(const Command& command, double& seconds);

[[nodiscard]] std::chrono::milliseconds milliseconds_of(double seconds);

// Our programs lie in one folder: the path of the one with this name.
[[nodiscard]] std::filesystem::path beside_us(std::string_view program);

// What events name as their source.
[[nodiscard]] std::string local_cluster_arn();

}  // namespace penstock::apps
