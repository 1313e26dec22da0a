// This tests the signals that programs inherit from their parents, and those that end them in
// order.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <fstream>
#include <optional>
#include <string>
#include <vector>

#include "local/kafka/ports.h"
#include "net/http_client.h"
#include "support/fixture.h"
#include "support/invoke_program.h"
#include "support/program.h"
#include "support/real_kafka.h"

namespace penstock {
namespace {

using namespace std::chrono_literals;
using test::eventually;
using test::variable;
using testing::HasSubstr;

// Says whether the process exists. One that has ended may wait for its parent.
bool exists(pid_t pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
  std::string number;
  std::string name;
  std::string state;
  return (file >> number >> name >> state) && state != "Z";
}

// Runs one of our programs with signals that it inherits in another way than usual. The options
// are those of env(1).
struct StartedProgram {
  StartedProgram(std::vector<std::string> options, const std::string& program,
                 const std::vector<std::string>& arguments, base::Environment environment = {}) {
    options.push_back(test::program_path(program));
    options.insert(options.end(), arguments.begin(), arguments.end());
    base::Environment all = base::process_environment();
    environment.merge(all);
    run.emplace("/usr/bin/env", std::move(options), std::move(environment),
                folder.path() / "output.log");
  }
  [[nodiscard]] bool says(const std::string& text) {
    return eventually([&] { return run->output().find(text) != std::string::npos; });
  }

  test::TemporaryFolder folder;
  std::optional<test::Program> run;
};

// Runs the API on a free port.
struct ApiRun {
  explicit ApiRun(std::vector<std::string> options)
      : run(std::move(options), test::kApiProgram, {},
            {{variable("PORT"), std::to_string(port)},
             {variable("ADMIN_PORT"), std::to_string(local::free_port().value())},
             {variable("ADDRESS"), "127.0.0.1"},
             {variable("DRAIN_DELAY"), "0"}}) {}
  [[nodiscard]] bool answers() {
    return eventually([&] {
      const auto response =
          net::HttpClient("127.0.0.1", port).request({.target = test::kFixedPath}, 5s);
      return response && response->status == 200;
    });
  }

  uint16_t port = local::free_port().value();
  StartedProgram run;
};

class EachStopSignal : public testing::TestWithParam<int> {};

TEST_P(EachStopSignal, EndsTheApiInOrder) {
  ApiRun api({});
  ASSERT_TRUE(api.answers());
  api.run.run->child().signal(GetParam());
  EXPECT_EQ(api.run.run->exit_status(), 0);
  EXPECT_THAT(api.run.run->output(), HasSubstr("\"message\":\"stopped\""));
}

TEST_P(EachStopSignal, EndsAnInvocationWithAllThatTheFunctionHasStarted) {
  test::InvokeProgram invoke;
  const std::string mark = invoke.file("mark");
  invoke.start({test::InvokeProgram::event("basic_test.json"), "--function",
                invoke.runtime("sleep 1000 & echo $$ $! >'" + mark + "'; wait")});
  pid_t function = 0;
  pid_t grandchild = 0;
  ASSERT_TRUE(eventually([&] { return bool(std::ifstream(mark) >> function >> grandchild); }));
  invoke.program().child().signal(GetParam());
  const auto ended = invoke.end();
  EXPECT_EQ(ended.status, 1);
  EXPECT_THAT(ended.output, HasSubstr("failed: Penstock.Abandoned: the program is stopping\n"));
  EXPECT_TRUE(eventually([&] { return !exists(function) && !exists(grandchild); }));
}

TEST_P(EachStopSignal, EndsTheWholeSystemInOrder) {
  const test::TemporaryFolder data;
  StartedProgram up({}, "penstock_local",
                    {"--service", test::kServiceFolder, "--broker", "memory", "--data", data.path(),
                     "--port", std::to_string(local::free_port().value()), "--admin-port",
                     std::to_string(local::free_port().value())});
  ASSERT_TRUE(up.says("Ctrl-C stops everything")) << up.run->output();
  up.run->child().signal(GetParam());
  EXPECT_EQ(up.run->exit_status(), 0);
  EXPECT_THAT(up.run->output(), HasSubstr("penstock | stopped\n"));
}

INSTANTIATE_TEST_SUITE_P(ProgramSignals, EachStopSignal,
                         testing::Values(SIGINT, SIGTERM, SIGQUIT, SIGHUP));

// A daemon of the function keeps its output open, and never stops printing.
TEST(ProgramSignals, ADistantProcessOfTheFunctionHoldsNobody) {
  test::InvokeProgram invoke;
  const std::string mark = invoke.file("mark");
  const auto ended = invoke.invoke({test::InvokeProgram::event("basic_test.json"), "--function",
                                    invoke.runtime("setsid sh -c 'echo $$ >\"" + mark +
                                                   "\"; exec yes' & "
                                                   "until [ -s '" +
                                                   mark + "' ]; do :; done; exit 3")});
  EXPECT_EQ(ended.status, 1);
  EXPECT_THAT(ended.output, HasSubstr("failed: Runtime.ExitError: the function's process ended "
                                      "with exit status 3"));
  pid_t distant = 0;
  std::ifstream(mark) >> distant;
  ASSERT_GT(distant, 1);
  (void)::kill(distant, SIGKILL);
}

TEST(ProgramSignals, ABlockedSignalStillEndsTheApi) {
  ApiRun api({"--block-signal=TERM"});
  ASSERT_TRUE(api.answers());
  api.run.run->child().signal(SIGTERM);
  EXPECT_EQ(api.run.run->exit_status(), 0);
}

TEST(ProgramSignals, NohupKeepsTheApiServing) {
  ApiRun api({"--ignore-signal=HUP"});
  ASSERT_TRUE(api.answers());
  api.run.run->child().signal(SIGHUP);
  ASSERT_TRUE(api.answers());
  EXPECT_THAT(api.run.run->output(), testing::Not(HasSubstr("draining")));
  api.run.run->child().signal(SIGTERM);
  EXPECT_EQ(api.run.run->exit_status(), 0);
}

TEST(ProgramSignals, TheMockStopsWhenTheTerminalIsClosed) {
  StartedProgram mock({}, "penstock_contract",
                      {"mock", PENSTOCK_TEST_CONTRACTS "/shop.openapi.yaml", "--port", "0"});
  ASSERT_TRUE(mock.says("listening"));
  mock.run->child().signal(SIGHUP);
  EXPECT_EQ(mock.run->exit_status(), 0);
}

}  // namespace
}  // namespace penstock
