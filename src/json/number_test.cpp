#include "json/number.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <limits>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace penstock::json {
namespace {

constexpr int64_t kInt64Min = std::numeric_limits<int64_t>::min();
constexpr int64_t kInt64Max = std::numeric_limits<int64_t>::max();
constexpr uint64_t kUint64Max = std::numeric_limits<uint64_t>::max();
constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

TEST(JsonNumber, ComparesExactly) {
  // The rows ascend; all numbers of one row are equal.
  const std::vector<std::vector<boost::json::value>> rows = {
      {-kInfinity},
      {std::numeric_limits<double>::lowest()},
      {std::nextafter(-0x1p63, -kInfinity)},
      {kInt64Min, -0x1p63},
      {kInt64Min + 1},
      {-(int64_t{1} << 53) - 1},
      {-(int64_t{1} << 53), -0x1p53},
      {-1.5},
      {-1, -1.0},
      {-0.5},
      {-std::numeric_limits<double>::denorm_min()},
      {0, uint64_t{0}, 0.0, -0.0},
      {std::numeric_limits<double>::denorm_min()},
      {0.5},
      {1, uint64_t{1}, 1.0},
      {1.5},
      {2, uint64_t{2}, 2.0},
      {int64_t{1} << 53, 0x1p53},
      {(int64_t{1} << 53) + 1, (uint64_t{1} << 53) + 1},
      {(int64_t{1} << 53) + 2, 0x1p53 + 2},
      {std::nextafter(0x1p63, 0)},
      {kInt64Max, static_cast<uint64_t>(kInt64Max)},
      {uint64_t{1} << 63, 0x1p63},
      {std::nextafter(0x1p64, 0)},
      {kUint64Max},
      {0x1p64},
      {1e300},
      {kInfinity},
  };
  for (size_t i = 0; i < rows.size(); ++i) {
    for (size_t j = 0; j < rows.size(); ++j) {
      for (const boost::json::value& a : rows[i]) {
        for (const boost::json::value& b : rows[j]) {
          EXPECT_TRUE(compare_numbers(a, b) == (i <=> j)) << a << " " << b;
        }
      }
    }
    for (const boost::json::value& a : rows[i]) {
      EXPECT_TRUE(compare_numbers(a, kNaN) == std::partial_ordering::unordered);
      EXPECT_TRUE(compare_numbers(kNaN, a) == std::partial_ordering::unordered);
    }
  }
}

TEST(JsonNumber, KnowsIntegers) {
  for (const boost::json::value& value :
       {boost::json::value(0), boost::json::value(kInt64Min), boost::json::value(kUint64Max),
        boost::json::value(1.0), boost::json::value(-0.0), boost::json::value(1e300)}) {
    EXPECT_TRUE(is_integer(value)) << value;
  }
  for (const boost::json::value& value :
       {boost::json::value(0.5), boost::json::value(-1e-300), boost::json::value(kInfinity),
        boost::json::value(kNaN), boost::json::value("1"), boost::json::value(true),
        boost::json::value(nullptr), boost::json::value(boost::json::array{1})}) {
    EXPECT_FALSE(is_integer(value)) << value;
  }
}

TEST(JsonNumber, WritesTheShortestText) {
  const std::vector<std::pair<boost::json::value, std::string>> cases = {
      {0, "0"},
      {kInt64Min, "-9223372036854775808"},
      {kUint64Max, "18446744073709551615"},
      {0.1, "0.1"},
      {-1.5, "-1.5"},
      {100.0, "100"},
      {1e22, "1e+22"},
      {0.1 + 0.2, "0.30000000000000004"},
      {-std::numeric_limits<double>::min(), "-2.2250738585072014e-308"},
  };
  for (const auto& [number, text] : cases) EXPECT_EQ(number_text(number), text);
}

TEST(JsonNumber, KnowsMultiplesInDecimal) {
  struct Case {
    boost::json::value divisor;
    std::vector<boost::json::value> multiples;
    std::vector<boost::json::value> others;
  };
  const std::vector<Case> cases = {
      {2,
       {0, -0.0, 2, -10, uint64_t{1} << 63, kInt64Min, 7e1, 1e308},
       {1, 7, 2.5, kInt64Max, kUint64Max, 1e-9}},
      {2.0, {0, 4, 4.0, kInt64Min}, {1, 3.0}},
      {uint64_t{1} << 63, {kInt64Min, uint64_t{1} << 63, 0}, {1, kInt64Max, 1e18}},
      {kUint64Max, {kUint64Max, 0}, {1, 1e308, kInt64Min}},
      {1.5, {0, 3, 4.5, -4.5, 1e308 * 1.5}, {35, 4, 1e-300, 1e308}},
      {0.0001, {0.0075, 1, kUint64Max, 1e308, 12.3456}, {0.00751, 1e-5, 5e-324}},
      {0.01, {19.99, 0.07, 4.35, 1.1, 100, 1e22}, {19.999, 0.001}},
      {0.5, {1e308, 1.5, 3, -0.5}, {0.25, 1.7}},
      {0.123456789, {0.123456789, 123456789, 1.23456789}, {1e308, 1, 0.1234567891}},
      {1e-8, {12391239123, 1e-8, 1}, {1e-9}},
      {1e300, {1e300, 1e308, 3e300, 0}, {1e299, 1, kUint64Max, 1.5e300}},
      {1e10, {uint64_t{10'000'000'000'000'000'000U}, 1e10, 3e11}, {kUint64Max, 1e9, 1}},
      {1e19, {uint64_t{10'000'000'000'000'000'000U}}, {kUint64Max, 1}},
      {5e-324, {5e-324, 1e-323, 1, 1e308}, {}},
      {1.7976931348623157e308, {1.7976931348623157e308, 0}, {1, 1e308, kUint64Max}},
      {10, {10, 1e1, 30.0}, {kInfinity, -kInfinity, kNaN, "10", true, nullptr}},
  };
  for (const Case& known : cases) {
    const Multiple multiple(known.divisor);
    for (const boost::json::value& value : known.multiples) {
      EXPECT_TRUE(multiple.divides(value)) << known.divisor << " " << value;
    }
    for (const boost::json::value& value : known.others) {
      EXPECT_FALSE(multiple.divides(value)) << known.divisor << " " << value;
    }
  }
}

// Tests amounts of money and the like, which arithmetic on doubles gets wrong.
TEST(JsonNumber, AgreesWithIntegersAboutHundredths) {
  std::mt19937_64 random(1);
  for (int i = 0; i < 50'000; ++i) {
    const auto step = static_cast<int64_t>(random() % 1000 + 1);
    const auto times = static_cast<int64_t>(random() % 1'000'000);
    const auto rest = static_cast<int64_t>(random() % 2);
    const int64_t amount = step * times + rest;
    const Multiple multiple(std::strtod((std::to_string(step) + "e-2").c_str(), nullptr));
    const double value = std::strtod((std::to_string(amount) + "e-2").c_str(), nullptr);
    ASSERT_EQ(multiple.divides(value), amount % step == 0) << step << " " << amount;
  }
}

// What is divided quickly is divided in the same way as what is not.
TEST(JsonNumber, AgreesWithItselfAboutShortDecimals) {
  std::mt19937_64 random(2);
  int multiples = 0;
  for (int i = 0; i < 50'000; ++i) {
    const std::string divisor =
        std::to_string(random() % 40 + 1) + "e-" + std::to_string(random() % 6);
    const std::string digits = std::to_string(random() % 1'000'000'000);
    const int exponent = static_cast<int>(random() % 8);
    const Multiple multiple(std::strtod(divisor.c_str(), nullptr));
    const double value = std::strtod((digits + "e-" + std::to_string(exponent)).c_str(), nullptr);
    // The same, 10^20 times as small, is not quick.
    const double small =
        std::strtod((digits + "e-" + std::to_string(exponent + 20)).c_str(), nullptr);
    const std::string tiny = divisor.substr(0, divisor.find('e')) + "e-" +
                             std::to_string(std::stoi(divisor.substr(divisor.find('-') + 1)) + 20);
    const Multiple slow(std::strtod(tiny.c_str(), nullptr));
    if (!multiple.is_quick(value)) continue;  // Such as by 10.0, which is 1e1.
    ASSERT_FALSE(slow.is_quick(small));
    ASSERT_EQ(multiple.divides(value), slow.divides(small)) << divisor << " " << value;
    if (multiple.divides(value)) ++multiples;
  }
  EXPECT_GT(multiples, 1000);
}

TEST(JsonNumberDeathTest, RequiresAPositiveDivisor) {
  for (const boost::json::value& divisor :
       {boost::json::value(0), boost::json::value(-1), boost::json::value(0.0),
        boost::json::value(kInfinity), boost::json::value(kNaN), boost::json::value("1")}) {
    EXPECT_DEATH(Multiple{divisor}, "multipleOf|not a number");
  }
}

TEST(Number, KeepsThatANumberIsNotWhole) {
  EXPECT_EQ(nearest_double("5.0"), 5);
  EXPECT_EQ(nearest_double("0.50e1"), 5);
  EXPECT_EQ(nearest_double("500e-2"), 5);
  EXPECT_EQ(nearest_double("-0.0"), 0);
  EXPECT_EQ(nearest_double("0e-99999999999999999999"), 0);
  EXPECT_EQ(nearest_double("9007199254740993.0"), 9007199254740992);
  EXPECT_EQ(nearest_double("1e300"), 1e300);
  EXPECT_EQ(nearest_double("0.99999999999999999999"), 0x1.fffffffffffffp-1);
  EXPECT_EQ(nearest_double("-0.99999999999999999999e0"), -0x1.fffffffffffffp-1);
  EXPECT_EQ(nearest_double("7.00000000000000000001"), std::nextafter(7, 8));
  EXPECT_EQ(nearest_double("0007.00000000000000000001e+0"), std::nextafter(7, 8));
  EXPECT_EQ(nearest_double("69999999999999999999999e-22"), std::nextafter(7, 6));
  EXPECT_EQ(nearest_double("1e-400"), 5e-324);
  EXPECT_EQ(nearest_double("-1e-99999999999999999999"), -5e-324);
  EXPECT_EQ(nearest_double("4503599627370495.99999999999999"), std::nullopt);
  EXPECT_EQ(nearest_double("9007199254740993.5"), std::nullopt);
  EXPECT_EQ(nearest_double("90071992547409935e-1"), std::nullopt);
}

}  // namespace
}  // namespace penstock::json
