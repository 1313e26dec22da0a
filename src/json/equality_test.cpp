#include "json/equality.h"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <chrono>
#include <limits>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace penstock::json {
namespace {

using Pair = std::pair<size_t, size_t>;

TEST(JsonEquality, FollowsJsonSchema) {
  // All values of one row are equal, and differ from those of every other row.
  const std::vector<std::vector<boost::json::value>> rows = {
      {nullptr},
      {false},
      {true},
      {0, 0.0, -0.0, uint64_t{0}},
      {1, 1.0, uint64_t{1}},
      {-1, -1.0},
      {0.5},
      {int64_t{1} << 53, 0x1p53},
      {(int64_t{1} << 53) + 1},
      {std::numeric_limits<int64_t>::min(), -0x1p63},
      {std::numeric_limits<int64_t>::max()},
      {uint64_t{1} << 63, 0x1p63},
      {std::numeric_limits<uint64_t>::max()},
      {0x1p64},
      {-0x1p64},
      {1e300},
      {""},
      {"0"},
      {"a"},
      {"A"},
      {boost::json::string(std::string_view("a\0", 2))},
      {boost::json::string("a longer one of 20 b")},
      {boost::json::string("a longer one of 20 c")},
      {"\u00e9"},
      {"e\u0301"},  // It looks the same but has other code points.
      {boost::json::parse("[]")},
      {boost::json::parse("[null]")},
      {boost::json::parse("[[]]")},
      {boost::json::parse("[1,2]"), boost::json::parse("[1.0,2e0]")},
      {boost::json::parse("[2,1]")},
      {boost::json::parse("[[1],2]")},
      {boost::json::parse("[1,[2]]")},
      {boost::json::parse("{}")},
      {boost::json::parse(R"({"a":1})"), boost::json::parse(R"({"a":1.0})")},
      {boost::json::parse(R"({"a":true})")},
      {boost::json::parse(R"({"a":null})")},
      {boost::json::parse(R"({"b":null})")},
      {boost::json::parse(R"({"a":1,"b":[{"c":2,"d":3}]})"),
       boost::json::parse(R"({"b":[{"d":3.0,"c":2}],"a":1})")},
      {boost::json::parse(R"({"a":[{"c":2,"d":3}],"b":1})")},
      {boost::json::parse(R"({"a":"b"})")},
      {boost::json::parse(R"({"b":"a"})")},
  };
  for (size_t i = 0; i < rows.size(); ++i) {
    for (size_t j = 0; j < rows.size(); ++j) {
      for (const boost::json::value& a : rows[i]) {
        for (const boost::json::value& b : rows[j]) {
          EXPECT_EQ(equal(a, b), i == j) << a << " " << b;
          EXPECT_EQ(hash_of(a) == hash_of(b), i == j) << a << " " << b;
        }
      }
    }
  }
}

TEST(JsonEquality, IgnoresTheOrderOfManyProperties) {
  boost::json::object ascending;
  boost::json::object descending;
  for (int i = 0; i < 100; ++i) {
    ascending.emplace(std::to_string(i), i);
    descending.emplace(std::to_string(99 - i), 99 - i);
  }
  EXPECT_TRUE(equal(ascending, descending));
  EXPECT_EQ(hash_of(ascending), hash_of(descending));
  descending["50"] = "50";
  EXPECT_FALSE(equal(ascending, descending));
  EXPECT_NE(hash_of(ascending), hash_of(descending));
}

TEST(JsonEquality, FindsTheFirstDuplicate) {
  const std::vector<std::pair<std::string_view, std::optional<Pair>>> cases = {
      {"[]", {}},
      {"[1]", {}},
      {"[1,1]", Pair(0, 1)},
      {"[1,true,0,false,null,\"1\",[1]]", {}},
      {"[1,2,1.0]", Pair(0, 2)},
      {"[1,2,3,2,1]", Pair(1, 3)},
      {"[[1],[2],[1.0]]", Pair(0, 2)},
      {R"([{"a":1,"b":2},{"b":2,"a":1}])", Pair(0, 1)},
      {"[0,1,2,3,4,5,6,7,8,9]", {}},
      {"[0,1,2,3,4,5,6,7,8,9,9.0,0]", Pair(9, 10)},
      {"[0,1,2,3,4,5,6,7,8,9,0,9]", Pair(0, 10)},
      {"[5,5,5,5,5,5,5,5,5,5,5,5]", Pair(0, 1)},
      {"[0,false,null,\"\",[],{},\"0\",[0],{\"0\":0},true,1,[[]]]", {}},
  };
  for (const auto& [text, expected] : cases) {
    EXPECT_EQ(first_duplicate(boost::json::parse(text).as_array()), expected) << text;
  }
}

TEST(JsonEquality, FindsTheSameDuplicateAsComparingAllPairs) {
  std::mt19937 random(1);
  for (int round = 0; round < 500; ++round) {
    boost::json::array array;
    for (int i = 0; i < 30; ++i) {
      const auto number = static_cast<int>(random() % 400);
      if (random() % 2) {
        array.push_back({number, {{"a", number}}});
      } else {
        array.push_back({static_cast<double>(number), {{"a", number}}});
      }
    }
    std::optional<Pair> expected;
    for (size_t j = 0; j < array.size() && !expected; ++j) {
      for (size_t i = 0; i < j && !expected; ++i) {
        if (equal(array[i], array[j])) expected = {i, j};
      }
    }
    ASSERT_EQ(first_duplicate(array), expected);
  }
}

TEST(JsonEquality, IsNotQuadratic) {
  boost::json::array numbers;
  boost::json::array objects;
  boost::json::array same(100'000, boost::json::value(boost::json::array{1, 2}));
  for (int i = 0; i < 100'000; ++i) {
    numbers.push_back(i);
    objects.push_back({{"id", i % 1000}, {"of", boost::json::array{i / 1000}}});
  }
  const auto start = std::chrono::steady_clock::now();
  EXPECT_EQ(first_duplicate(numbers), std::nullopt);
  EXPECT_EQ(first_duplicate(objects), std::nullopt);
  EXPECT_EQ(first_duplicate(same), Pair(0, 1));
  objects.push_back(objects[500]);
  EXPECT_EQ(first_duplicate(objects), Pair(500, 100'000));
  // All of it takes 100 ms. Comparing every pair of one array would take longer than 5 s.
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(5));
}

}  // namespace
}  // namespace penstock::json
