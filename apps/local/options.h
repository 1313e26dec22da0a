#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "apps/shared/command_line.h"
#include "base/result.h"

namespace penstock::apps {

using Pairs = std::vector<std::pair<std::string, std::string>>;

// Holds the options that say how to reach a Kafka.
struct ClusterOptions {
  std::string bootstrap;  // "HOST:PORT,…", or empty if the option is not given.
  std::vector<std::string> properties;
  bool iam = false;

  // Declares --bootstrap with this help, --property and --iam, in the help's group Kafka. If `with`
  // is not null, each of them needs that option, too. The object must outlive the parsing.
  void declare(const Command& command, const std::string& bootstrap_help,
               const Option* with = nullptr);
  // Returns the properties for librdkafka. The error is `invalid`: "--property: 'X' is not
  // NAME=VALUE", or a property is an address of Kafka. Only --bootstrap names that, so that one
  // option says who gets credentials.
  [[nodiscard]] base::Result<Pairs> librdkafka() const;
};

// Holds the option that says where the console is.
struct ConsoleOption {
  int64_t port = -1;  // Is negative if the option is not given.

  // Declares --console-port. The object must outlive the parsing.
  void declare(const Command& command);
  // Returns the port that the user has named, of which 0 is for no console.
  [[nodiscard]] std::optional<uint16_t> named_port() const;
};

// Says what to invoke.
struct FunctionTarget {
  std::string url;                // The URL of an emulator, or empty if `program` is run.
  std::filesystem::path program;  // The absolute path of a custom runtime's bootstrap.
  std::map<std::string, std::string> environment;
  std::chrono::milliseconds timeout{0};  // The longest time of an invocation.
};

// Holds the options that describe a function.
struct FunctionOptions {
  std::string function;
  std::vector<std::string> environment;
  int64_t timeout_s = 30;

  // Declares --function, --env and --function-timeout, in the help's group Function. Returns the
  // first one. The object must
  // outlive the parsing.
  Option declare(const Command& command);
  // Checks the options and returns what to invoke. Without --function, both `url` and `program` are
  // empty. The error is `invalid`: "--function X: …" or "--env: …". AWS_LAMBDA_FUNCTION_MEMORY_SIZE
  // has the bounds of CreateFunction's MemorySize, AWS_LAMBDA_LOG_FORMAT and AWS_LAMBDA_LOG_LEVEL
  // have the values of its LoggingConfig.
  [[nodiscard]] base::Result<FunctionTarget> target() const;
};

// Checks that --function is a program that can be run, and returns its absolute path. All commands
// use it, so that they refuse the same files in the same words. The error is `invalid`:
// "--function X: there is no such file", and so on.
[[nodiscard]] base::Result<std::filesystem::path> function_program(const std::string& function);

// Declares --function-timeout, in whole seconds, with the bounds of CreateFunction's Timeout.
void declare_function_timeout(const Command& command, int64_t& seconds);

// Returns the path of another program in the folder of this one.
[[nodiscard]] std::filesystem::path beside_us(std::string_view program);

// Returns the ARN that events name as their source.
[[nodiscard]] std::string local_cluster_arn(std::string_view service);

// Declares --service, the folder of the service that is run.
void declare_service(const Command& command, std::string& folder);

}  // namespace penstock::apps
