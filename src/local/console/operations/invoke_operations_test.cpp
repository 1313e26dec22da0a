#include "local/console/operations/invoke_operations.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

#include "json/text.h"
#include "support/console_contract.h"

namespace penstock::local {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

// Answers with what the test says, and writes lines like a process.
class Answering final : public Invoker {
 public:
  explicit Answering(InvocationLines& kept) : kept_(kept) {}

  InvocationOutcome invoke(const Payload& payload, std::stop_token) override {
    event = std::string(payload.bytes());
    kept_.busy(outcome.request_id, true);
    for (const std::string& line : lines) kept_.line({outcome.request_id}, line);
    kept_.line({"another"}, "not ours");
    kept_.busy(outcome.request_id, false);
    return outcome;
  }

  InvocationOutcome outcome{.request_id = "r1", .response = "null"};
  std::vector<std::string> lines;
  std::string event;

 private:
  InvocationLines& kept_;
};

class InvokeOperations : public ::testing::Test {
 protected:
  InvokeOperations() {
    std::string pattern = fs::temp_directory_path() / "invoke_operations.XXXXXX";
    folder_ = ::mkdtemp(pattern.data());
    operations_ =
        invoke_operations(io_, {.invoker = [this] { return invoker_; }, .test_events = folder_},
                          lines_, stop_.get_token());
  }
  ~InvokeOperations() override { fs::remove_all(folder_); }

  void write(const std::string& name, const std::string& text) {
    std::ofstream(folder_ / name) << text;
  }
  test::ConsoleContract::Answered invoke(const std::string& event) {
    const std::string body = "{\"event\":" + json::quoted(event) + "}";
    return contract_.ask(operations_, io_, "POST", "/api/invocations", body);
  }

  InvocationLines lines_;
  Answering function_{lines_};
  Invoker* invoker_ = &function_;
  fs::path folder_;
  boost::asio::io_context io_{1};
  std::stop_source stop_;
  ConsoleOperations operations_;
  test::ConsoleContract contract_;
};

TEST_F(InvokeOperations, TheFunctionGetsTheEventAndItsLinesAreReturned) {
  function_.lines = {"{\"message\":\"RECORD\"}", "a\tb\x1b[31m"};
  const auto answer = invoke("{ \"a\": 1 }");
  ASSERT_EQ(answer.status, 200u) << answer.body;
  EXPECT_EQ(function_.event, "{ \"a\": 1 }");
  EXPECT_TRUE(answer.json.at("succeeded").as_bool());
  EXPECT_EQ(answer.json.at("response"), "null");
  EXPECT_EQ(answer.json.at("request_id"), "r1");
  const auto& log = answer.json.at("log").as_array();
  ASSERT_EQ(log.size(), 2u);
  EXPECT_EQ(log[0], "{\"message\":\"RECORD\"}");
  EXPECT_EQ(log[1], "a\tb\\x1b[31m");
}

TEST_F(InvokeOperations, AnErrorOfTheFunctionIsAnAnswer) {
  function_.outcome = {.request_id = "r1", .error_type = "Broken", .error_message = "no\n\x01"};
  const auto answer = invoke("1");
  EXPECT_EQ(answer.status, 200u);
  EXPECT_FALSE(answer.json.at("succeeded").as_bool());
  EXPECT_EQ(answer.json.at("error"), "Broken: no\\x0a\\x01");
}

TEST_F(InvokeOperations, AResponseThatIsNotUtf8OrTooLongIsShownAllTheSame) {
  function_.outcome.response = "\xff";
  EXPECT_EQ(invoke("1").json.at("response"), "\\xff");
  function_.outcome.response.clear();
  for (int i = 0; i < 1'000'000; ++i) function_.outcome.response += "é";
  EXPECT_NEAR(static_cast<double>(invoke("1").json.at("response").as_string().size()), 1024 * 1024,
              4);
}

TEST_F(InvokeOperations, OnlyJsonIsHandedOver) {
  const auto answer = invoke("{");
  EXPECT_EQ(answer.status, 400u);
  EXPECT_THAT(answer.detail(), HasSubstr("the event"));
  EXPECT_EQ(function_.event, "");
  invoker_ = nullptr;
  EXPECT_EQ(invoke("1").status, 404u);
}

TEST_F(InvokeOperations, TestEventsAreTheJsonFilesOfTheFolder) {
  write("b.json", "{}");
  write("a.json", "[1]");
  write("readme.md", "no");
  write("large.json", std::string(1024 * 1024 + 1, ' '));
  write("odd.json", "\xff");
  fs::create_directory(folder_ / "folder.json");
  ASSERT_EQ(::mkfifo((folder_ / "pipe.json").c_str(), 0600), 0);
  const auto answer = contract_.ask(operations_, io_, "GET", "/api/test-events");
  ASSERT_EQ(answer.status, 200u) << answer.body;
  const auto& events = answer.json.at("test_events").as_array();
  ASSERT_EQ(events.size(), 2u);
  EXPECT_EQ(events[0].at("name"), "a.json");
  EXPECT_EQ(events[0].at("text"), "[1]");
  EXPECT_EQ(answer.json.at("left_out").as_array().size(), 4u);
}

TEST_F(InvokeOperations, AFolderThatIsNotThereHasNoTestEvents) {
  fs::remove_all(folder_);
  const auto answer = contract_.ask(operations_, io_, "GET", "/api/test-events");
  EXPECT_EQ(answer.body, R"({"test_events":[],"left_out":[]})");
}

TEST_F(InvokeOperations, TestEventsAreBoundedInSumAndInNumber) {
  for (int i = 0; i < 10; ++i) {
    write("big" + std::to_string(i) + ".json", std::string(1024 * 1024, ' '));
  }
  for (int i = 0; i < 300; ++i) write("small" + std::to_string(i) + ".json", "1");
  const auto answer = contract_.ask(operations_, io_, "GET", "/api/test-events");
  EXPECT_EQ(answer.json.at("test_events").as_array().size(), 8u);
  EXPECT_LE(answer.json.at("left_out").as_array().size(), 201u);
}

TEST(InvocationLines, KeepsNothingUnlessTheConsoleInvokes) {
  InvocationLines lines;
  lines.line({"r"}, "early");
  lines.begin();
  EXPECT_TRUE(lines.take("r").empty());
}

TEST(InvocationLines, IsBoundedAndSaysWhatIsLeftOut) {
  InvocationLines lines;
  lines.begin();
  for (size_t i = 0; i < InvocationLines::kLinesMax + 5; ++i) lines.line({"r"}, "x");
  const auto taken = lines.take("r");
  ASSERT_EQ(taken.size(), InvocationLines::kLinesMax + 1);
  EXPECT_EQ(taken.back(), "… and 5 more lines");
}

TEST(InvocationLines, ForgetsOtherInvocationsThatHaveEnded) {
  InvocationLines lines;
  lines.begin();
  lines.line({"ours"}, "x");
  lines.line({"other"}, "y");
  lines.busy("other", false);
  for (size_t i = 0; i < InvocationLines::kEndedInvocationsMax; ++i) {
    lines.busy("later " + std::to_string(i), false);
  }
  lines.begin();
  EXPECT_EQ(lines.take("ours").size(), 1u);
  EXPECT_TRUE(lines.take("other").empty());
}

}  // namespace
}  // namespace penstock::local
