// These tests run `penstock_local invoke` as its user does: with each test event, with functions
// that fail in every way, and with the records of a real Kafka.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <regex>

#include "lambda/kafka_event.h"
#include "support/fixture.h"
#include "support/invoke_program.h"
#include "support/kafka_client.h"
#include "support/real_kafka.h"
#include "support/scripted_server.h"

namespace penstock {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::MatchesRegex;
using testing::Not;

class InvokeTest : public testing::Test, protected test::InvokeProgram {};

TEST_F(InvokeTest, EveryTestEventWithTheServicesFunction) {
  struct Row {
    std::string name;
    int status;
    std::string logged;
    std::string end;  // A regular expression.
  };
  const Row rows[] = {
      {"basic_test.json", 0, R"("type":"OTHER","value":)" + test::stamp_of("Paul") + "}",
       "\n1 record, [0-9]+ bytes, [0-9]+ ms\nsucceeded: null\n"},
      {"stamps.json", 0, R"("type":"STAMP","value":)" + test::stamp_of("Dan", 1'763'900'003) + "}",
       "\n4 records, [0-9]+ bytes, [0-9]+ ms\nsucceeded: null\n"},
      {"tombstone.json", 0, R"("type":"OTHER","value":null})",
       "\n2 records, .*\nsucceeded: null\n"},
      {"binary_key.json", 0, R"("key_base64":"AP/+gA==")", "\n2 records, .*\nsucceeded: null\n"},
      {"poison.json", 1, R"("type":"EXCEPTION")",
       "\n3 records, .*\nfailed: Function\\.RecordFailed: fixture-stamps-0@61: .*/name must have "
       ".*\n"},
  };
  for (const Row& row : rows) {
    const Ended run = invoke({event(row.name)});
    EXPECT_EQ(run.status, row.status) << run.output;
    EXPECT_THAT(run.output, HasSubstr(row.logged));
    EXPECT_TRUE(std::regex_search(run.output, std::regex(row.end + "$"))) << run.output;
    // The function's lines have no prefix.
    EXPECT_THAT(run.output, Not(HasSubstr(" | ")));
  }
}

TEST_F(InvokeTest, TheFunctionReadsTheSettingsOfTheServicesOwn) {
  const Ended run = invoke({event("note.json"), "--env", test::variable("TEXT") + "=Other.",
                            "--env", test::variable("KEY") + "=sesame"});
  EXPECT_EQ(run.status, 0) << run.output;
  EXPECT_THAT(run.output, HasSubstr(R"("type":"TEXT","value":{"text":"Other."})"));
  EXPECT_THAT(run.output, Not(HasSubstr("sesame")));
  const Ended refused =
      invoke({event("note.json"), "--env", test::variable("NOTE_ID_MAX") + "=none"});
  EXPECT_EQ(refused.status, 1);
  EXPECT_THAT(refused.output,
              HasSubstr("failed: Function.CannotStart: " + test::variable("NOTE_ID_MAX") +
                        " is 'none', but must be a whole number from 1 to 1000000."));
}

TEST_F(InvokeTest, PoisonDoesNotFailWithPartialResponses) {
  const Ended run = invoke({event("poison.json"), "--partial-responses"});
  EXPECT_EQ(run.status, 0) << run.output;
  EXPECT_THAT(run.output, HasSubstr(test::stamp_of("Cleo")));
}

TEST_F(InvokeTest, FillMakesTheLargestEventThatAwsTakes) {
  const Ended run = invoke({event("stamps.json"), "--fill", "--env", "AWS_LAMBDA_LOG_LEVEL=ERROR"});
  EXPECT_EQ(run.status, 0) << run.output.substr(0, 1000);
  EXPECT_THAT(run.output, Not(HasSubstr("\"RECORD\"")));
  std::smatch size;
  ASSERT_TRUE(
      std::regex_search(run.output, size, std::regex("\n([0-9]+) records, ([0-9]+) bytes, ")));
  EXPECT_GT(std::stoul(size[1]), 1000u);
  EXPECT_LT(std::stoul(size[2]), 6u * 1024 * 1024);
  EXPECT_GT(std::stoul(size[2]), 6u * 1024 * 1024 - 5000);
  EXPECT_THAT(run.output, EndsWith("succeeded: null\n"));
}

TEST_F(InvokeTest, AnyCustomRuntimeWithAnyJson) {
  const std::string bootstrap =
      runtime("echo \"got $event in $PLACE\"; post \"invocation/$id/response\" '{\"n\":42}'");
  const Ended run = invoke(
      {"--env", "PLACE=here", file("event.json", R"({"Records":[]})"), "--function", bootstrap});
  EXPECT_EQ(run.status, 0);
  EXPECT_TRUE(
      std::regex_match(run.output, std::regex("got \\{\"Records\":\\[\\]\\} in here\n14 bytes, "
                                              "[0-9]+ ms\nsucceeded: \\{\"n\":42\\}\n")))
      << run.output;
}

TEST_F(InvokeTest, ErrorsOfTheFunctionInEveryWay) {
  const std::string report = R"('{"errorType":"My.Error","errorMessage":"why"}')";
  const std::pair<std::string, std::string> rows[] = {
      {"post \"invocation/$id/error\" " + report, "failed: My.Error: why\n"},
      {"exit 3", "failed: Runtime.ExitError: the function's process ended with exit status 3\n"},
      {"kill -SEGV $$",
       "failed: Runtime.ExitError: the function's process ended with signal 11 .*\n"},
      {"sleep 100", "failed: Sandbox.Timedout: Task timed out after 2.00 seconds\n"},
  };
  for (const auto& [then, end] : rows) {
    const Ended run =
        invoke({event("basic_test.json"), "--function", runtime(then), "--function-timeout", "2"});
    EXPECT_EQ(run.status, 1);
    // The function is not started again, so the output must not announce it.
    EXPECT_TRUE(
        std::regex_match(run.output, std::regex("1 record, [0-9]+ bytes, [0-9]+ ms\n" + end)))
        << then << ": " << run.output;
  }
}

TEST_F(InvokeTest, AnAnswerThatDoesNotArriveWholeIsAFailure) {
  // Sends the beginning of a response in the ways of HTTP, and waits until it is killed.
  const std::string head =
      "printf 'POST /2018-06-01/runtime/invocation/%s/response HTTP/1.1\\r\\nHost: x\\r\\n' "
      "\"$id\" >&3;";
  const std::string chunked =
      head + "printf 'Transfer-Encoding: chunked\\r\\n\\r\\n4\\r\\nnull\\r\\n";
  const std::string closes = "' >&3; exec 3>&-; sleep 100";
  const std::string cut =
      "failed: Runtime.TruncatedResponse: the function's answer ended before it "
      "was complete\n";
  const std::pair<std::string, std::string> rows[] = {
      {head + "printf 'Content-Length: 9\\r\\n\\r\\nnull" + closes, cut},
      {chunked + closes, cut},
      {chunked + "0\\r\\nLambda-Runtime-Function-Error-Type: My.Error\\r\\n\\r\\n' >&3; sleep 100",
       "failed: My.Error: the function's report of the error has no errorMessage\n"},
      {head + "printf 'Content-Length: 20000000\\r\\n\\r\\n' >&3;"
              "head -c 20000000 /dev/zero >&3; read -r line <&3; echo \"$line\"; sleep 100",
       "failed: Function.ResponseSizeTooLarge: Response payload size exceeded maximum allowed "
       "payload size \\(6291556 bytes\\)\\.\n"},
  };
  for (const auto& [then, end] : rows) {
    const Ended run = invoke({event("basic_test.json"), "--function", runtime(then)});
    EXPECT_EQ(run.status, 1);
    std::smatch match;
    ASSERT_TRUE(std::regex_search(run.output, match,
                                  std::regex("1 record, [0-9]+ bytes, ([0-9]+) ms\n" + end + "$")))
        << then << ": " << run.output;
    EXPECT_LT(std::stol(match[1]), 10'000) << then;  // Long before the time-out of 30 s.
  }
}

TEST_F(InvokeTest, AFunctionThatCannotStart) {
  const std::string bootstrap = file("bootstrap", "#!/bin/bash\necho 'no settings' >&2\nexit 1\n");
  std::filesystem::permissions(bootstrap, std::filesystem::perms::owner_all);
  const Ended ended = invoke({event("basic_test.json"), "--function", bootstrap});
  EXPECT_EQ(ended.status, 1);
  EXPECT_THAT(ended.output, HasSubstr("no settings\n"));
  EXPECT_THAT(
      ended.output,
      HasSubstr("failed: Runtime.ExitError: the function's process ended with exit status 1"));
  const Ended refused =
      invoke({event("basic_test.json"), "--env", "FUNCTION_RESPONSE_TYPES=Nonsense"});
  EXPECT_EQ(refused.status, 1);
  EXPECT_THAT(refused.output, HasSubstr("failed: Function.CannotStart: "));
}

TEST_F(InvokeTest, CtrlCEndsItWithItsFunction) {
  const std::string mark = file("mark");
  start({event("basic_test.json"), "--function", runtime("echo $$ >'" + mark + "'; sleep 100")});
  pid_t function = 0;
  ASSERT_TRUE(test::eventually([&] { return bool(std::ifstream(mark) >> function); }));
  program().child().signal(SIGINT);
  const Ended run = end();
  EXPECT_EQ(run.status, 1);
  EXPECT_THAT(run.output, HasSubstr("failed: Penstock.Abandoned: the program is stopping\n"));
  EXPECT_NE(::kill(function, 0), 0);
}

TEST_F(InvokeTest, TheInvokeUrlOfAnEmulator) {
  std::string request;
  test::ScriptedServer server([&](test::ScriptedServer& self) {
    auto connection = self.accept();
    request = connection.read_request();
    connection.answer(R"({"errorType":"Function.Failed","errorMessage":"m"})");
  });
  const std::string url = "http://127.0.0.1:" + std::to_string(server.port()) +
                          "/2015-03-31/functions/function/invocations";
  const Ended run = invoke({event("basic_test.json"), "--function", url});
  server.join();
  EXPECT_EQ(run.status, 1);
  EXPECT_THAT(run.output, HasSubstr("failed: Function.Failed: m\n"));
  EXPECT_THAT(request, HasSubstr("\"eventSource\": \"aws:kafka\""));
  const Ended refused = invoke({event("basic_test.json"), "--function", url, "--env", "A=B"});
  EXPECT_EQ(refused.status, 2);
}

TEST_F(InvokeTest, WhatIsNotInvokedEndsWith2) {
  const std::pair<std::vector<std::string>, std::string> rows[] = {
      {{}, "name either a FILE with the event (- is standard input), or --from-topic"},
      {{"-"}, "standard input: not JSON at byte 0"},
      {{file("broken.json", "{\"a\":}")}, "broken.json: not JSON at byte 5"},
      {{"/nowhere.json"}, "/nowhere.json: there is no such file"},
      {{event("basic_test.json"), "--function", "/nowhere"},
       "--function /nowhere: there is no such file"},
      {{event("basic_test.json"), "--function", event("basic_test.json")},
       "it is not executable; this command changes that: chmod +x "},
      {{event("basic_test.json"), "--env", "A"}, "--env: 'A' is not NAME=VALUE"},
      {{event("basic_test.json"), "--count", "3"}, "--count requires --from-topic"},
      {{event("basic_test.json"), "--from-topic", "events"}, "FILE excludes --from-topic"},
      {{event("basic_test.json"), "--nonsense"}, "--nonsense"},
      {{file("no_kafka.json", "{}"), "--fill"}, "eventSource: missing"},
      {{file("large.json", "\"" + std::string(6'291'454, 'a') + "\"")},
       "the event has 6291456 bytes, but AWS allows less than 6291456"},
      {{"--from-topic", "events", "--data", file("no_data")},
       "no broker of `penstock_local` has run in "},
  };
  for (const auto& [arguments, sentence] : rows) {
    const Ended run = invoke(arguments);
    EXPECT_EQ(run.status, 2) << sentence;
    EXPECT_THAT(run.output, HasSubstr(sentence));
  }
}

TEST_F(InvokeTest, SaveWritesTheEventAndNeedsNoFunction) {
  const std::string saved = file("saved.json");
  const Ended save =
      invoke({event("basic_test.json"), "--fill", "--save", saved, "--function", "/nowhere"});
  EXPECT_EQ(save.status, 0) << save.output;
  EXPECT_THAT(save.output, MatchesRegex(".*saved.json: 10000 records, [0-9]+ bytes\n"));
  EXPECT_EQ(std::to_string(std::filesystem::file_size(saved) - 1) + " bytes\n",
            save.output.substr(save.output.rfind(", ") + 2));
  using std::filesystem::perms;
  EXPECT_EQ(std::filesystem::status(saved).permissions(), perms::owner_read | perms::owner_write);
}

class InvokeFromTopicTest : public test::RealKafkaTest, protected test::InvokeProgram {
 protected:
  Ended invoke_from(const std::string& topic, std::vector<std::string> more) {
    more.insert(more.begin(), {"--from-topic", topic, "--bootstrap", kafka().bootstrap()});
    return invoke(std::move(more));
  }
  // Makes a topic with three partitions of five records. The value of a record is its offset.
  static void make(const std::string& topic) {
    ASSERT_TRUE(test::create_topic(kafka().bootstrap(), topic, 3));
    for (int partition = 0; partition < 3; ++partition) {
      std::vector<test::NewRecord> records;
      for (int i = 0; i < 5; ++i) {
        records.push_back({.value = std::to_string(i),
                           .key = "k",
                           .partition = partition,
                           .headers = {{"h", "\xff"}}});
      }
      const auto stored = test::produce(kafka().bootstrap(), topic, records);
      ASSERT_TRUE(stored) << stored.error().message;
    }
  }
};

TEST_F(InvokeFromTopicTest, TheNewestRecordsBecomeATestEvent) {
  make("newest");
  const std::string saved = file("saved.json");
  const Ended save = invoke_from("newest", {"--count", "7", "--save", saved});
  EXPECT_EQ(save.status, 0) << save.output;
  EXPECT_THAT(save.output, MatchesRegex(".*saved.json: 7 records, [0-9]+ bytes\n"));
  std::ifstream stream(saved);
  const std::string text{std::istreambuf_iterator<char>(stream), {}};
  const auto event = lambda::decode_kafka_event(text).value();
  EXPECT_EQ(event.event_source, "aws:kafka");
  EXPECT_EQ(event.bootstrap_servers, kafka().bootstrap());
  ASSERT_EQ(event.records.size(), 7u);
  EXPECT_EQ(event.records[0].partition.number, 1);
  EXPECT_EQ(event.records[0].value, "3");
  EXPECT_EQ(event.records[0].key, "k");
  EXPECT_EQ(event.records[0].header("h"), "\xff");
  EXPECT_EQ(event.records[6].partition.number, 2);
  EXPECT_EQ(event.records[6].offset.value, 4);

  const Ended run = invoke({saved});
  EXPECT_EQ(run.status, 0) << run.output;
  EXPECT_THAT(run.output, HasSubstr(R"("topic":"newest","partition":1,"offset":3,)"));
  // A saved file is not necessary.
  const Ended direct = invoke_from("newest", {});
  EXPECT_EQ(direct.status, 0) << direct.output;
  EXPECT_THAT(direct.output, HasSubstr("\n10 records, "));
}

TEST_F(InvokeFromTopicTest, FromAnOffsetOfAPartition) {
  make("offsets");
  const Ended run =
      invoke_from("offsets", {"--from-offset", "1", "--partition", "2", "--count", "2"});
  EXPECT_EQ(run.status, 0) << run.output;
  EXPECT_THAT(run.output, HasSubstr("\n2 records, "));
  EXPECT_THAT(run.output, HasSubstr(R"("partition":2,"offset":1,)"));
  EXPECT_THAT(run.output, HasSubstr(R"("partition":2,"offset":2,)"));
  const Ended newest = invoke_from("offsets", {"--partition", "0", "--count", "1"});
  EXPECT_THAT(newest.output, HasSubstr(R"("partition":0,"offset":4,)"));
  const std::pair<std::vector<std::string>, std::string> rows[] = {
      {{"--from-offset", "1"}, "topic 'offsets' has 3 partitions. Choose one with --partition"},
      {{"--partition", "3"}, "topic 'offsets' has no partition 3. It has the partitions 0 to 2"},
      {{"--from-offset", "5", "--partition", "1"},
       "partition offsets-1 has no records from offset 5 on. Its next offset is 5"},
  };
  for (const auto& [arguments, sentence] : rows) {
    const Ended refused = invoke_from("offsets", arguments);
    EXPECT_EQ(refused.status, 2) << sentence;
    EXPECT_THAT(refused.output, HasSubstr(sentence));
  }
}

TEST_F(InvokeFromTopicTest, ATopicThatDoesNotExistOrIsEmpty) {
  const Ended missing = invoke_from("nowhere", {});
  EXPECT_EQ(missing.status, 2);
  EXPECT_THAT(missing.output,
              HasSubstr("topic 'nowhere' does not exist at " + kafka().bootstrap()));
  ASSERT_TRUE(test::create_topic(kafka().bootstrap(), "empty", 2));
  const Ended empty = invoke_from("empty", {});
  EXPECT_EQ(empty.status, 2);
  EXPECT_THAT(empty.output,
              HasSubstr("topic 'empty' at " + kafka().bootstrap() + " has no records"));
}

}  // namespace
}  // namespace penstock
