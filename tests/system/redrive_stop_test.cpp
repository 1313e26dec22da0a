// `penstock_local redrive` ends in order, and at once if it is asked again, even while it waits for
// the end of the function's process, or for the reader of its output.
#include <arpa/inet.h>
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <vector>

#include "processes/child.h"
#include "processes/pipe.h"
#include "support/program.h"
#include "support/real_kafka.h"

namespace penstock {
namespace {

using ::testing::HasSubstr;

// This runtime answers every invocation, says so in a file beside it, but does not end on SIGTERM.
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
    print("working", flush=True)
    urllib.request.urlopen(api + request + "/response", data=b"null").read()
    open(__file__ + ".answered", "w").close()
)";

// This failure document contains its event, so that no Kafka is needed.
constexpr const char* kDocument = R"({
  "requestContext": {"condition": "RetryAttemptsExhausted"},
  "KafkaBatchInfo": {"batchSize": 1, "bootstrapServers": "127.0.0.1:1"},
  "payload": {"eventSource": "SelfManagedKafka", "bootstrapServers": "127.0.0.1:1",
    "records": {"orders-0": [{"topic": "orders", "partition": 0, "offset": 7, "timestamp": 1,
      "timestampType": "CREATE_TIME", "value": "e30=", "headers": []}]}}})";

class RedriveFiles : public testing::Test {
 protected:
  // Writes the function and the document, and returns the arguments with them.
  std::vector<std::string> arguments() {
    const std::string bootstrap = write("bootstrap", kSlowToEnd);
    std::filesystem::permissions(bootstrap, std::filesystem::perms::owner_all);
    return {"redrive", "--function", bootstrap, write("document.json", kDocument)};
  }
  std::string write(const std::string& name, const char* text) {
    std::ofstream(folder_.path() / name) << text;
    return (folder_.path() / name).string();
  }

  test::TemporaryFolder folder_;
};

class RedriveStop : public RedriveFiles {
 protected:
  // Returns when the function has been asked to end.
  void SetUp() override {
    program_.emplace("penstock_local", arguments(), base::process_environment(),
                     folder_.path() / "output");
    ASSERT_TRUE(test::eventually([&] {
      return program_->output().find("asked to end") != std::string::npos;
    })) << program_->output();
  }

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

class RedriveSilence : public RedriveFiles {};

TEST_F(RedriveSilence, SaysThatItWaitsForABrokerThatDoesNotAnswer) {
  // It takes connections, and never reads from them.
  const processes::FileDescriptor silent(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* const place = reinterpret_cast<sockaddr*>(&address);
  ASSERT_EQ(::bind(silent.get(), place, size), 0);
  ASSERT_EQ(::listen(silent.get(), 16), 0);
  ASSERT_EQ(::getsockname(silent.get(), place, &size), 0);
  const std::string broker = "127.0.0.1:" + std::to_string(ntohs(address.sin_port));
  test::Program program("penstock_local",
                        {"redrive", "--function", arguments()[2], "--from", "kafka://failures",
                         "--bootstrap", broker},
                        base::process_environment(), folder_.path() / "output");
  EXPECT_TRUE(test::eventually([&] {
    return program.output().find("no broker answers at " + broker + "; waiting for it") !=
           std::string::npos;
  })) << program.output();
  program.child().signal(SIGINT);
  program.child().signal(SIGTERM);  // Another one than the first, with which it might become one.
  EXPECT_EQ(program.exit_status(), 128 + SIGINT) << program.output();
}

// The program writes to a pipe that is full, and that nobody reads.
class RedriveUnread : public RedriveFiles {
 protected:
  // Returns when the function has answered. The program then waits for its reader.
  void SetUp() override {
    const int flags = ::fcntl(pipe_.write_end.get(), F_GETFL);
    ::fcntl(pipe_.write_end.get(), F_SETFL, flags | O_NONBLOCK);
    const std::string page(4096, '\n');
    while (::write(pipe_.write_end.get(), page.data(), page.size()) > 0) {
    }
    ::fcntl(pipe_.write_end.get(), F_SETFL, flags);
    child_.emplace(processes::Child::spawn({.program = test::program_path("penstock_local"),
                                            .arguments = arguments(),
                                            .environment = base::process_environment()},
                                           {pipe_.write_end.get(), STDERR_FILENO})
                       .value());
    ASSERT_TRUE(test::eventually(
        [&] { return std::filesystem::exists(folder_.path() / "bootstrap.answered"); }));
  }
  [[nodiscard]] std::string end() {
    const auto end =
        child_->wait_until(std::chrono::steady_clock::now() + std::chrono::seconds(20));
    return end ? end->text() : "it still runs";
  }

  processes::Pipe pipe_ = processes::Pipe::make().value();
  std::optional<processes::Child> child_;
};

TEST_F(RedriveUnread, EndsInOrderAfterOneSignal) {
  child_->signal(SIGTERM);
  EXPECT_EQ(end(), "exit status 0");
}

TEST_F(RedriveUnread, EndsAtOnceAfterASecondSignal) {
  child_->signal(SIGINT);
  child_->signal(SIGTERM);
  EXPECT_EQ(end(), "exit status " + std::to_string(128 + SIGINT));
}

}  // namespace
}  // namespace penstock
