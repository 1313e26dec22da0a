// `penstock_local redrive` ends in order however often it is asked to, even while it waits for the
// end of the function's process.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <string>

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

TEST(RedriveStop, EndsInOrderWhileTheFunctionStops) {
  const test::TemporaryFolder folder;
  const auto write = [&](const std::string& name, const char* text) {
    std::ofstream(folder.path() / name) << text;
    return (folder.path() / name).string();
  };
  const std::string bootstrap = write("bootstrap", kSlowToEnd);
  std::filesystem::permissions(bootstrap, std::filesystem::perms::owner_all);
  test::Program program("penstock_local",
                        {"redrive", "--function", bootstrap, write("document.json", kDocument)},
                        base::process_environment(), folder.path() / "output");
  ASSERT_TRUE(test::eventually([&] {
    return program.output().find("asked to end") != std::string::npos;
  })) << program.output();
  program.child().signal(SIGINT);
  program.child().signal(SIGTERM);
  EXPECT_EQ(program.exit_status(), 0) << program.output();
  EXPECT_THAT(program.output(), HasSubstr("1 document done (1 record), 0 left"));
}

}  // namespace
}  // namespace penstock
