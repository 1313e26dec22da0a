#include "dynamodb/table_expression.h"

#include <gtest/gtest.h>

#include <string>

namespace penstock::dynamodb {
namespace {

// Returns an expression with its names, and its numbers as values, in place.
std::string spelled(const Expression& expression) {
  std::string text;
  for (size_t at = 0; at < expression.text.size();) {
    const char c = expression.text[at];
    size_t end = expression.text.find_first_not_of(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_", at + 1);
    if (end == std::string::npos) end = expression.text.size();
    const std::string word = expression.text.substr(at, end - at);
    if (c == '#') {
      text += "<" + expression.names.at(word) + ">";
    } else if (c == ':') {
      const Value& value = expression.values.at(word);
      const auto* number = value.as<Number>();
      text += number != nullptr ? number->text() : "'" + *value.as<std::string>() + "'";
    } else {
      text += c;
      end = at + 1;
    }
    at = end;
  }
  return text;
}

TEST(Expression, SaysWhatItsFunctionSays) {
  EXPECT_EQ(spelled(attribute_exists("id")), "attribute_exists(<id>)");
  EXPECT_EQ(spelled(attribute_not_exists("a.b")), "attribute_not_exists(<a>.<b>)");
  EXPECT_EQ(spelled(equals("status", "open")), "<status> = 'open'");
  EXPECT_EQ(spelled(differs("n", 1)), "<n> <> 1");
  EXPECT_EQ(spelled(less("n", 1)), "<n> < 1");
  EXPECT_EQ(spelled(at_most("n", 1)), "<n> <= 1");
  EXPECT_EQ(spelled(greater("n", 1)), "<n> > 1");
  EXPECT_EQ(spelled(at_least("n", 1)), "<n> >= 1");
  EXPECT_EQ(spelled(between("n", 1, 2)), "<n> BETWEEN 1 AND 2");
  EXPECT_EQ(spelled(begins_with("id", "2026-")), "begins_with(<id>, '2026-')");
  EXPECT_EQ(spelled(contains("tags", "x")), "contains(<tags>, 'x')");
}

TEST(Expression, APathMayHaveIndexes) {
  EXPECT_EQ(spelled(equals("lines[0].price.net[1][2]", 1)), "<lines>[0].<price>.<net>[1][2] = 1");
  const Expression twice = equals("a.a", 1);
  EXPECT_EQ(twice.names.size(), 1u);
}

TEST(Expression, JoinsConditions) {
  EXPECT_EQ(spelled((equals("a", 1) && equals("b", 2)) || !equals("a", 3)),
            "((<a> = 1) AND (<b> = 2)) OR (NOT (<a> = 3))");
  EXPECT_EQ(spelled(Expression() && equals("b", 2)), "<b> = 2");
  EXPECT_EQ(spelled(equals("b", 2) || Expression()), "<b> = 2");
  EXPECT_EQ((!Expression()).text, "");
}

TEST(Expression, ChangesHaveEachClauseOnce) {
  const Expression made = Changes()
                              .set("quantity", 3)
                              .add("version", 1)
                              .remove("note")
                              .set_if_absent("created", "now")
                              .remove("lines[0]");
  EXPECT_EQ(spelled(made),
            "SET <quantity> = 3, <created> = if_not_exists(<created>, 'now') "
            "REMOVE <note>, <lines>[0] ADD <version> 1");
  EXPECT_EQ(Changes().expression().text, "");
}

TEST(Expression, AClauseGetsOneMorePart) {
  EXPECT_EQ(with_clause("", "SET", "#b = :b"), "SET #b = :b");
  EXPECT_EQ(with_clause("SET #a = :a", "SET", "#b = :b"), "SET #b = :b, #a = :a");
  EXPECT_EQ(with_clause("ADD #n :n set #a = :a", "SET", "#b = :b"),
            "ADD #n :n set #b = :b, #a = :a");
  EXPECT_EQ(with_clause("ADD #n :n", "SET", "#b = :b"), "ADD #n :n SET #b = :b");
  EXPECT_EQ(with_clause("SET #a = :a REMOVE #c", "REMOVE", "#d"), "SET #a = :a REMOVE #d, #c");
  // Neither a placeholder nor a part of a path is a word of the language.
  EXPECT_EQ(with_clause("ADD #SET :SET, a.SET :b, SETS :c", "SET", "#b = :b"),
            "ADD #SET :SET, a.SET :b, SETS :c SET #b = :b");
}

TEST(Expression, PlaceholdersOfOneCallDoNotMeet) {
  Placeholders both;
  Expression made;
  made.text = both.take(equals("a", 1)) + "; " + both.take(equals("b", 2)) + "; " +
              both.take(equals("a", 2)) + "; " + both.take(equals("b", 1));
  made.names = both.names();
  made.values = both.values();
  EXPECT_EQ(spelled(made), "<a> = 1; <b> = 2; <a> = 2; <b> = 1");
  EXPECT_EQ(made.names.size(), 2u);
  EXPECT_EQ(made.values.size(), 2u);
}

TEST(Expression, ARenamedPlaceholderTakesNobodysPlace) {
  Placeholders both;
  static_cast<void>(both.take({.text = "#a = :a", .names = {{"#a", "x"}}, .values = {{":a", 1}}}));
  const Expression second{.text = "#a = :a AND #a_0 = :a_0",
                          .names = {{"#a", "y"}, {"#a_0", "z"}},
                          .values = {{":a", 2}, {":a_0", 3}}};
  Expression made;
  made.text = both.take(second);
  made.names = both.names();
  made.values = both.values();
  EXPECT_EQ(spelled(made), "<y> = 2 AND <z> = 3");
}

}  // namespace
}  // namespace penstock::dynamodb
