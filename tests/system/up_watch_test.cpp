// These tests run `penstock_local --watch` on a copy of the fixture's service, in which they save
// files. A script stands for the compiler: it makes the programs of a text, and refuses a
// text with a fault, so that what is tested is the change of programs and not the compiler's speed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "local/kafka/ports.h"
#include "net/http_client.h"
#include "support/fixture.h"
#include "support/program.h"
#include "support/real_kafka.h"

namespace penstock {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using test::eventually;
using testing::HasSubstr;
using testing::Not;

// Makes the programs bin/api and bin/function of the file that is their source, and replaces only
// those that have changed, as a linker does.
constexpr const char* kBuilder = R"sh(
made() {
  if grep --quiet fault "$1"; then echo "$PWD/$1:1:7: error: a fault"; exit 1; fi
  printf '#!/bin/sh\necho "program: %s"\nexec %s "$@"\n' "$(head -1 "$1")" "$3" > "$2.new"
  chmod 755 "$2.new"
  if cmp --quiet "$2.new" "$2"; then rm "$2.new"; else mv "$2.new" "$2"; fi
}
if grep --quiet slow handlers.txt; then echo $$ > build/compiler; exec sleep 1000; fi
echo x >> build/runs
made handlers.txt build/api "$API"
made consumer.txt build/function "$FUNCTION"
)sh";

// Says whether the process has ended. Nobody may have waited for it.
bool has_ended(pid_t pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  return text.empty() || text.find(") Z ") != std::string::npos;
}

class UpWatchTest : public testing::Test {
 protected:
  UpWatchTest() {
    fs::copy(test::kServiceFolder, service(), fs::copy_options::recursive);
    fs::create_directories(service() / "build");
    write("handlers.txt", "handlers 1\n");
    write("consumer.txt", "consumer 1\n");
    write("build/builder", std::string("API=") + test::program_path(test::kApiProgram).string() +
                               " FUNCTION=" + test::program_path(test::kFunctionProgram).string() +
                               kBuilder);
    auto builder = processes::Child::spawn({.program = "/bin/sh",
                                            .arguments = {"build/builder"},
                                            .environment = {{"PATH", "/usr/bin:/bin"}},
                                            .working_folder = service()},
                                           STDERR_FILENO);
    EXPECT_TRUE(builder && builder->wait_until(std::chrono::steady_clock::now() + 20s));
  }

  [[nodiscard]] fs::path service() const { return folder_.path() / "service"; }
  void write(const std::string& name, const std::string& text) const {
    std::ofstream(service() / name) << text;
  }
  [[nodiscard]] std::string text_of(const std::string& name) const {
    std::ifstream file(service() / name);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  // Replaces a text in a file of the service, as an editor does that renames.
  void edit(const std::string& name, const std::string& old_text, const std::string& new_text) {
    std::string text = text_of(name);
    const size_t at = text.find(old_text);
    ASSERT_NE(at, std::string::npos) << name << " has no " << old_text;
    text.replace(at, old_text.size(), new_text);
    write(name + "~new", text);
    fs::rename(service() / (name + "~new"), service() / name);
  }
  void start() {
    run_ = std::make_unique<test::Program>(
        "penstock_local",
        std::vector<std::string>{
            "--service", service(), "--broker", "memory", "--data", folder_.path() / "data",
            "--port", std::to_string(port_), "--admin-port", std::to_string(admin_port_), "--api",
            service() / "build/api", "--function", service() / "build/function", "--watch",
            "--build-command", "sh build/builder"},
        base::process_environment(), folder_.path() / "output");
    ASSERT_TRUE(shows("Ctrl-C stops everything")) << run_->output();
  }
  // Waits until the output has this text.
  [[nodiscard]] bool shows(const std::string& text) {
    return eventually([&] { return count(text) > 0 || run_->child().ended(); }) &&
           !run_->child().ended();
  }
  [[nodiscard]] size_t count(const std::string& text) const {
    const std::string output = run_->output();
    size_t found = 0;
    for (size_t at = output.find(text); at != std::string::npos; at = output.find(text, at + 1)) {
      ++found;
    }
    return found;
  }
  [[nodiscard]] unsigned status_of(const std::string& target) const {
    net::HttpClient client("127.0.0.1", port_);
    const auto response = client.request({.target = target}, 10s);
    return response ? response->status : 0;
  }
  // Returns what the console says of the system.
  [[nodiscard]] std::string console_state() const {
    const std::string output = run_->output();
    const size_t end = output.find("/#token=");
    const size_t colon = output.rfind(':', end);
    const auto port = static_cast<uint16_t>(std::stoi(output.substr(colon + 1, end - colon - 1)));
    net::HttpClient client("127.0.0.1", port);
    const auto response = client.request({.target = "/api/state"}, 10s);
    return response ? std::string(response->body) : "no answer";
  }
  void stop() {
    run_->child().signal(SIGINT);
    EXPECT_EQ(run_->exit_status(), 0) << run_->output();
  }

  test::TemporaryFolder folder_;
  const uint16_t port_ = local::free_port().value();
  const uint16_t admin_port_ = local::free_port().value();
  std::unique_ptr<test::Program> run_;
};

TEST_F(UpWatchTest, ASavedHandlerIsInForceWithoutARequestThatFails) {
  start();
  std::atomic<bool> stops = false;
  std::atomic<int> answered = 0;
  std::atomic<int> failed = 0;
  std::jthread client([&] {
    while (!stops) ++(status_of(test::kFixedPath) == 200 ? answered : failed);
  });
  edit("handlers.txt", "handlers 1", "handlers 2");
  EXPECT_TRUE(shows("api      | program: handlers 2")) << run_->output();
  EXPECT_TRUE(shows("handlers.txt is in force after")) << run_->output();
  const int before = answered;
  EXPECT_TRUE(eventually([&] { return answered > before + 20; }));
  stops = true;
  client.join();
  EXPECT_EQ(failed, 0) << run_->output();
  EXPECT_TRUE(shows("\"message\":\"stopped\"")) << "the old API ends";
  EXPECT_EQ(count("program: consumer"), 1u) << "the function was not touched";
  stop();
}

TEST_F(UpWatchTest, ASavedConsumerGetsTheNextRecordAndNoneIsLost) {
  start();
  ASSERT_EQ(status_of(test::kStampPath + "first"), 200u);
  EXPECT_TRUE(shows("first")) << run_->output();
  edit("consumer.txt", "consumer 1", "consumer 2");
  EXPECT_TRUE(shows("function | program: consumer 2")) << run_->output();
  EXPECT_TRUE(shows("consumer.txt is in force after")) << run_->output();
  ASSERT_EQ(status_of(test::kStampPath + "second"), 200u);
  EXPECT_TRUE(shows("second")) << run_->output();
  EXPECT_EQ(count("program: handlers"), 1u) << "the API was not touched";
  stop();
}

TEST_F(UpWatchTest, AFailedBuildIsShownWithFileAndLineAndTheOldProgramServesOn) {
  start();
  edit("handlers.txt", "handlers 1", "fault");
  EXPECT_TRUE(shows("/handlers.txt:1:7: error: a fault")) << run_->output();
  EXPECT_TRUE(shows("the build has failed, so the old programs go on")) << run_->output();
  EXPECT_EQ(status_of(test::kFixedPath), 200u);
  edit("handlers.txt", "fault", "handlers 3");
  EXPECT_TRUE(shows("api      | program: handlers 3")) << run_->output();
  stop();
}

TEST_F(UpWatchTest, AFaultOfTheContractIsShownWithFileAndLineAndTheOldOneStays) {
  start();
  edit(test::kContractFile, "operationId: get_text", "operationId: [get_text]");
  EXPECT_TRUE(shows("was saved, but the old contract stays in force")) << run_->output();
  EXPECT_THAT(run_->output(), HasSubstr("/" + test::kContractFile + ":"));
  EXPECT_EQ(status_of(test::kFixedPath), 200u);
  EXPECT_THAT(text_of("build/runs"), "x\n") << "a faulty contract is not built";
  stop();
}

TEST_F(UpWatchTest, AContractChangeThatNeedsNoCodeIsInForceWithoutABuild) {
  start();
  EXPECT_EQ(status_of(test::kStampPath + "longer"), 200u);
  edit(test::kContractFile, "maxLength: " + std::to_string(test::kStampNameMax), "maxLength: 3");
  EXPECT_TRUE(shows(test::kContractFile + " is in force after")) << run_->output();
  EXPECT_EQ(status_of(test::kStampPath + "longer"), 400u);
  EXPECT_EQ(status_of(test::kStampPath + "abc"), 200u);
  EXPECT_THAT(text_of("build/runs"), "x\n");
  stop();
}

TEST_F(UpWatchTest, ANewTopicOfTheContractIsMadeAndRead) {
  start();
  edit(test::kContractFile, "topic: " + test::kStampTopic, "topic: fixture-others");
  EXPECT_TRUE(shows("reads fixture-others-0")) << run_->output();
  EXPECT_TRUE(shows(test::kContractFile + " is in force after")) << run_->output();
  ASSERT_EQ(status_of(test::kStampPath + "via-others"), 200u);
  EXPECT_TRUE(shows("\"name\":\"via-others\"")) << run_->output();
  // The console forgets the mapping that has ended.
  const std::string mapping = R"(","topic":")";
  EXPECT_THAT(console_state(), HasSubstr("fixture-others" + mapping + "fixture-others"));
  EXPECT_THAT(console_state(), Not(HasSubstr(test::kStampTopic + mapping)));
  stop();
}

TEST_F(UpWatchTest, CtrlCDuringABuildEndsTheCompiler) {
  start();
  edit("handlers.txt", "handlers 1", "slow");
  ASSERT_TRUE(eventually([this] { return !text_of("build/compiler").empty(); }));
  const pid_t compiler = std::stoi(text_of("build/compiler"));
  stop();
  EXPECT_TRUE(eventually([&] { return has_ended(compiler); }));
}

TEST_F(UpWatchTest, WhatIsSavedDuringABuildEndsItAndIsBuilt) {
  start();
  edit("handlers.txt", "handlers 1", "slow");
  ASSERT_TRUE(eventually([this] { return !text_of("build/compiler").empty(); }));
  edit("handlers.txt", "slow", "handlers 4");
  EXPECT_TRUE(shows("api      | program: handlers 4")) << run_->output();
  stop();
}

}  // namespace
}  // namespace penstock
