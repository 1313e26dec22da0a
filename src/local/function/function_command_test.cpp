#include "local/function/function_command.h"

#include <gtest/gtest.h>

namespace penstock::local {
namespace {

const FunctionSettings kSettings{.program = "/opt/f/bootstrap", .name = "f"};

TEST(FunctionCommand, has_the_variables_of_a_custom_runtime) {
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

TEST(FunctionCommand, takes_only_path_and_log_level_from_us) {
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
