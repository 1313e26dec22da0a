// `penstock_local redrive` ends in order, and at once if it is asked again, even while it waits for
// the end of the function's process.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <vector>

#include "support/program.h"
#include "support/real_kafka.h"

namespace penstock {
namespace {

using ::testing::HasSubstr;

// This runtime answers every invocation, but does not end on SIGTERM.
constexpr const char* kSlowToEnd = R"(#!/usr/bin/env python3
import os, signal, sys, time, urllib.request

def linger(number, frame):
    print("asked to end", flush=True)
    while True:
        time.sleep(60)

signal.signal(signal.SIGTERM, linger)
api = f"http://{os.environ['AWS_LAMBDA_RUNTIME_API']}/2018-06-01/runtime/invocation/"
while True:
    with urllib.request.urlopen(api + "next") as event:
        request = event.headers["Lambda-Runtime-Aws-Request-Id"]
        event.read()
    urllib.request.urlopen(api + request + "/response", data=b"null").read()
)";

// This failure document contains its event, so that no Kafka is needed.
constexpr const char* kDocument = R"({
  "requestContext": {"condition": "RetryAttemptsExhausted"},
  "KafkaBatchInfo": {"batchSize": 1, "bootstrapServers": "127.0.0.1:1"},
  "payload": {"eventSource": "SelfManagedKafka", "bootstrapServers": "127.0.0.1:1",
    "records": {"orders-0": [{"topic": "orders", "partition": 0, "offset": 7, "timestamp": 1,
      "timestampType": "CREATE_TIME", "value": "e30=", "headers": []}]}}})";

class RedriveStop : public testing::Test {
 protected:
  // Returns when the function has been asked to end.
  void SetUp() override {
    const std::string bootstrap = write("bootstrap", kSlowToEnd);
    std::filesystem::permissions(bootstrap, std::filesystem::perms::owner_all);
    program_.emplace("penstock_local",
                     std::vector<std::string>{"redrive", "--function", bootstrap,
                                              write("document.json", kDocument)},
                     base::process_environment(), folder_.path() / "output");
    ASSERT_TRUE(test::eventually([&] {
      return program_->output().find("asked to end") != std::string::npos;
    })) << program_->output();
  }
  std::string write(const std::string& name, const char* text) {
    std::ofstream(folder_.path() / name) << text;
    return (folder_.path() / name).string();
  }

  test::TemporaryFolder folder_;
  std::optional<test::Program> program_;
};

TEST_F(RedriveStop, EndsInOrderWhileTheFunctionStops) {
  program_->child().signal(SIGHUP);
  EXPECT_EQ(program_->exit_status(), 0) << program_->output();
  EXPECT_THAT(program_->output(), HasSubstr("1 document done (1 record), 0 left"));
}

TEST_F(RedriveStop, EndsAtOnceAfterASecondSignal) {
  program_->child().signal(SIGINT);
  program_->child().signal(SIGTERM);
  EXPECT_EQ(program_->exit_status(), 128 + SIGINT) << program_->output();
}

}  // namespace
}  // namespace penstock
