#include "contract/document/document.h"

#include <gtest/gtest.h>

#include "json/writer.h"

namespace penstock::contract {
namespace {

std::string read(std::string_view text, const std::string& file = "t.yaml") {
  const auto document = Document::parse(text, file);
  if (!document) return document.error().message;
  return json::to_text(*to_json(document->root()));
}

TEST(Document, ReadsPlainScalarsByTheCoreSchemaOfYaml12) {
  EXPECT_EQ(read("[yes, no, on, ~, null, true, False, 'true', \"1\", !!str 1]"),
            R"(["yes","no","on",null,null,true,false,"true","1","1"])");
  EXPECT_EQ(
      read("[1, -1, +1, 012, 0o12, 0x1F, 1.5, .5, 1., 1e3, 1.0e+38, 1_000, 2001-01-01, 12:30:45]"),
      R"([1,-1,1,12,10,31,1.5,0.5,1,1000,1e+38,"1_000","2001-01-01","12:30:45"])");
  EXPECT_EQ(
      read("[9223372036854775807, 18446744073709551615, 18446744073709551616, .inf, .nan, 1e400]"),
      R"([9223372036854775807,18446744073709551615,18446744073709551616,".inf",".nan","1e400"])");
  EXPECT_EQ(read("{200: a, true: b, <<: c}"), R"({"200":"a","true":"b","<<":"c"})");
}

TEST(Document, ReadsJson) {
  EXPECT_EQ(read("{\"a\": [1, 1.5, \"\\ud83d\\ude00\\/\", null, true],\n\t\"b\": {}}", "t.json"),
            "{\"a\":[1,1.5,\"\xf0\x9f\x98\x80/\",null,true],\"b\":{}}");
  EXPECT_EQ(read("{a: b}"), R"({"a":"b"})");  // This is YAML that looks like JSON.
  EXPECT_EQ(read("{a: b}", "t.json").substr(0, 24), "t.json:1:2: is not JSON:");
  EXPECT_EQ(read("{\"a\": 1e400}", "t.json"), "t.json:1:7: the number is too large");
  EXPECT_EQ(read("{\"a\": 9007199254740993.5}", "t.json"),
            "t.json:1:7: the number has more digits than a double holds");
  EXPECT_EQ(read("{\"a\": 1}x", "t.json").substr(0, 24), "t.json:1:9: is not JSON:");
  EXPECT_EQ(read("[0.1, 123456789.12345679, 9007199254740993]", "t.json"),
            "[0.1,123456789.12345679,9007199254740993]");
}

TEST(Document, GivesNodesTheirLocations) {
  for (const auto& [text, file] :
       {std::pair<std::string_view, std::string>{"a:\n  - b\n  - {c: d, e: [1,  2]}\n", "t.yaml"},
        {"{\"a\":\n  [\"b\",\n  {\"c\": \"d\", \"e\": [1,  2]}]}", "t.json"}}) {
    const auto document = Document::parse(text, file);
    ASSERT_TRUE(document) << document.error().message;
    const Node& list = *document->root().find("a");
    const Node& object = *list.elements[1];
    EXPECT_EQ(list.elements[0]->line, 2u);
    EXPECT_EQ(list.elements[0]->column, file == "t.yaml" ? 5u : 4u);
    EXPECT_EQ(object.line, 3u);
    EXPECT_EQ(object.find_member("e")->key->where(),
              file == "t.yaml" ? "t.yaml:3:12" : "t.json:3:14");
    EXPECT_EQ(object.find("e")->elements[1]->where(),
              file == "t.yaml" ? "t.yaml:3:20" : "t.json:3:24");
  }
}

TEST(Document, CountsColumnsInCharacters) {
  for (const char* file : {"t.yaml", "t.json"}) {
    const auto document = Document::parse("{\"\u00e9\u20ac\": 1,\n \"\U0001f600\": 2}", file);
    ASSERT_TRUE(document) << document.error().message;
    EXPECT_EQ(document->root().members[0].value->column, 8u) << file;
    EXPECT_EQ(document->root().members[1].key->column, 2u) << file;
    EXPECT_EQ(document->root().members[1].value->column, 7u) << file;
  }
  EXPECT_EQ(read("{\"\u00e9\": 1}x", "t.json").substr(0, 24), "t.json:1:9: is not JSON:");
}

TEST(Document, RefusesARepeatedKey) {
  EXPECT_EQ(read("a: 1\nb: 2\na: 3\n"), "t.yaml:3:1: the key 'a' is used twice; first on line 1");
  EXPECT_EQ(read("{\"a\": 1,\n \"a\": 2}", "t.json"),
            "t.json:2:2: the key 'a' is used twice; first on line 1");
  EXPECT_EQ(read("? [a]\n: b\n"), "t.yaml:1:4: a key must be a scalar, not a list or an object");
}

TEST(Document, ReportsAnErrorOnOneLine) {
  EXPECT_EQ(read("{\"a\\nb\": 1, \"a\\nb\": 2}"),
            "t.yaml:1:13: the key 'a\\x0ab' is used twice; first on line 1");
}

TEST(Document, ShowsWhatASentenceQuotesWithoutSteeringATerminal) {
  EXPECT_EQ(
      read("{\"\\u001b]0;\\u202e\\u2028\\ufeff\\u009b\": 1, \"a\": 2, \"a\": 3}", "t\n1:1: x"),
      R"(t\x0a1:1: x:1:50: the key 'a' is used twice; first on line 1)");
  EXPECT_EQ(read("{\"\\u202e\\u2028\": 1, \"\\u202e\\u2028\": 2}"),
            R"(t.yaml:1:21: the key '\xe2\x80\xae\xe2\x80\xa8' is used twice; first on line 1)");
}

TEST(Document, FindsMembersOfALargeObject) {
  std::string text;
  for (int i = 0; i < 1000; ++i) text += "k" + std::to_string(i) + ": " + std::to_string(i) + "\n";
  const auto document = Document::parse(text, "t.yaml");
  EXPECT_EQ(document->root().find("k731")->text, "731");
  EXPECT_EQ(document->root().find("k1000"), nullptr);
}

TEST(Document, SharesTheNodeOfAnAlias) {
  EXPECT_EQ(read("{a: &x {b: 1}, c: *x}"), R"({"a":{"b":1},"c":{"b":1}})");
  EXPECT_EQ(read("a: &x\n  b: *x\n"), "t.yaml:2:6: the alias refers to a value that contains it");
  EXPECT_EQ(read("a: *x\n").substr(0, 26), "t.yaml:1:4: is not YAML: t");
}

TEST(Document, KeepsABombOfAliasesSmall) {
  std::string bomb = "a0: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]\n";
  for (int i = 1; i < 20; ++i) {
    const std::string before = "*a" + std::to_string(i - 1);
    bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + before;
    for (int j = 0; j < 9; ++j) bomb += ", " + before;
    bomb += "]\n";
  }
  const auto document = Document::parse(bomb, "t.yaml");
  ASSERT_TRUE(document);
  EXPECT_FALSE(to_json(document->root()));  // 10^20 values.
}

TEST(Document, BoundsTheNestingThatAliasesMake) {
  std::string chain = "a0: &a0 {k: 1}\n";
  for (int i = 1; i < 1000; ++i) {
    chain += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " {k: *a" +
             std::to_string(i - 1) + "}\n";
  }
  EXPECT_EQ(read(chain), "t.yaml:200:17: the document is nested more than 200 levels deep");
}

TEST(Document, BoundsSizeAndNesting) {
  EXPECT_EQ(read("{" + std::string(1'000'000, '\n') + "}", "t.json"), "{}");
  EXPECT_EQ(read(std::string(kDocumentBytesMax + 1, ' ')),
            "t.yaml:1:1: the document has 10485761 bytes; at most 10485760 are allowed");
  EXPECT_EQ(read(std::string(100'000, '['), "t.json"),
            "t.json:1:201: the document is nested more than 200 levels deep");
  EXPECT_NE(read(std::string(100'000, '[')).find("nested"), std::string::npos);
  std::string deep;
  for (int i = 0; i < 300; ++i) deep += std::string(static_cast<size_t>(i), ' ') + "a:\n";
  EXPECT_EQ(read(deep), "t.yaml:201:201: the document is nested more than 200 levels deep");
}

TEST(Document, LocatesWhatIsWrongWithADocument) {
  EXPECT_EQ(read(""), "t.yaml:1:1: the document is empty");
  EXPECT_EQ(read("# nothing\n"), "t.yaml:1:1: the document is empty");
  EXPECT_EQ(read("a: b\n---\nc: d\n").substr(0, 8), "t.yaml:3");
  EXPECT_EQ(read("a: \"\xff\"\n"), "t.yaml:1:4: the text is not UTF-8");
  EXPECT_EQ(read("\xff\xfe"
                 "a"),
            "t.yaml:1:1: the document is not UTF-8");
  EXPECT_EQ(read("a: !!binary aGk=\n"),
            "t.yaml:1:4: the tag tag:yaml.org,2002:binary is not supported");
  EXPECT_EQ(read("a: b: c\n").substr(0, 25), "t.yaml:1:5: is not YAML: ");
}

// Sources refuse them: a member of that name is hardly ever meant.
TEST(Document, KnowsItsMergeKeys) {
  const auto merge_keys = [](std::string_view text) {
    std::string places;
    const Document document = Document::parse(text, "t.yaml").value();
    for (const Node* key : document.merge_keys()) {
      places += key->where() + ' ';
    }
    return places;
  };
  EXPECT_EQ(merge_keys("a: &x {b: 1}\nc:\n  <<: *x\n  d: {<<: [*x]}\n"), "t.yaml:3:3 t.yaml:4:7 ");
  EXPECT_EQ(merge_keys("{'<<': 1, b: {\"<<\": 2}}"), "");
  EXPECT_EQ(merge_keys("[<<, a: <<]"), "");
  EXPECT_EQ(merge_keys(R"({"<<": 1})"), "");
}

}  // namespace
}  // namespace penstock::contract
