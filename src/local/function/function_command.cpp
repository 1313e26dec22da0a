#include "local/function/function_command.h"

#include <unistd.h>

#include <system_error>

#include "base/number_text.h"
#include "lambda/concurrent_loops.h"

namespace penstock::local {
namespace {

constexpr const char* kMaxConcurrency = "AWS_LAMBDA_MAX_CONCURRENCY";

// Sets what belongs to the format and the level that the user has asked for.
void complete_log_variables(base::Environment& environment) {
  const bool is_json =
      environment.contains("AWS_LAMBDA_LOG_LEVEL") || environment.contains(kMaxConcurrency);
  const auto format =
      environment.try_emplace("AWS_LAMBDA_LOG_FORMAT", is_json ? "JSON" : "Text").first;
  if (format->second == "JSON") environment.try_emplace("AWS_LAMBDA_LOG_LEVEL", "INFO");
}

}  // namespace

std::string problem_of_program(const std::filesystem::path& program) {
  std::error_code error;
  const auto status = std::filesystem::status(program, error);
  if (!std::filesystem::exists(status)) return "there is no such file";
  if (std::filesystem::is_directory(status)) {
    return "it is a folder, not a file";
  }
  if (!std::filesystem::is_regular_file(status)) return "it is not a regular file";
  if (::access(program.c_str(), X_OK) != 0) {
    return "it is not executable; this command changes that: chmod +x " + program.string();
  }
  return "";
}

std::string function_arn(const FunctionSettings& settings) {
  return "arn:aws:lambda:" + settings.region + ":000000000000:function:" + settings.name;
}

base::Result<int> max_concurrency(const std::map<std::string, std::string>& environment) {
  const auto found = environment.find(kMaxConcurrency);
  if (found == environment.end()) return 1;
  const std::string& text = found->second;
  const auto number = base::whole_number<int>(text);
  if (!number || *number < 1 || *number > lambda::kMaxConcurrencyMax) {
    return base::Error{.code = base::ErrorCode::invalid,
                       .message = std::string(kMaxConcurrency) + ": '" + text +
                                  "' is not a whole number from 1 to " +
                                  std::to_string(lambda::kMaxConcurrencyMax)};
  }
  return *number;
}

processes::Command function_command(const FunctionSettings& settings, uint16_t runtime_api_port,
                                    const base::Environment& ours) {
  const auto inherited = [&](std::string_view name, std::string standard) {
    const auto found = ours.find(name);
    return found == ours.end() || found->second.empty() ? standard : found->second;
  };
  const std::string folder = settings.program.parent_path().string();
  processes::Command command{
      .program = settings.program.string(),
      .arguments = {},
      .environment = {
          {"_HANDLER", "bootstrap"},
          {"LAMBDA_TASK_ROOT", folder},
          {"LAMBDA_RUNTIME_DIR", folder},
          {"AWS_LAMBDA_RUNTIME_API", "127.0.0.1:" + std::to_string(runtime_api_port)},
          {"AWS_LAMBDA_FUNCTION_NAME", settings.name},
          {"AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"},
          {"AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128"},
          {"AWS_LAMBDA_LOG_GROUP_NAME", "/aws/lambda/" + settings.name},
          {"AWS_LAMBDA_LOG_STREAM_NAME", "local"},
          {"AWS_LAMBDA_INITIALIZATION_TYPE", settings.environment.contains(kMaxConcurrency)
                                                 ? "lambda-managed-instances"
                                                 : "on-demand"},
          {"AWS_REGION", settings.region},
          {"AWS_DEFAULT_REGION", settings.region},
          // These are accepted nowhere, but Lambda always sets some.
          {"AWS_ACCESS_KEY_ID", "local"},
          {"AWS_SECRET_ACCESS_KEY", "local"},
          {"AWS_SESSION_TOKEN", "local"},
          {"TZ", ":UTC"},
          {"LANG", "en_US.UTF-8"},
          {"PATH", inherited("PATH", "/usr/local/bin:/usr/bin:/bin")},
          {"LD_LIBRARY_PATH", folder + ":" + folder + "/lib"},
      }};
  if (settings.reports_batch_item_failures) {
    command.environment["FUNCTION_RESPONSE_TYPES"] = "ReportBatchItemFailures";
  }
  if (const std::string level = inherited("AWS_LAMBDA_LOG_LEVEL", ""); !level.empty()) {
    command.environment["AWS_LAMBDA_LOG_LEVEL"] = level;
  }
  for (const auto& [name, value] : settings.environment) command.environment[name] = value;
  complete_log_variables(command.environment);
  return command;
}

}  // namespace penstock::local
