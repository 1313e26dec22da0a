#include "contract/cpp/cpp_names.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace penstock::contract {
namespace {

using testing::ElementsAre;

TEST(CppNames, WordsEndAtSignsAndAtCapitals) {
  EXPECT_THAT(words_of("order-line_item"), ElementsAre("order", "line", "item"));
  EXPECT_THAT(words_of("orderID"), ElementsAre("order", "ID"));
  EXPECT_THAT(words_of("HTTPServer2"), ElementsAre("HTTP", "Server2"));
  EXPECT_THAT(words_of("X-Request-Id"), ElementsAre("X", "Request", "Id"));
}

TEST(CppNames, LettersLoseTheirAccentsAndOthersBecomeNumbers) {
  EXPECT_EQ(cpp_member_name("größe"), "grosse");
  EXPECT_EQ(cpp_member_name("ærø"), "aero");
  EXPECT_EQ(cpp_member_name("ŁÓDŹ"), "lodz");
  EXPECT_EQ(cpp_member_name("中"), "u4e2d");
  EXPECT_EQ(cpp_type_name("größe"), "Grosse");
}

TEST(CppNames, TypesBeginWithCapitalsAndMembersWithSmallLetters) {
  EXPECT_EQ(cpp_type_name("place_order"), "PlaceOrder");
  EXPECT_EQ(cpp_type_name("OrderURL"), "OrderURL");
  EXPECT_EQ(cpp_type_name("EOF"), "Eof");
  EXPECT_EQ(cpp_member_name("OrderURL"), "order_url");
}

TEST(CppNames, AreNeverKeywordsNorBeginWithDigits) {
  EXPECT_EQ(cpp_member_name("class"), "class_");
  EXPECT_EQ(cpp_member_name("Template"), "template_");
  EXPECT_EQ(cpp_member_name("errno"), "errno_");
  EXPECT_EQ(cpp_member_name("st_mtime"), "st_mtime_");  // A macro of <sys/stat.h>.
  // A member of this name would be what the struct's next members are taken for.
  EXPECT_EQ(cpp_member_name("int64_t"), "int64_t_");
  EXPECT_EQ(cpp_member_name("1st"), "n1st");
  EXPECT_EQ(cpp_type_name("1st"), "N1st");
}

TEST(CppNames, SignsAloneAreSpelledOut) {
  EXPECT_EQ(cpp_member_name(""), "empty");
  EXPECT_EQ(cpp_member_name("*"), "star");
  EXPECT_EQ(cpp_member_name("<="), "less_equal");
  EXPECT_EQ(cpp_member_name("+1"), "plus_1");
  EXPECT_EQ(cpp_member_name("-1"), "minus_1");
  EXPECT_EQ(cpp_member_name("$ref"), "ref");
  EXPECT_EQ(cpp_member_name("\xff\x80"), "symbol_symbol");
}

TEST(CppNames, LongNamesAreCutAndStayDifferent) {
  const std::string a = cpp_member_name(std::string(100, 'a'));
  const std::string b = cpp_member_name(std::string(101, 'a'));
  EXPECT_EQ(a.size(), kCppNameMax);
  EXPECT_EQ(b.size(), kCppNameMax);
  EXPECT_NE(a, b);
}

TEST(CppNames, AnAuthorChoosesOnlyNamesOfCpp) {
  EXPECT_TRUE(is_cpp_name("OrderLine_2"));
  for (const char* name : {"", "1st", "_x", "a b", "a__b", "class", "größe", "a-b"}) {
    EXPECT_FALSE(is_cpp_name(name)) << name;
  }
  EXPECT_FALSE(is_cpp_name(std::string(kCppNameMax + 1, 'a')));
  EXPECT_TRUE(is_cpp_name("Order", CppLetter::capital));
  EXPECT_FALSE(is_cpp_name("Order", CppLetter::small));
  EXPECT_TRUE(is_cpp_name("order", CppLetter::small));
  EXPECT_FALSE(is_cpp_name("order", CppLetter::capital));
}

TEST(CppNames, StatusesAreCalledByTheirReasonPhrases) {
  EXPECT_EQ(cpp_status_name(201), "created");
  EXPECT_EQ(cpp_status_name(422), "unprocessable_content");
  EXPECT_EQ(cpp_status_name(299), "status_299");
}

TEST(CppNames, LiteralsHoldAnyBytes) {
  EXPECT_EQ(cpp_literal("say \"hi\"\\\n"), R"("say \"hi\"\\\012")");
  EXPECT_EQ(cpp_literal("what?\?/"), R"("what?\?/")");
  EXPECT_EQ(cpp_literal("\xc3\xbc"
                        "1"),
            R"("\303\2741")");
}

std::string names_of(std::vector<std::pair<std::string, std::string>> wanted) {
  CppScope scope("_");
  scope.reserve("body");
  for (const auto& [key, name] : wanted) scope.add(key, key, name, 1);
  scope.finish();
  std::sort(wanted.begin(), wanted.end());
  std::string all;
  for (const auto& [key, name] : wanted) all += scope.name(key) + ' ';
  return all;
}

TEST(CppScope, TheOneThatIsCalledSoKeepsAClashingNameInAnyOrder) {
  EXPECT_EQ(names_of({{"@id", "id"}, {"id", "id"}, {"ID", "id"}}), "id_2 id_3 id ");
  EXPECT_EQ(names_of({{"ID", "id"}, {"id", "id"}, {"@id", "id"}}), "id_2 id_3 id ");
}

TEST(CppScope, ANumberIsNotTakenTwice) {
  EXPECT_EQ(names_of({{"a", "a"}, {"A", "a"}, {"a_2", "a_2"}}), "a_3 a a_2 ");
}

TEST(CppScope, WhatTheCodeNeedsGetsAnUnderscore) {
  EXPECT_EQ(names_of({{"body", "body"}}), "body_ ");
}

TEST(CppScope, SaysWhichTwoHaveTheSameChosenName) {
  CppScope scope("");
  scope.add("first", "first", "Order", 0);
  scope.add("second", "second", "Order", 0);
  scope.finish();
  EXPECT_EQ(scope.clash().first, "first");
  EXPECT_EQ(scope.clash().second, "second");
}

}  // namespace
}  // namespace penstock::contract
