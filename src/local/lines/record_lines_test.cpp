#include "local/lines/record_lines.h"

#include <gtest/gtest.h>

#include <string>

#include "local/lines/people_lines.h"

namespace penstock::local {
namespace {

class RecordLinesTest : public testing::Test {
 protected:
  // Shows a line that the function has printed, and returns what comes of it behind time and name.
  std::string show(const std::string& type, const std::string& value,
                   const std::string& invocation = "one") {
    return short_of(lines_.show("function",
                                R"({"timestamp":"t","level":"INFO","requestId":")" + invocation +
                                    R"(","type":")" + type + R"(","value":)" + value + "}",
                                Tone::plain, {}));
  }
  std::string record(int offset, const std::string& invocation = "one",
                     const std::string& key = R"("key":"k1")") {
    return show("RECORD",
                R"({"topic":"orders","partition":0,"offset":)" + std::to_string(offset) +
                    R"(,"timestamp":1,"timestampType":"CREATE_TIME",)" + key +
                    R"(,"headers":{"ce_id":"e","ce_type":"order_placed"},"value_bytes":49})",
                invocation);
  }
  std::string end_invocation(const std::string& invocation = "one") {
    return short_of(lines_.show(
        "function",
        R"({"_aws":{"Timestamp":1},"type":"METRICS","requestId":")" + invocation + "\"}",
        Tone::plain, {}));
  }
  static std::string short_of(std::string lines) {
    std::string text;
    while (!lines.empty()) {
      const size_t end = lines.find('\n');
      text += lines.substr(22, end - 22) + "\n";
      lines.erase(0, end + 1);
    }
    return text;
  }
  static std::string failure(int offset, const std::string& outcome) {
    return R"({"reason":"no stock","topic":"orders","partition":0,"offset":)" +
           std::to_string(offset) + R"(,"outcome":")" + outcome + R"("})";
  }

  PeopleLines lines_{{}};
};

TEST_F(RecordLinesTest, SayThatARecordIsDoneWhenTheNextOneBegins) {
  EXPECT_EQ(record(7), "");
  EXPECT_EQ(record(8), "record orders-0@7  key k1  order_placed  → done\n");
  EXPECT_EQ(end_invocation(), "record orders-0@8  key k1  order_placed  → done\n");
  EXPECT_EQ(end_invocation(), "");
}

TEST_F(RecordLinesTest, SayWhyARecordIsNotDone) {
  record(7);
  EXPECT_EQ(show("EXCEPTION", failure(7, "poison")),
            "record orders-0@7  key k1  order_placed  → poison (no stock)\n");
  record(8);
  EXPECT_EQ(show("EXCEPTION", failure(8, "retry")),
            "record orders-0@8  key k1  order_placed  → retry (no stock)\n");
  EXPECT_EQ(end_invocation(), "");
}

TEST_F(RecordLinesTest, WhatAHandlerLogsDecidesNothing) {
  record(7);
  EXPECT_EQ(show("EXCEPTION", R"({"reason":"odd","topic":"orders","partition":0,"offset":7})"),
            "EXCEPTION  reason=odd  topic=orders  partition=0  offset=7\n");
  EXPECT_EQ(show("MESSAGE", R"({"text":"hello"})"), "MESSAGE  text=hello\n");
  EXPECT_EQ(end_invocation(), "record orders-0@7  key k1  order_placed  → done\n");
}

TEST_F(RecordLinesTest, ShowRecordsThatCameBefore) {
  record(7);
  EXPECT_EQ(show("DUPLICATE", R"("orders-0@8")"),
            "record orders-0@7  key k1  order_placed  → done\n"
            "record orders-0@8          → done before\n");
}

TEST_F(RecordLinesTest, ShowKeysOfAllKinds) {
  record(1, "one", R"("key":null)");
  EXPECT_EQ(record(2, "one", R"("key_base64":"//4=")"),
            "record orders-0@1  no key  order_placed  → done\n");
  EXPECT_EQ(record(3, "one", R"("key_bytes":20000)"),
            "record orders-0@2  key (base64) //4=  order_placed  → done\n");
  EXPECT_EQ(record(4), "record orders-0@3  key of 20000 bytes  order_placed  → done\n");
}

TEST_F(RecordLinesTest, KeepInvocationsAtTheSameTimeApart) {
  record(7, "one");
  EXPECT_EQ(record(8, "two"), "");
  EXPECT_EQ(end_invocation("two"), "record orders-0@8  key k1  order_placed  → done\n");
  EXPECT_EQ(end_invocation("one"), "record orders-0@7  key k1  order_placed  → done\n");
}

TEST_F(RecordLinesTest, LoseNoRecordOfAProgramThatEnds) {
  record(7);
  EXPECT_EQ(short_of(lines_.end("function 2", {})), "");
  EXPECT_EQ(short_of(lines_.end("function", {})),
            "record orders-0@7  key k1  order_placed  → no outcome in the log\n");
  EXPECT_EQ(lines_.end_all({}), "");
}

TEST_F(RecordLinesTest, ARecordThatComesAgainHadNoOutcome) {
  record(7, "one");
  EXPECT_EQ(record(7, "two"), "record orders-0@7  key k1  order_placed  → no outcome in the log\n");
  EXPECT_EQ(end_invocation("two"), "record orders-0@7  key k1  order_placed  → done\n");
}

TEST_F(RecordLinesTest, AreBounded) {
  for (size_t i = 0; i < RecordLines::kOpenMax; ++i) {
    EXPECT_EQ(record(static_cast<int>(i), std::to_string(i)), "");
  }
  EXPECT_EQ(record(1000, "more"),
            "record orders-0@0  key k1  order_placed  → no outcome in the log\n");
}

TEST_F(RecordLinesTest, OtherProgramsMayUseTheSameWords) {
  EXPECT_EQ(show("RECORD", R"({"id":7})"), "RECORD  id=7\n");
  EXPECT_EQ(show("DUPLICATE", R"({"id":7})"), "DUPLICATE  id=7\n");
  EXPECT_EQ(end_invocation(), "");
}

TEST_F(RecordLinesTest, BatchesAreShownOfFunctionsThatTellNothing) {
  EXPECT_EQ(short_of(lines_.show_batch("mapping", "orders-0 3..7 done in 5 ms", {})),
            "orders-0 3..7 done in 5 ms\n");
  record(7);
  EXPECT_EQ(lines_.show_batch("mapping", "orders-0 3..7 done in 5 ms", {}), "");
}

}  // namespace
}  // namespace penstock::local
