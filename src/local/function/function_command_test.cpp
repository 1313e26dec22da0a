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
                           "AWS_LAMBDA_LOG_LEVEL",
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
