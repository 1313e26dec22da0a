#include "local/topics/shown_bytes.h"

#include <gtest/gtest.h>

#include "json/writer.h"
#include "local/topics/shown_record.h"

namespace penstock::local {
namespace {

using Form = ShownBytes::Form;

constexpr size_t kMax = 1'000;

TEST(ShownBytes, TellsATombstoneFromAnEmptyValue) {
  EXPECT_EQ(json::to_text(to_json(shown_bytes(std::nullopt, kMax))), R"({"form":"null"})");
  EXPECT_EQ(json::to_text(to_json(shown_bytes("", kMax))),
            R"({"form":"text","text":"","size":0,"cut":false})");
}

TEST(ShownBytes, PassesJsonOnUnchanged) {
  const std::string text = "{ \"a\" : 1.50,\n \"a\": \"<b>\" }";
  const ShownBytes shown = shown_bytes(text, kMax);
  EXPECT_EQ(shown.form, Form::json);
  EXPECT_EQ(shown.text, text);
  EXPECT_EQ(shown.size, text.size());
}

TEST(ShownBytes, TakesJsonThatIsNestedTooDeeplyForText) {
  EXPECT_EQ(shown_bytes(std::string(100, '[') + std::string(100, ']'), kMax).form, Form::json);
  EXPECT_EQ(shown_bytes(std::string(101, '[') + std::string(101, ']'), kMax).form, Form::text);
  EXPECT_EQ(shown_bytes(std::string(100'000, '['), kMax).form, Form::text);
}

TEST(ShownBytes, TakesControlCharactersAndBrokenUtf8ForBytes) {
  EXPECT_EQ(shown_bytes("a\tb\r\n\u00e4", kMax).form, Form::text);
  for (const std::string& bytes : {std::string("a\0b", 3), std::string("\x1b[31m"),
                                   std::string("\xff"), std::string("a\x7f")}) {
    EXPECT_EQ(shown_bytes(bytes, kMax).form, Form::bytes) << bytes;
  }
  EXPECT_EQ(shown_bytes(std::string("\x00\x01\xff", 3), kMax).text, "AAH/");
}

TEST(ShownBytes, CutsBetweenTwoCharacters) {
  const ShownBytes text = shown_bytes("abc\u20acd", 5);
  EXPECT_EQ(text.text, "abc");
  EXPECT_TRUE(text.cut);
  EXPECT_EQ(text.size, 7u);
  EXPECT_FALSE(shown_bytes("abc\u20acd", 7).cut);
}

TEST(ShownBytes, CutsBase64WithinTheBound) {
  const ShownBytes bytes = shown_bytes(std::string(100, '\xff'), 18);
  EXPECT_EQ(bytes.text.size(), 16u);
  EXPECT_TRUE(bytes.cut);
  EXPECT_EQ(bytes.size, 100u);
}

TEST(ShownRecord, LeavesOutHeadersOverTheBoundAndSaysHowMany) {
  Record record{.topic_partition = {"events", {2}}, .offset = {7}, .timestamp_ms = -1};
  for (int i = 0; i < 5; ++i) record.headers.emplace_back("h\n" + std::to_string(i), std::nullopt);
  const ShownRecord shown = shown_record(record, {.headers = 3});
  EXPECT_EQ(shown.headers.size(), 3u);
  EXPECT_EQ(shown.headers[0].first, "h\\x0a0");
  EXPECT_EQ(shown.headers_left_out, 2u);
  EXPECT_EQ(shown.timestamp_ms, 0);  // Kafka says -1 for a record without a timestamp.
  EXPECT_EQ(shown.value.form, Form::null);
}

}  // namespace
}  // namespace penstock::local
