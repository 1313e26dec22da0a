#include "local/stories/stories.h"

#include <gtest/gtest.h>

#include <chrono>

#include "json/parse.h"
#include "local/stories/stories_testing.h"

namespace penstock::local {
namespace {

using namespace std::chrono_literals;

TEST_F(StoriesTest, TellARequestUntilItsRecordIsDone) {
  stories.api_line(story_line(0));
  EXPECT_EQ(outcome("event-0"), "stored");
  EXPECT_EQ(steps("event-0"), "received validated handled published stored answered");
  EXPECT_FALSE(stories.find("event-0")->ended);
  invoke(batch_of(0, 0), "", {}, {"hello"});
  EXPECT_EQ(outcome("event-0"), "done");
  EXPECT_EQ(steps("event-0"),
            "received validated handled published stored answered read invoked log done");
  EXPECT_TRUE(stories.find("event-0")->ended);
  const auto found = story("events-0@0");
  EXPECT_EQ(found.at("kind"), "request");
  EXPECT_EQ(found.at("key"), "key-0");
  EXPECT_EQ(found.at("attempts"), 1);
  EXPECT_EQ(found.at("id"), story("4bf92f3577b34da6a3ce929d0e0e4736").at("id"));
  EXPECT_EQ(story(std::string(found.at("id").as_string())), found);
}

TEST_F(StoriesTest, JoinARequestWhoseLineComesLast) {
  invoke(batch_of(0, 0));
  EXPECT_EQ(story("event-0").at("kind"), "record");
  stories.api_line(story_line(0));
  const auto found = story("event-0");
  EXPECT_EQ(found.at("kind"), "request");
  EXPECT_EQ(found.at("outcome"), "done");
  EXPECT_EQ(found.at("status"), 200);
  EXPECT_EQ(state().at("stories").at("kept"), 1);
  EXPECT_EQ(promise("waiting"), 0);
  EXPECT_EQ(promise("lost"), 0);
  EXPECT_EQ(promise("doubled"), 0);
}

TEST_F(StoriesTest, TellARecordOfAnotherProducer) {
  invoke(batch_of(7, 8));
  EXPECT_EQ(steps("events-0@7"), "stored read invoked done");
  EXPECT_EQ(story("event-8").at("event_type"), "order.created");
  EXPECT_EQ(promise("acknowledged"), 0);
  EXPECT_EQ(promise("handled"), 2);
}

TEST_F(StoriesTest, ShowEachViolationWithItsLine) {
  stories.api_line(
      R"({"message":"story","method":"GET","route":"/words","status":400,"duration_us":90,)"
      R"("validated_us":50,"violations":[{"in":"query","where":"name","keyword":"pattern",)"
      R"("message":"does not match <b>","place":"openapi.yaml:12"},)"
      R"({"in":"body","where":"/a","keyword":"type","message":"must be a string"}]})");
  const auto list = json::parse(stories.list({})).value();
  ASSERT_EQ(list.at("stories").as_array().size(), 1U);
  const auto found = story(std::string(list.at("stories").at(0).at("id").as_string()));
  EXPECT_EQ(found.at("outcome"), "invalid");
  const auto& violation = found.at("steps").at(1);
  EXPECT_EQ(violation.at("step"), "violation");
  EXPECT_EQ(violation.at("text"), "query name does not match <b> (openapi.yaml:12)");
  EXPECT_EQ(violation.at("details").at("keyword"), "pattern");
  EXPECT_EQ(found.at("steps").at(2).at("details").at("where"), "/a");
}

TEST_F(StoriesTest, TellWhoHasSentARequest) {
  stories.api_line(
      R"({"message":"story","method":"GET","route":"/a","path":"/a","status":403,)"
      R"("duration_us":90,"auth_scheme":"login","subject":"ann","auth":"insufficient_scope",)"
      R"("reason":"the scope write is missing","trace_id":"4bf92f3577b34da6a3ce929d0e0e4736"})");
  const auto found = story("4bf92f3577b34da6a3ce929d0e0e4736");
  EXPECT_EQ(found.at("steps").at(0).at("text"), "GET /a from ann (login)");
  EXPECT_EQ(found.at("steps").at(0).at("details").at("subject"), "ann");
  EXPECT_EQ(found.at("steps").at(1).at("details").at("auth"), "insufficient_scope");
  EXPECT_EQ(found.at("steps").at(1).at("details").at("reason"), "the scope write is missing");
}

TEST_F(StoriesTest, CountARequestOnceThoughItWritesTwoLines) {
  std::string request = story_line(0);
  request.replace(request.find("story"), 5, "request");
  stories.api_line(story_line(0));
  stories.api_line(request);
  EXPECT_EQ(state().at("api").at("requests"), 1);
  EXPECT_EQ(promise("acknowledged"), 1);
}

TEST_F(StoriesTest, TakeTheRequestsOfAnApiThatTellsNoStories) {
  stories.api_line(
      R"({"time":"2027-01-15T08:00:00Z","message":"request","method":"POST","route":"/orders",)"
      R"("status":200,"duration_us":4200,"event_id":"event-0","partition":0,"offset":0})");
  stories.set_mapping("events", {.topic = "events"});
  stories.api_line(
      R"({"time":"2027-01-15T08:00:00Z","message":"request","method":"POST","route":"/orders",)"
      R"("status":200,"duration_us":4200,"event_id":"event-1","partition":0,"offset":1})");
  EXPECT_EQ(promise("acknowledged"), 2);
  invoke(batch_of(0, 1));
  EXPECT_EQ(steps("event-1"), "received published stored answered read invoked done");
  EXPECT_EQ(outcome("event-0"), "done");
}

TEST_F(StoriesTest, FollowAnEventOfWhichNobodyKnewWhetherItIsStored) {
  stories.api_line(
      R"({"message":"story","method":"POST","route":"/orders","status":504,"duration_us":4200,)"
      R"("event_id":"event-3","topic":"events"})");
  EXPECT_EQ(outcome("event-3"), "failed");
  invoke(batch_of(3, 3));
  EXPECT_EQ(outcome("event-3"), "done");
  EXPECT_EQ(story("event-3").at("kind"), "request");
  EXPECT_EQ(story("event-3").at("offset"), 3);
}

TEST_F(StoriesTest, CountASecondCopyOfAnEventAsDoubled) {
  EventBatch batch;
  batch.add(record(0, "same"), record_json(record(0, "same")));
  batch.add(record(1, "same"), record_json(record(1, "same")));
  invoke(batch);
  EXPECT_EQ(promise("handled"), 2);
  EXPECT_EQ(promise("doubled"), 1);
}

TEST_F(StoriesTest, GiveALineToTheRecordThatItIsAbout) {
  const auto line = [](const char* type, int offset) {
    return std::string(R"({"timestamp":"2027-01-15T08:00:00.000Z","requestId":"r","type":")") +
           type + R"(","value":{"topic":"events","partition":0,"offset":)" +
           std::to_string(offset) + R"(,"headers":{"ce_id":"event-)" + std::to_string(offset) +
           "\"}}}";
  };
  const std::string message = R"({"requestId":"r","type":"MESSAGE","value":{"name":"Paul"}})";
  const std::string metrics = R"({"_aws":{"Timestamp":1},"Records":2,"requestId":"r"})";
  invoke(batch_of(0, 1), "", {},
         {"START", line("RECORD", 0), message, line("RECORD", 1),
          R"({"message":"custom","ce_id":"event-1"})", metrics, "END"});
  EXPECT_EQ(log_of("event-0"),
            (std::vector<std::string>{line("RECORD", 0), "START", message, metrics, "END"}));
  EXPECT_EQ(log_of("event-1").size(), 5U);
  EXPECT_EQ(log_of("event-1")[0], line("RECORD", 1));
}

TEST_F(StoriesTest, TellPoisonFromWhatIsDone) {
  const auto exception = [](int offset, const char* outcome) {
    return R"({"requestId":"r","type":"EXCEPTION","value":{"reason":"no <such> thing",)"
           R"("topic":"events","partition":0,"offset":)" +
           std::to_string(offset) + outcome + "}}";
  };
  invoke(batch_of(0, 2), "batchItemFailures: events-0@2", {{kEvents, {{2}}}},
         {exception(0, R"(,"outcome":"poison")"), exception(1, ""),
          exception(2, R"(,"outcome":"retry")")});
  EXPECT_EQ(outcome("event-0"), "poison");
  EXPECT_EQ(outcome("event-1"), "done");  // The handler has only said something.
  EXPECT_EQ(outcome("event-2"), "retrying");
  EXPECT_EQ(story("event-2").at("steps").as_array().back().at("step"), "waits");
  const boost::json::value last = story("event-0").at("steps").as_array().back();
  EXPECT_EQ(last.at("text"), "The function has refused it for good: no <such> thing");
  EXPECT_TRUE(stories.find("event-0")->ended);
  EXPECT_EQ(promise("handled"), 2);
}

TEST_F(StoriesTest, FollowARecordThroughRetriesUntilItIsGivenUp) {
  invoke(batch_of(0, 3), "Function.Failed: no");
  EXPECT_EQ(outcome("event-3"), "retrying");
  invoke(batch_of(0, 1), "", {}, {}, 2);
  invoke(batch_of(2, 3), "", {{kEvents, {{3}}}}, {}, 2);
  EXPECT_EQ(outcome("event-2"), "done");
  invoke(batch_of(3, 3), "Function.Failed: no", {}, {}, 3);
  stories.given_up("events", batch_of(3, 3), 3, "RetryAttemptsExhausted", "no", "sqs queue");
  EXPECT_EQ(outcome("event-3"), "given_up");
  EXPECT_EQ(steps("event-0"), "stored read invoked failed waits invoked done");
  const boost::json::value last = story("event-3").at("steps").as_array().back();
  EXPECT_EQ(last.at("details").at("destination"), "sqs queue");
  EXPECT_EQ(promise("given_up"), 1);
  EXPECT_EQ(state().at("mappings").at(0).at("retries"), 3);
  EXPECT_EQ(state().at("function").at("failures"), 2);
  // This is a redrive, which has no poller.
  stories.invoking({"events", -1, batch_of(3, 3), 4});
  EXPECT_EQ(outcome("event-3"), "handling");
  stories.invoked({"events", -1, batch_of(3, 3), 4}, {"r", 1ms, "no", {}, std::nullopt});
  EXPECT_EQ(outcome("event-3"), "given_up");
  stories.invoking({"events", -1, batch_of(3, 3), 5});
  stories.invoked({"events", -1, batch_of(3, 3), 5}, {"r", 1ms, "", {}, std::nullopt});
  EXPECT_EQ(outcome("event-3"), "done");
  EXPECT_EQ(promise("given_up"), 0);
  EXPECT_EQ(promise("handled"), 4);
  EXPECT_EQ(promise("doubled"), 0);
}

TEST_F(StoriesTest, EndWithAFilter) {
  stories.api_line(story_line(0));
  stories.filtered("events", record(0, "event-0"));
  stories.filtered("events", record(1, "event-1"));
  EXPECT_EQ(outcome("event-0"), "filtered");
  EXPECT_EQ(steps("event-1"), "stored filtered");
  EXPECT_EQ(promise("waiting"), 0);
  EXPECT_EQ(state().at("mappings").at(0).at("filtered"), 2);
}

}  // namespace
}  // namespace penstock::local
