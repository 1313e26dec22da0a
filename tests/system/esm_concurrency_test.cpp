// These tests run `penstock_local esm` with functions that handle several invocations at the same
// time in one process, as on Lambda Managed Instances.
#include <set>

#include "support/esm_test.h"
#include "support/fixture.h"
#include "support/scripted_server.h"

namespace penstock {
namespace {

using test::count;
using test::EsmRun;
using test::EsmTest;
using testing::HasSubstr;
using testing::Not;

// Returns the processes of a program.
std::vector<pid_t> children_of(pid_t parent) {
  const std::string id = std::to_string(parent);
  std::ifstream file("/proc/" + id + "/task/" + id + "/children");
  std::vector<pid_t> children;
  for (pid_t child = 0; file >> child;) children.push_back(child);
  return children;
}

TEST_F(EsmTest, MembersShareTheProcessesOfAFunctionThatHandlesSeveralInvocations) {
  make_topic("shared", 4);
  EsmRun esm =
      start(mapping("shared", R"(,"BatchSize":1)"),
            {"--concurrency", "4", "--env", "AWS_LAMBDA_MAX_CONCURRENCY=2", "--env", "TOGETHER=4"});
  for (const char* name : {"mapping 1", "mapping 2", "mapping 3", "mapping 4"}) {
    ASSERT_TRUE(esm.says(std::string(name) + " | reads shared-")) << esm.output();
  }
  EXPECT_EQ(children_of(esm.child().pid()).size(), 2u);
  Records records;
  for (int32_t partition = 0; partition < 4; ++partition) {
    for (int i = 0; i < 5; ++i) {
      records.push_back({.value = std::to_string(i), .partition = partition});
    }
  }
  store("shared", records);
  // The first four answers come only when four loops have a record.
  EXPECT_TRUE(goes_on_at("shared", {{0, 5}, {1, 5}, {2, 5}, {3, 5}})) << esm.output();
  EXPECT_EQ(esm.stop(), 0);
  std::map<int32_t, int64_t> next;
  for (const auto& record : handled()) {
    EXPECT_EQ(record.offset, next[record.partition]++) << record.partition;
  }
  EXPECT_THAT(esm.output(), Not(HasSubstr("failed")));
}

TEST_F(EsmTest, ACrashEndsAllInvocationsOfItsProcess) {
  make_topic("crashing", 2);
  // Both have begun before one crashes. Each crash is given up after its retry.
  EsmRun esm = start(
      mapping("crashing", std::string(kProvisioned) + R"(,"BatchSize":1,"MaximumRetryAttempts":2)"),
      {"--concurrency", "2", "--env", "AWS_LAMBDA_MAX_CONCURRENCY=2", "--env", "TOGETHER=2"});
  for (const char* name : {"mapping 1", "mapping 2"}) {
    ASSERT_TRUE(esm.says(std::string(name) + " | reads crashing-")) << esm.output();
  }
  store("crashing", {{.value = "crash", .partition = 0},
                     {.value = "hang", .partition = 1},
                     {.value = "good", .partition = 0},
                     {.value = "good", .partition = 1}});
  EXPECT_TRUE(
      esm.says("crashing-0 0 failed: Runtime.ExitError: the function's process ended with "
               "exit status 7"))
      << esm.output();
  EXPECT_TRUE(
      esm.says("crashing-1 0 failed: Runtime.ExitError: the function's process ended with "
               "exit status 7"))
      << esm.output();
  esm.stop();
}

TEST_F(EsmTest, ATimeOutEndsOneInvocationAndNotItsProcess) {
  make_topic("slow", 2);
  EsmRun esm = start(
      mapping("slow", std::string(kProvisioned) + R"(,"BatchSize":1,"MaximumRetryAttempts":0)"),
      {"--concurrency", "2", "--env", "AWS_LAMBDA_MAX_CONCURRENCY=3", "--function-timeout", "2"});
  for (const char* name : {"mapping 1", "mapping 2"}) {
    ASSERT_TRUE(esm.says(std::string(name) + " | reads slow-")) << esm.output();
  }
  const auto before = children_of(esm.child().pid());
  EXPECT_EQ(before.size(), 1u);
  store("slow", {{.value = "hang", .partition = 0},
                 {.value = "good", .partition = 0},
                 {.value = "good", .partition = 1}});
  EXPECT_TRUE(esm.says("slow-0 0 failed: Sandbox.Timedout: Task timed out after 2.00 seconds"));
  EXPECT_TRUE(goes_on_at("slow", {{0, 2}, {1, 1}})) << esm.output();
  EXPECT_EQ(children_of(esm.child().pid()), before);
  EXPECT_EQ(esm.stop(), 0);
}

TEST_F(EsmTest, TheServicesFunctionHandlesSeveralInvocations) {
  make_topic("service", 3);
  EsmRun esm = start(mapping("service", R"(,"BatchSize":1)"),
                     {"--concurrency", "3", "--env", "AWS_LAMBDA_MAX_CONCURRENCY=3", "--function",
                      beside_us(test::kFunctionProgram)});
  for (const char* name : {"mapping 1", "mapping 2", "mapping 3"}) {
    ASSERT_TRUE(esm.says(std::string(name) + " | reads service-")) << esm.output();
  }
  Records records;
  for (int32_t i = 0; i < 30; ++i) {
    records.push_back({.value = test::stamp_of("n" + std::to_string(i)),
                       .partition = i % 3,
                       .headers = {{"ce_type", test::kStampType}}});
  }
  store("service", records);
  EXPECT_TRUE(goes_on_at("service", {{0, 10}, {1, 10}, {2, 10}})) << esm.output();
  EXPECT_EQ(esm.stop(), 0);
  for (int i = 0; i < 30; ++i) {
    EXPECT_EQ(count(esm.output(), "\"n" + std::to_string(i) + "\""), 1u) << esm.output();
  }
}

TEST(ManagedInstances, TheServicesFunctionRefusesAWrongNumberAtItsStart) {
  for (const char* wrong : {"0", "many", "1601"}) {
    std::string request;
    test::ScriptedServer server([&](test::ScriptedServer& self) {
      auto connection = self.accept();
      request = connection.read_request();
      connection.answer("", "", "202 Accepted");
    });
    const test::TemporaryFolder folder;
    test::Program program(test::kFunctionProgram, {},
                          {{"AWS_LAMBDA_RUNTIME_API", "127.0.0.1:" + std::to_string(server.port())},
                           {"AWS_LAMBDA_MAX_CONCURRENCY", wrong}},
                          folder.path() / "output");
    EXPECT_EQ(program.exit_status(), 1);
    server.join();
    EXPECT_THAT(request, HasSubstr("POST /2018-06-01/runtime/init/error HTTP/1.1"));
    EXPECT_THAT(request, HasSubstr("AWS_LAMBDA_MAX_CONCURRENCY"));
    EXPECT_THAT(program.output(), HasSubstr("AWS_LAMBDA_MAX_CONCURRENCY"));
  }
}

}  // namespace
}  // namespace penstock
