#include "json/object_writer.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>

namespace penstock::json {
namespace {

TEST(JsonObjectWriter, WritesMembersOfEveryKind) {
  std::string out = "before ";
  ObjectWriter object(out);
  object.member("text", "a\"b")
      .member("view", std::string_view("v"))
      .member("string", std::string("s"));
  object.member("number", int64_t{-7}).member("size", size_t{9}).member("yes", true).null("none");
  object.json("given", "[1]");
  object.end();
  EXPECT_EQ(out, R"(before {"text":"a\"b","view":"v","string":"s","number":-7,"size":9,)"
                 R"("yes":true,"none":null,"given":[1]})");
}

TEST(JsonObjectWriter, WritesEmptyObjectsAndArrays) {
  std::string out;
  ObjectWriter(out).end();
  ArrayWriter(out).end();
  EXPECT_EQ(out, "{}[]");
}

TEST(JsonObjectWriter, NestsObjectsAndArrays) {
  std::string out;
  ObjectWriter object(out);
  ArrayWriter list(object.key("list"));
  list.element() += "1";
  ObjectWriter(list.element()).member("a", 1).end();
  list.end();
  ObjectWriter(object.key("object")).member("b", 2).end();
  object.end();
  EXPECT_EQ(out, R"({"list":[1,{"a":1}],"object":{"b":2}})");
}

TEST(JsonObjectWriter, EscapesForeignNames) {
  std::string out;
  ObjectWriter object(out);
  object.key_of_text("a\"\xff") += "1";
  object.key_of_text("") += "2";
  object.end();
  EXPECT_EQ(out, "{\"a\\\"\xef\xbf\xbd\":1,\"\":2}");
}

}  // namespace
}  // namespace penstock::json
