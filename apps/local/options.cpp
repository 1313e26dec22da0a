#include "apps/local/options.h"

#include <algorithm>

#include "base/number_text.h"
#include "local/console/console.h"
#include "local/function/function_command.h"
#include "local/function/url_invoker.h"
#include "local/model/request_model.h"

namespace penstock::apps {
namespace {

constexpr const char* kMemoryVariable = "AWS_LAMBDA_FUNCTION_MEMORY_SIZE";

base::Error invalid(std::string message) {
  return {.code = base::ErrorCode::invalid, .message = std::move(message)};
}

// Returns what comes before the first character that a name does not have. What follows may be a
// password.
std::string name_of(const std::string& text) {
  const size_t end =
      text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.");
  return end == std::string::npos ? text : text.substr(0, end) + "…";
}

// Splits the values of an option, each of which must be "NAME=VALUE".
base::Result<Pairs> pairs_of(const char* option, const std::vector<std::string>& texts) {
  Pairs pairs;
  for (const std::string& text : texts) {
    const size_t equals = text.find('=');
    if (equals == 0 || equals == std::string::npos) {
      return invalid(std::string(option) + ": '" + name_of(text) + "' is not NAME=VALUE");
    }
    pairs.emplace_back(text.substr(0, equals), text.substr(equals + 1));
  }
  return pairs;
}

// Says what is wrong with a memory size, in MB, or nothing.
std::string problem_of_memory(const std::string& text) {
  const auto limits = local::function_limits().memory_mb;
  const auto size = base::whole_number<int64_t>(text);
  if (size && *size >= limits.min && *size <= limits.max) return "";
  return std::string("--env: ") + kMemoryVariable + " is '" + text +
         "', but must be a whole number from " + std::to_string(limits.min) + " to " +
         std::to_string(limits.max) + " (AWS)";
}

// Says what is wrong with a variable that may have these values only, or nothing.
std::string problem_of_choice(const std::map<std::string, std::string>& environment,
                              const std::string& name, const std::vector<std::string>& values) {
  const auto found = environment.find(name);
  if (found == environment.end() ||
      std::find(values.begin(), values.end(), found->second) != values.end()) {
    return "";
  }
  std::string problem = "--env: " + name + " must be ";
  for (const std::string& value : values) {
    if (&value != &values.front()) problem += &value == &values.back() ? " or " : ", ";
    problem += value;
  }
  return problem + " (AWS)";
}

// Says what is wrong with the variables of the log, or nothing. The values are those of
// CreateFunction's LoggingConfig.
std::string problem_of_log(const std::map<std::string, std::string>& environment) {
  const std::string problem =
      problem_of_choice(environment, "AWS_LAMBDA_LOG_FORMAT", {"JSON", "Text"});
  if (!problem.empty()) return problem;
  return problem_of_choice(environment, "AWS_LAMBDA_LOG_LEVEL",
                           {"TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"});
}

bool is_url(const std::string& function) {
  return function.starts_with("http://") || function.starts_with("https://");
}

}  // namespace

void ClusterOptions::declare(const Command& command, const std::string& bootstrap_help,
                             const Option* with) {
  const Command kafka = command.group("Kafka");
  const Option options[] = {
      kafka.option("--bootstrap", bootstrap, bootstrap_help).takes("HOST:PORT"),
      kafka
          .option("--property", properties,
                  "Set this property of librdkafka to authenticate at Kafka, such as "
                  "security.protocol=SSL. It may be repeated.")
          .takes("NAME=VALUE")
          .one_value_at_a_time(),
      kafka.flag("--iam", iam,
                 "Authenticate with MSK IAM, over TLS, with this machine's AWS credentials. This "
                 "is the default if Kafka's address is an MSK host name and no --property sets "
                 "security.protocol.")};
  for (const Option& option : options) {
    if (with != nullptr) option.needs(*with);
  }
}

base::Result<Pairs> ClusterOptions::librdkafka() const {
  auto pairs = pairs_of("--property", properties);
  if (!pairs) return pairs;
  for (const auto& [name, value] : *pairs) {
    if (name == "bootstrap.servers" || name == "metadata.broker.list") {
      return invalid("--property " + name + ": name Kafka with --bootstrap instead");
    }
  }
  return pairs;
}

void ConsoleOption::declare(const Command& command) {
  command
      .option("--console-port", port,
              "Serve the console, a page that shows what happens, on this port of 127.0.0.1, or "
              "with 0 none. By default, it is " +
                  std::to_string(local::Console::kDefaultPort) +
                  " or, if that is in use, a free one.")
      .between(0, 65'535);
}

std::optional<uint16_t> ConsoleOption::named_port() const {
  if (port < 0) return std::nullopt;
  return static_cast<uint16_t>(port);
}

Option FunctionOptions::declare(const Command& command) {
  const Command group = command.group("Function");
  const Option option = group
                            .option("--function", function,
                                    "Invoke this function: the path of a custom runtime's "
                                    "bootstrap, or the invoke URL of a "
                                    "Runtime Interface Emulator.")
                            .takes("PATH|URL");
  group.option("--env", environment, "Set this variable for the function. It may be repeated.")
      .takes("NAME=VALUE")
      .one_value_at_a_time();
  declare_function_timeout(group, timeout_s);
  return option;
}

base::Result<FunctionTarget> FunctionOptions::target() const {
  FunctionTarget target;
  target.timeout = std::chrono::seconds(timeout_s);
  const auto pairs = pairs_of("--env", environment);
  if (!pairs) return pairs.error();
  target.environment.insert(pairs->begin(), pairs->end());
  if (const auto limit = local::max_concurrency(target.environment); !limit) {
    return invalid("--env " + limit.error().message);
  }
  if (const auto memory = target.environment.find(kMemoryVariable);
      memory != target.environment.end()) {
    const std::string problem = problem_of_memory(memory->second);
    if (!problem.empty()) return invalid(problem);
  }
  if (const std::string problem = problem_of_log(target.environment); !problem.empty()) {
    return invalid(problem);
  }
  if (function.empty()) return target;
  if (is_url(function)) {
    if (const auto url = local::UrlInvoker::at(function, target.timeout); !url) {
      return invalid("--function " + function + ": " + url.error().message);
    }
    target.url = function;
    return target;
  }
  auto program = function_program(function);
  if (!program) return program.error();
  target.program = std::move(*program);
  return target;
}

base::Result<std::filesystem::path> function_program(const std::string& function) {
  const std::string problem = local::problem_of_program(function);
  if (!problem.empty()) return invalid("--function " + function + ": " + problem);
  return std::filesystem::absolute(function);
}

void declare_function_timeout(const Command& command, int64_t& seconds) {
  const auto limits = local::function_limits().timeout_s;
  command
      .option("--function-timeout", seconds,
              "Fail an invocation that takes longer than this, in seconds.")
      .between(limits.min, limits.max)
      .shows_default();
}

std::filesystem::path beside_us(std::string_view program) {
  return std::filesystem::read_symlink("/proc/self/exe").parent_path() / program;
}

std::string local_cluster_arn(std::string_view service) {
  return "arn:aws:kafka:us-east-1:000000000000:cluster/" + std::string(service) + "/local";
}

void declare_service(const Command& command, std::string& folder) {
  command
      .option("--service", folder,
              "Run the service whose service.env is in this folder. By default, it is the "
              "variable PENSTOCK_SERVICE, or the current folder.")
      .takes("FOLDER");
}

}  // namespace penstock::apps
