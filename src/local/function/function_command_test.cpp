#include "local/function/function_command.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

namespace penstock::local {
namespace {

const FunctionSettings kSettings{.program = "/opt/f/bootstrap", .name = "f"};

TEST(FunctionCommand, HasTheVariablesOfACustomRuntime) {
  const auto command = function_command(kSettings, 4711, {});
  EXPECT_EQ(command.program, "/opt/f/bootstrap");
  for (const char* name : {"_HANDLER",
                           "LAMBDA_TASK_ROOT",
                           "LAMBDA_RUNTIME_DIR",
                           "AWS_LAMBDA_RUNTIME_API",
                           "AWS_LAMBDA_FUNCTION_NAME",
                           "AWS_LAMBDA_FUNCTION_VERSION",
                           "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
                           "AWS_LAMBDA_LOG_GROUP_NAME",
                           "AWS_LAMBDA_LOG_STREAM_NAME",
                           "AWS_LAMBDA_INITIALIZATION_TYPE",
                           "AWS_REGION",
                           "AWS_DEFAULT_REGION",
                           "AWS_ACCESS_KEY_ID",
                           "AWS_SECRET_ACCESS_KEY",
                           "AWS_SESSION_TOKEN",
                           "AWS_LAMBDA_LOG_FORMAT",
                           "TZ",
                           "LANG",
                           "PATH",
                           "LD_LIBRARY_PATH"}) {
    EXPECT_TRUE(command.environment.contains(name)) << name;
  }
  EXPECT_EQ(command.environment.at("AWS_LAMBDA_RUNTIME_API"), "127.0.0.1:4711");
  EXPECT_EQ(command.environment.at("LAMBDA_TASK_ROOT"), "/opt/f");
  EXPECT_EQ(command.environment.at("TZ"), ":UTC");
}

TEST(FunctionCommand, HasAwsDefaultsForTheLogUnlessALevelOrAFormatIsAsked) {
  using Row = std::pair<std::string, std::string>;
  const auto log_of = [](std::map<std::string, std::string> asked,
                         const base::Environment& ours = {}) {
    FunctionSettings settings = kSettings;
    settings.environment = std::move(asked);
    const auto environment = function_command(settings, 1, ours).environment;
    const auto level = environment.find("AWS_LAMBDA_LOG_LEVEL");
    return Row(environment.at("AWS_LAMBDA_LOG_FORMAT"),
               level == environment.end() ? "none" : level->second);
  };
  EXPECT_EQ(log_of({}), Row("Text", "none"));
  EXPECT_EQ(log_of({{"AWS_LAMBDA_LOG_FORMAT", "JSON"}}), Row("JSON", "INFO"));
  EXPECT_EQ(log_of({{"AWS_LAMBDA_LOG_LEVEL", "WARN"}}), Row("JSON", "WARN"));
  EXPECT_EQ(log_of({}, {{"AWS_LAMBDA_LOG_LEVEL", "DEBUG"}}), Row("JSON", "DEBUG"));
  EXPECT_EQ(log_of({{"AWS_LAMBDA_MAX_CONCURRENCY", "2"}}), Row("JSON", "INFO"));
  EXPECT_EQ(log_of({{"AWS_LAMBDA_LOG_FORMAT", "Text"}, {"AWS_LAMBDA_LOG_LEVEL", "WARN"}}),
            Row("Text", "WARN"));
}

TEST(FunctionCommand, ReadsHowManyInvocationsAProcessHandles) {
  EXPECT_EQ(max_concurrency({}).value(), 1);
  EXPECT_EQ(max_concurrency({{"AWS_LAMBDA_MAX_CONCURRENCY", "1"}}).value(), 1);
  EXPECT_EQ(max_concurrency({{"AWS_LAMBDA_MAX_CONCURRENCY", "1600"}}).value(), 1600);
  for (const char* bad : {"", "0", "-1", "1601", "2.5", " 2", "2x", "99999999999"}) {
    const auto limit = max_concurrency({{"AWS_LAMBDA_MAX_CONCURRENCY", bad}});
    ASSERT_FALSE(limit) << bad;
    EXPECT_EQ(limit.error().message, "AWS_LAMBDA_MAX_CONCURRENCY: '" + std::string(bad) +
                                         "' is not a whole number from 1 to 1600");
  }
  FunctionSettings settings = kSettings;
  EXPECT_EQ(function_command(settings, 1, {}).environment.at("AWS_LAMBDA_INITIALIZATION_TYPE"),
            "on-demand");
  settings.environment["AWS_LAMBDA_MAX_CONCURRENCY"] = "3";
  EXPECT_EQ(function_command(settings, 1, {}).environment.at("AWS_LAMBDA_INITIALIZATION_TYPE"),
            "lambda-managed-instances");
}

TEST(FunctionCommand, SaysWhyAProgramCannotBeRun) {
  const auto file =
      std::filesystem::temp_directory_path() / ("function_" + std::to_string(::getpid()));
  std::ofstream(file) << "#!/bin/sh\n";
  EXPECT_EQ(problem_of_program("/nowhere"), "there is no such file");
  EXPECT_EQ(problem_of_program("/"), "it is a folder, not a file");
  EXPECT_EQ(problem_of_program("/dev/null"), "it is not a regular file");
  EXPECT_EQ(problem_of_program(file),
            "it is not executable; this command changes that: chmod +x " + file.string());
  std::filesystem::permissions(file, std::filesystem::perms::owner_all);
  EXPECT_EQ(problem_of_program(file), "");
  std::filesystem::remove(file);
}

TEST(FunctionCommand, InheritsOnlyPathAndLogLevel) {
  const auto command = function_command(kSettings, 1,
                                        {{"PATH", "/x"},
                                         {"AWS_LAMBDA_LOG_LEVEL", "DEBUG"},
                                         {"AWS_SECRET_ACCESS_KEY", "real"},
                                         {"HOME", "/h"}});
  EXPECT_EQ(command.environment.at("PATH"), "/x");
  EXPECT_EQ(command.environment.at("AWS_LAMBDA_LOG_LEVEL"), "DEBUG");
  EXPECT_EQ(command.environment.at("AWS_SECRET_ACCESS_KEY"), "local");
  EXPECT_FALSE(command.environment.contains("HOME"));
}

}  // namespace
}  // namespace penstock::local
