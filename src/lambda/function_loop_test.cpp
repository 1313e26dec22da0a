#include "lambda/function_loop.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <stdexcept>
#include <string>
#include <vector>

#include "lambda/testing/logged_for.h"
#include "support/scripted_server.h"

namespace penstock::lambda {
namespace {

using lambda::testing::CapturedLog;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

std::string record_text(int partition, int64_t offset, const std::string& rest = "") {
  return R"({"topic":"events","partition":)" + std::to_string(partition) + R"(,"offset":)" +
         std::to_string(offset) + R"(,"timestamp":1700000000000,"timestampType":"CREATE_TIME")" +
         rest + "}";
}

Invocation invocation_of(const std::string& partition_0, const std::string& partition_1 = "") {
  return {.request_id = "id-1",
          .deadline = base::SystemTime{},
          .function_arn = {},
          .trace_id = {},
          .body = base::WipedText(R"({"eventSource":"aws:kafka","records":{"events-0":[)" +
                                  partition_0 + R"(],"events-1":[)" + partition_1 + "]}}")};
}

// Has handlers that fail for the records with these offsets, and keeps the positions of all
// records.
struct Probe {
  std::vector<int64_t> failing = {};
  std::vector<int64_t> poisonous = {};
  std::vector<std::string> seen = {};
  EventHandlers handlers{{"*", [this](const Record& record, Context&) -> Outcome {
                            seen.push_back(to_text(record.partition) + "@" +
                                           to_text(record.offset));
                            for (const int64_t offset : failing) {
                              if (offset == record.offset.value) {
                                throw std::runtime_error("broken " + std::to_string(offset));
                              }
                            }
                            for (const int64_t offset : poisonous) {
                              if (offset == record.offset.value) {
                                return poison("poison " + std::to_string(offset));
                              }
                            }
                            return done();
                          }}};
};

TEST(Function, GivesEveryRecordToTheHandlerOfItsType) {
  std::vector<std::string> calls;
  const auto noting = [&](std::string name) {
    return [&calls, name](const Record& record, Context&) {
      calls.push_back(name + to_text(record.offset));
      return done();
    };
  };
  const EventHandlers handlers{{"a", noting("a")}, {"*", noting("any")}, {"b", noting("b")}};
  CapturedLog captured;
  Function function(captured.log(), handlers);
  EXPECT_FALSE(function
                   .run(invocation_of(record_text(0, 1, R"(,"headers":[{"ce_type":[98]}])") + "," +
                                      record_text(0, 2) + "," +
                                      record_text(0, 3, R"(,"headers":[{"ce_type":[97]}])") + "," +
                                      record_text(0, 4, R"(,"headers":[{"ce_type":[99]}])")))
                   .error);
  EXPECT_THAT(calls, ElementsAre("b1", "any2", "a3", "any4"));
}

TEST(Function, FailsForARecordWithoutAHandler) {
  const EventHandlers handlers{{"a", [](const Record&, Context&) { return done(); }}};
  CapturedLog captured;
  const auto failure =
      Function(captured.log(), handlers).run(invocation_of(record_text(0, 1))).error;
  ASSERT_TRUE(failure);
  EXPECT_EQ(failure->message, "events-0@1: there is no handler for events of type \"\"");
}

TEST(Function, LogsEachRecordWithoutItsValue) {
  Probe probe;
  CapturedLog captured;
  Function function(captured.log(), probe.handlers);
  EXPECT_FALSE(
      function
          .run(invocation_of(record_text(0, 15,
                                         R"(,"key":"a2V5","value":"c2VjcmV0",)"
                                         R"("headers":[{"a":[49]},{"a":[50]},{"b":[-1]}])") +
                             "," + record_text(0, 16, R"(,"key":"/w==")")))
          .error);
  EXPECT_THAT(
      captured.short_lines(),
      ElementsAre(
          R"(INFO RECORD {"topic":"events","partition":0,"offset":15,"timestamp":1700000000000,)"
          R"("timestampType":"CREATE_TIME","key":"key",)"
          R"("headers":{"a":"1","b":"�"},"value_bytes":6})",
          R"(INFO RECORD {"topic":"events","partition":0,"offset":16,"timestamp":1700000000000,)"
          R"("timestampType":"CREATE_TIME","key_base64":"/w==","headers":{},"value_bytes":null})"));
  EXPECT_EQ(captured.lines().at(0).at("requestId"), "id-1");
}

TEST(Function, IdentifiesEachRecordHoweverLargeItsKeyAndHeadersAre) {
  Probe probe;
  CapturedLog captured;
  Function function(captured.log(), probe.handlers);
  std::string sevens = "7";
  for (int i = 1; i < 20'000; ++i) sevens += ",7";
  EXPECT_FALSE(function
                   .run(invocation_of(record_text(0, 15,
                                                  R"(,"key":")" + std::string(40'000, 'A') +
                                                      R"(","headers":[{"h":[)" + sevens + "]}]")))
                   .error);
  EXPECT_THAT(
      captured.short_lines(),
      ElementsAre(
          R"(INFO RECORD {"topic":"events","partition":0,"offset":15,"timestamp":1700000000000,)"
          R"("timestampType":"CREATE_TIME","key_bytes":30000,)"
          R"("header_bytes":20001,"value_bytes":null})"));
}

TEST(Function, LogsTheWholeEventAtDebugOnOneLine) {
  Probe probe;
  CapturedLog captured(log::Level::debug);
  Function function(captured.log(), probe.handlers);
  Invocation invocation = invocation_of("");
  invocation.body += "\r\n";
  EXPECT_FALSE(function.run(invocation).error);
  EXPECT_THAT(captured.short_lines(),
              ElementsAre(R"(DEBUG LAMBDA_EVENT {"eventSource":"aws:kafka",)"
                          R"("records":{"events-0":[],"events-1":[]}})"));
}

TEST(Function, StopsAPartitionAtItsFailureAndGoesOnWithOthers) {
  Probe probe{.failing = {2}};
  CapturedLog captured(log::Level::error);
  Function function(captured.log(), probe.handlers);
  const auto failure =
      function
          .run(invocation_of(record_text(0, 1) + "," + record_text(0, 2) + "," + record_text(0, 3),
                             record_text(1, 2) + "," + record_text(1, 7)))
          .error;
  EXPECT_THAT(probe.seen, ElementsAre("0@1", "0@2", "1@2"));
  ASSERT_TRUE(failure);
  EXPECT_EQ(failure->type, "Function.RecordFailed");
  EXPECT_EQ(failure->message, "events-0@2: broken 2; events-1@2: broken 2");
  EXPECT_THAT(
      captured.short_lines(),
      ElementsAre(
          R"(ERROR EXCEPTION {"reason":"broken 2","topic":"events","partition":0,"offset":2,)"
          R"("outcome":"retry"})",
          R"(ERROR EXCEPTION {"reason":"broken 2","topic":"events","partition":1,"offset":2,)"
          R"("outcome":"retry"})"));
}

TEST(Function, SurvivesAHandlerThatThrowsAnything) {
  const EventHandlers handlers{{"*", [](const Record&, Context&) -> Outcome { throw 7; }}};
  CapturedLog captured;
  const auto failure =
      Function(captured.log(), handlers).run(invocation_of(record_text(0, 1))).error;
  ASSERT_TRUE(failure);
  EXPECT_EQ(failure->message, "events-0@1: something was thrown that is not a std::exception");
}

TEST(Function, RetriesARecordWhoseHandlerHasNoMemory) {
  const EventHandlers handlers{
      {"*", [](const Record&, Context&) -> Outcome { throw std::bad_alloc(); }}};
  CapturedLog captured;
  const auto failure =
      Function(captured.log(), handlers).run(invocation_of(record_text(0, 1))).error;
  ASSERT_TRUE(failure);
  EXPECT_EQ(failure->message, "events-0@1: std::bad_alloc");
}

TEST(Function, LimitsTheErrorMessage) {
  const EventHandlers handlers{{"*", [](const Record&, Context&) -> Outcome {
                                  throw std::runtime_error(std::string(100'000, 'x'));
                                }}};
  CapturedLog captured;
  const auto failure = Function(captured.log(), handlers)
                           .run(invocation_of(record_text(0, 1), record_text(1, 1)))
                           .error;
  ASSERT_TRUE(failure);
  EXPECT_EQ(failure->message.size(), 4096u);
}

TEST(Function, FailsForAMalformedEvent) {
  Probe probe;
  CapturedLog captured;
  Function function(captured.log(), probe.handlers);
  Invocation invocation =
      invocation_of(record_text(0, 1) + "," + record_text(0, 2, R"(,"value":"?")"));
  const auto failure = function.run(invocation).error;
  ASSERT_TRUE(failure);
  EXPECT_EQ(failure->type, "Function.MalformedEvent");
  EXPECT_EQ(failure->message, "records/events-0/1/value: not base64");
  EXPECT_THAT(probe.seen, IsEmpty());
  EXPECT_THAT(captured.short_lines(),
              ElementsAre(R"(ERROR EXCEPTION {"reason":"records/events-0/1/value: not base64"})"));
}

TEST(Function, NamesAllThatIsNotFinishedAndPassesPoisonWithPartialResponses) {
  Probe probe{.failing = {2}, .poisonous = {1, 5}};
  CapturedLog captured(log::Level::error);
  Function function(captured.log(), probe.handlers, {.responses = Responses::partial});
  const Reply reply = function.run(
      invocation_of(record_text(0, 1) + "," + record_text(0, 2) + "," + record_text(0, 3),
                    record_text(1, 5) + "," + record_text(1, 7)));
  EXPECT_THAT(probe.seen, ElementsAre("0@1", "0@2", "1@5", "1@7"));
  EXPECT_FALSE(reply.error);
  EXPECT_EQ(reply.response,
            R"({"batchItemFailures":[{"itemIdentifier":{"partition":"events-0","offset":2}},)"
            R"({"itemIdentifier":{"partition":"events-0","offset":3}}]})");
  EXPECT_THAT(captured.short_lines(),
              ElementsAre(HasSubstr("poison 1"), HasSubstr("broken 2"), HasSubstr("poison 5")));
}

TEST(Function, FailsForPoisonWithoutPartialResponses) {
  Probe probe{.poisonous = {1}};
  CapturedLog captured;
  const auto failure =
      Function(captured.log(), probe.handlers).run(invocation_of(record_text(0, 1))).error;
  ASSERT_TRUE(failure);
  EXPECT_EQ(failure->message, "events-0@1: poison 1");
}

TEST(Function, AnswersNullForABatchThatSucceedsWithPartialResponses) {
  Probe probe;
  CapturedLog captured;
  Function function(captured.log(), probe.handlers, {.responses = Responses::partial});
  EXPECT_EQ(function.run(invocation_of(record_text(0, 1))).response, "null");
}

TEST(Function, DoesNotHandleAFinishedRecordAgain) {
  Probe probe{.failing = {3}};
  CapturedLog captured;
  Function function(captured.log(), probe.handlers, {.responses = Responses::partial});
  const auto batch =
      invocation_of(record_text(0, 1) + "," + record_text(0, 2) + "," + record_text(0, 3));
  EXPECT_THAT(function.run(batch).response, HasSubstr("\"offset\":3"));
  function.reply_was_taken(true);
  probe.failing = {};
  EXPECT_EQ(function.run(batch).response, "null");
  EXPECT_THAT(probe.seen, ElementsAre("0@1", "0@2", "0@3", "0@3"));
  EXPECT_THAT(captured.short_lines(), ::testing::Contains("INFO DUPLICATE \"events-0@1\""));
}

TEST(Function, HandlesAllAgainWhenItsAnswerWasRejectedOrAnError) {
  Probe probe{.failing = {2}};
  CapturedLog captured;
  Function function(captured.log(), probe.handlers);
  const auto batch = invocation_of(record_text(0, 1) + "," + record_text(0, 2));
  EXPECT_TRUE(function.run(batch).error);
  function.reply_was_taken(false);
  probe.failing = {};
  EXPECT_FALSE(function.run(batch).error);
  function.reply_was_taken(false);  // It was too large, for example, so the mapping saw a failure.
  EXPECT_FALSE(function.run(batch).error);
  EXPECT_THAT(probe.seen, ElementsAre("0@1", "0@2", "0@1", "0@2", "0@1", "0@2"));
}

TEST(Function, WarnsWhenTheMappingSkipsARecordToRetry) {
  Probe probe{.failing = {2}};
  CapturedLog captured(log::Level::warning);
  Function function(captured.log(), probe.handlers, {.responses = Responses::partial});
  (void)function.run(invocation_of(record_text(0, 1) + "," + record_text(0, 2)));
  function.reply_was_taken(true);
  (void)function.run(invocation_of(record_text(0, 2)));  // This is the expected retry.
  function.reply_was_taken(true);
  (void)function.run(invocation_of(record_text(0, 4)));
  EXPECT_THAT(captured.short_lines(),
              ElementsAre(HasSubstr("broken 2"), HasSubstr("broken 2"),
                          HasSubstr("WRONG_MAPPING \"events-0@2 should have been retried")));
}

TEST(Function, RemembersABoundedNumberOfPartitionsToRetry) {
  Probe probe{.failing = {7}};
  CapturedLog captured(log::Level::error);
  const auto memory = std::make_shared<FunctionMemory>();
  Function function(captured.log(), probe.handlers, {.responses = Responses::partial}, memory);
  for (int first = 0; first < 3000; first += 500) {
    Invocation invocation = invocation_of("");
    std::string groups;
    for (int partition = first; partition < first + 500; ++partition) {
      groups += (groups.empty() ? "" : ",") + ("\"events-" + std::to_string(partition)) + "\":[" +
                record_text(partition, 7) + "]";
    }
    invocation.body = R"({"eventSource":"aws:kafka","records":{)" + groups + "}}";
    EXPECT_FALSE(function.run(invocation).error);
    function.reply_was_taken(true);
  }
  EXPECT_EQ(memory->expected_again.size(), FunctionMemory::kExpectedAgainMax);
}

// Reads values as a schema would that says: events of type "n" are numbers.
base::Result<boost::json::value> read_number(std::string_view type, std::string_view text) {
  if (type != "n") return boost::json::value();
  boost::system::error_code malformed;
  auto value = boost::json::parse({text.data(), text.size()}, malformed);
  if (malformed || !value.is_int64()) return base::Error{base::ErrorCode::invalid, "no number"};
  return value;
}

TEST(Function, GivesHandlersOnlyValuesThatPassTheirEventsSchema) {
  std::vector<std::string> seen;
  const EventHandlers handlers{{"*", [&](const Record& record, Context& context) {
                                  seen.push_back(to_text(record.offset) + "=" +
                                                 boost::json::serialize(context.value()));
                                  return done();
                                }}};
  const std::string type_n = R"(,"headers":[{"ce_type":[110]}])";
  CapturedLog captured;
  Function function(
      captured.log(), handlers,
      {.responses = Responses::partial, .readers = {.value = read_number}, .function_name = "f"});
  const Reply reply = function.run(
      invocation_of(record_text(0, 1, R"(,"value":"NDI=")" + type_n) + "," +  // 42
                    record_text(0, 2, R"(,"value":"e30=")" + type_n) + "," +  // {}
                    record_text(0, 3, type_n) + "," + record_text(0, 4, R"(,"value":"e30=")")));
  EXPECT_FALSE(reply.error);
  EXPECT_EQ(reply.response, "null");
  EXPECT_THAT(seen, ElementsAre("1=42", "3=null", "4=null"));
  const auto lines = captured.lines();
  EXPECT_EQ(lines[2].at("type"), "EXCEPTION");
  EXPECT_EQ(lines[2].at("value").at("reason"), "no number");
  EXPECT_EQ(lines[2].at("value").at("offset"), 2);
  EXPECT_EQ(lines.back().at("type"), "METRICS");
  EXPECT_EQ(lines.back().at("Records"), 4);
  EXPECT_EQ(lines.back().at("PoisonRecords"), 1);
}

TEST(Function, FailsForAValueThatViolatesItsSchemaWithoutPartialResponses) {
  Probe probe;
  CapturedLog captured(log::Level::error);
  Function function(captured.log(), probe.handlers,
                    {.readers = {.value = read_number}, .function_name = "f"});
  const std::string type_n = R"(,"headers":[{"ce_type":[110]}])";
  const Reply reply = function.run(invocation_of(record_text(0, 1, R"(,"value":"e30=")" + type_n)));
  ASSERT_TRUE(reply.error);
  EXPECT_EQ(reply.error->message, "events-0@1: no number");
  EXPECT_THAT(probe.seen, IsEmpty());
  EXPECT_EQ(captured.lines().back().at("PoisonRecords"),
            1);  // It is logged whatever the log's level.
}

TEST(Context, CleansStringsThatAreNotUtf8) {
  const EventHandlers handlers{{"*", [](const Record&, Context& context) {
                                  context.log("NOTE", {{"text", "Zo\xc3\xab \xff\n"}});
                                  return done();
                                }}};
  EXPECT_THAT(testing::logged_for(handlers, Record{}),
              ElementsAre("INFO NOTE {\"text\":\"Zoë �\\n\"}"));
}

TEST(EventHandlers, NeedOneHandlerForEachType) {
  const auto nothing = [](const Record&, Context&) { return done(); };
  EXPECT_TRUE(check({{"a", nothing}, {"*", nothing}}));
  EXPECT_EQ(check({{"a", nothing}, {"b", nothing}, {"a", nothing}}).error().message,
            "event type a has two handlers");
  EXPECT_EQ(check({{"a", nullptr}}).error().message, "the handler of event type a is empty");
  EXPECT_FALSE(check({{"", nothing}}));
  EXPECT_FALSE(check({}));
}

TEST(Serve, AnswersEachInvocationUntilTheApiFails) {
  const auto next_headers = [](const std::string& id) {
    return "Lambda-Runtime-Aws-Request-Id: " + id +
           "\r\nLambda-Runtime-Deadline-Ms: 1\r\nLambda-Runtime-Trace-Id: t-" + id + "\r\n";
  };
  std::vector<std::string> posts;
  test::ScriptedServer server([&](test::ScriptedServer& self) {
    auto connection = self.accept();
    const auto invoke = [&](const std::string& id, std::string_view body, std::string_view status) {
      EXPECT_THAT(connection.read_request(),
                  StartsWith("GET /2018-06-01/runtime/invocation/next "));
      connection.answer(body, next_headers(id));
      posts.push_back(connection.read_request());
      connection.answer("", "", status);
    };
    invoke("good", invocation_of(record_text(0, 1)).body, "202 Accepted");
    invoke("malformed", "{", "202 Accepted");
    invoke("failing", invocation_of(record_text(0, 2)).body, "413 Payload Too Large");
    invoke("last", invocation_of("").body, "202 Accepted");
  });
  Probe probe{.failing = {2}};
  CapturedLog captured(log::Level::error);
  Function function(captured.log(), probe.handlers);
  RuntimeApiClient api = RuntimeApiClient::at("127.0.0.1:" + std::to_string(server.port())).value();
  const base::Error end = serve(api, function, captured.log());
  server.join();

  EXPECT_EQ(end.code, base::ErrorCode::unavailable);
  ASSERT_EQ(posts.size(), 4u);
  EXPECT_THAT(posts[0], StartsWith("POST /2018-06-01/runtime/invocation/good/response "));
  EXPECT_THAT(posts[0], HasSubstr("\r\n\r\nnull"));
  EXPECT_THAT(posts[1], StartsWith("POST /2018-06-01/runtime/invocation/malformed/error "));
  EXPECT_THAT(posts[2], HasSubstr("events-0@2: broken 2"));
  EXPECT_THAT(posts[3], StartsWith("POST /2018-06-01/runtime/invocation/last/response "));
  EXPECT_STREQ(std::getenv("_X_AMZN_TRACE_ID"), "t-last");
  EXPECT_THAT(captured.short_lines().back(), HasSubstr("invocation/failing/error: status 413"));
}

}  // namespace
}  // namespace penstock::lambda
