#include "local/stories/line_members.h"

#include <gtest/gtest.h>

#include <chrono>

namespace penstock::local {
namespace {

using namespace std::chrono_literals;

TEST(LineMembers, HasTheMembersAsTheyStandThere) {
  const std::string line = R"( {"message":"request","status":200 , "n":-5,"list":[1,{"a":"]"}],)"
                           R"("o":{"x":"}"},"last":true} )";
  const LineMembers members(line);
  ASSERT_EQ(members.all().size(), 6U);
  EXPECT_EQ(members.text("message", 100), "request");
  EXPECT_EQ(members.number("status"), 200);
  EXPECT_EQ(members.number("n"), -5);
  EXPECT_EQ(members.json("list"), R"([1,{"a":"]"}])");
  EXPECT_EQ(members.json("o"), R"({"x":"}"})");
  EXPECT_EQ(members.json("last"), "true");
  EXPECT_EQ(members.json("no"), "");
}

TEST(LineMembers, GivesNothingOfAnotherType) {
  const std::string line = R"({"text":"5","number":5.5,"big":99999999999999999999,"null":null})";
  const LineMembers members(line);
  EXPECT_EQ(members.number("text"), std::nullopt);
  EXPECT_EQ(members.number("number"), std::nullopt);
  EXPECT_EQ(members.number("big"), std::nullopt);
  EXPECT_EQ(members.text("number", 100), std::nullopt);
  EXPECT_EQ(members.text("null", 100), std::nullopt);
  EXPECT_EQ(members.text("text", 2), std::nullopt);  // It is longer than that.
}

TEST(LineMembers, HasWhatComesBeforeAMistake) {
  const std::string line =
      R"({"topic":"events","partition":3,"headers":{"ce_id":"a","value":"\ud83)";
  for (size_t size = 0; size <= line.size(); ++size) {
    const std::string part = line.substr(0, size);
    const LineMembers members(part);
    EXPECT_LE(members.all().size(), 2U) << part;
    if (size > 31) {
      EXPECT_EQ(members.text("topic", 100), "events") << part;
    }
    static_cast<void>(facts_of(part));
  }
}

TEST(LineMembers, TakesWhateverIsThere) {
  for (const std::string& line :
       {std::string(), std::string("{"), std::string("}"), std::string("{]"), std::string("{\""),
        std::string("{\"\\"), std::string("{\"a\""), std::string("{\"a\":"),
        std::string("{\"a\":}"), std::string("{\"a\":]"), std::string("{\"a\":,"),
        std::string("{\"a\":\"\\"), std::string("{\"a\":\"\\u"), std::string("\0{\"a\":1}", 8),
        std::string("{\"\xff\":1}"), std::string("[[[["), std::string("{\"a\":\"b\"\"c\"}"),
        std::string("{,}")}) {
    const LineMembers members(line);
    for (const auto& member : members.all()) static_cast<void>(text_of(member.json));
    static_cast<void>(facts_of(line));
  }
}

TEST(LineMembers, StopsAtDeepNesting) {
  std::string line = "{\"before\":1,\"deep\":";
  for (int i = 0; i < 30'000; ++i) line += "[";
  const LineMembers members(line);
  EXPECT_EQ(members.all().size(), 1U);
  std::string objects;
  for (int i = 0; i < 10'000; ++i) objects += "{\"a\":";
  EXPECT_FALSE(facts_of(objects).names_record());
}

TEST(LineMembers, HasOnlySoManyMembers) {
  std::string line = "{\"n0\":0";
  for (int i = 1; i < 5000; ++i) line += ",\"n" + std::to_string(i) + "\":0";
  line += "}";
  EXPECT_EQ(LineMembers(line).all().size(), LineMembers::kMembersMax);
}

TEST(TextOf, ReadsEscapes) {
  EXPECT_EQ(text_of(R"("a\"b\\cäé\n")"), "a\"b\\cäé\n");
  EXPECT_EQ(text_of(R"("\ud83d")"), std::nullopt);  // Half of a pair.
  EXPECT_EQ(text_of(R"("a\)"), std::nullopt);
  EXPECT_EQ(text_of("5"), std::nullopt);
  EXPECT_EQ(text_of("\""), std::nullopt);
}

TEST(TimeOf, ReadsTheTimesOfALog) {
  EXPECT_EQ(time_of("1970-01-01T00:00:01.5Z"), base::SystemTime(1500ms));
  EXPECT_EQ(time_of("1970-01-02T00:00:00Z"), base::SystemTime(24h));
  EXPECT_EQ(time_of("2026-11-24T16:52:20.123456Z"),
            base::SystemTime(std::chrono::microseconds(1'795'539'140'123'456)));
  for (const char* wrong :
       {"", "Z", "2026-11-24", "2620-11-24T16:52:20.5Z", "1969-12-31T23:59:59Z",
        "2026-13-24T16:52:20Z", "2026-02-30T16:52:20Z", "2026-11-24T24:52:20Z",
        "2026-11-24T16:52:20+01:00", "2026-11-24T16:52:20.Z", "2026-11-24T16:52:20.1234567890Z",
        "2026-11-24T16:52:20.-1Z", "2026x11-24T16:52:20Z"}) {
    EXPECT_EQ(time_of(wrong), std::nullopt) << wrong;
  }
}

TEST(FactsOf, FindsTheRecordOfTheFunctionsOwnLines) {
  const LineFacts record = facts_of(
      R"({"timestamp":"2026-11-24T16:52:20.5Z","level":"INFO","requestId":"r-1","type":"RECORD",)"
      R"("value":{"topic":"events","partition":2,"offset":15,"key":"k",)"
      R"("headers":{"ce_id":"e-1"}}})");
  EXPECT_TRUE(record.is_json);
  EXPECT_EQ(record.request_id, "r-1");
  EXPECT_EQ(record.type, "RECORD");
  ASSERT_TRUE(record.names_record());
  EXPECT_EQ(record.topic, "events");
  EXPECT_EQ(record.partition, 2);
  EXPECT_EQ(record.offset, 15);
  EXPECT_EQ(record.event_id, "e-1");
  EXPECT_TRUE(record.time.has_value());

  const LineFacts exception =
      facts_of(R"({"requestId":"r-1","type":"EXCEPTION","value":{"reason":"no such thing",)"
               R"("topic":"events","partition":2,"offset":15,"outcome":"poison"}})");
  EXPECT_EQ(exception.outcome, "poison");
  EXPECT_EQ(exception.reason, "no such thing");
}

TEST(FactsOf, FindsNoRecordIfItsNameIsInSeveralObjects) {
  EXPECT_FALSE(
      facts_of(R"({"topic":"events","a":{"partition":2},"b":{"offset":15}})").names_record());
  EXPECT_FALSE(facts_of(R"({"partition":2,"offset":15})").names_record());
  EXPECT_FALSE(facts_of(R"({"topic":7,"partition":2,"offset":15})").names_record());
}

TEST(FactsOf, LooksAtALineOfAnySizeForNoLongerThanAtItsLimit) {
  std::string line = R"({"topic":"events","partition":2,"offset":15,"text":")";
  line += std::string(1 << 20, 'x') + "\"}";
  EXPECT_FALSE(facts_of(line).is_json);
  EXPECT_FALSE(facts_of("plain text").is_json);
}

}  // namespace
}  // namespace penstock::local
