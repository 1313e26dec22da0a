#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>
#include <string>

#include "dynamodb/value.h"

namespace penstock::dynamodb {
namespace {

std::string text_of(std::string_view text) {
  const auto number = Number::parse(text);
  return number ? number->text() : number.error().message;
}

TEST(Number, EqualNumbersHaveOneText) {
  for (const char* text : {"12.5", "012.50", "+12.5", "125e-1", "1.25E1", "12.5e+0", "0.125e2"}) {
    EXPECT_EQ(text_of(text), "12.5") << text;
  }
  for (const char* text : {"0", "-0", "0.000", "0e999999999999999999999", "000", "-0.0E-200"}) {
    EXPECT_EQ(text_of(text), "0") << text;
  }
  EXPECT_EQ(text_of("-1e3"), "-1000");
  EXPECT_EQ(text_of("-0.001"), "-0.001");
  EXPECT_EQ(text_of(".5"), "0.5");
  EXPECT_EQ(text_of("5."), "5");
  EXPECT_EQ(text_of("1e-7"), "0.0000001");
  EXPECT_EQ(Number(-7).text(), "-7");
  EXPECT_EQ(Number().text(), "0");
}

TEST(Number, Has38DigitsAndNoMore) {
  const std::string digits = "12345678901234567890123456789012345678";
  EXPECT_EQ(text_of(digits), digits);
  EXPECT_EQ(text_of("0.0" + digits + "000"), "0.0" + digits);
  EXPECT_EQ(text_of(digits + "9"), "has more than 38 digits");
  EXPECT_EQ(text_of(digits + "000"), digits + "000");
  EXPECT_EQ(text_of("1." + std::string(37, '0') + "1"), "has more than 38 digits");
}

TEST(Number, HasTheLimitsOfAws) {
  const std::string nines(38, '9');
  EXPECT_EQ(text_of("9." + nines.substr(1) + "E+125"), nines + std::string(88, '0'));
  EXPECT_EQ(text_of("1E126"), "is beyond 9.99…E+125");
  EXPECT_EQ(text_of("-1E126"), "is beyond 9.99…E+125");
  EXPECT_EQ(text_of("1E-130"), "0." + std::string(129, '0') + "1");
  EXPECT_EQ(text_of("9E-131"), "is nearer to 0 than 1E-130");
  EXPECT_EQ(text_of("1E99999999999999999999999"), "is beyond 9.99…E+125");
  EXPECT_EQ(text_of("1E-99999999999999999999999"), "is nearer to 0 than 1E-130");
  EXPECT_EQ(text_of("0." + std::string(200, '0') + "1e200"), "0.1");
}

TEST(Number, RefusesWhatIsNone) {
  for (const char* text : {"", "-", "+", ".", "e5", "1e", "1e+", "1e5.5", "0x1", " 1", "1 ", "1,5",
                           "--1", "NaN", "Infinity", "1_000", "1e5e5", "١"}) {
    EXPECT_EQ(text_of(text), "is not a number") << text;
  }
}

TEST(Number, IsExactFor64Bits) {
  using Limits = std::numeric_limits<int64_t>;
  for (const int64_t number : {Limits::min(), Limits::max(), int64_t{0}, int64_t{-1}}) {
    EXPECT_EQ(Number(number).to_int64(), number);
    EXPECT_EQ(Number::parse(std::to_string(number)).value(), Number(number));
  }
  EXPECT_EQ(Number::parse("9223372036854775808").value().to_int64(), std::nullopt);
  EXPECT_EQ(Number::parse("1.5").value().to_int64(), std::nullopt);
  EXPECT_EQ(Number::parse("1.50e1").value().to_int64(), 15);
}

TEST(Number, ADoubleComesBack) {
  std::mt19937_64 random(7);
  std::uniform_real_distribution<double> mantissa(-10, 10);
  std::uniform_int_distribution<int> exponent(-125, 120);
  for (int i = 0; i < 20'000; ++i) {
    const double number = mantissa(random) * std::pow(10.0, exponent(random));
    const auto made = Number::of_double(number);
    ASSERT_TRUE(made) << number;
    EXPECT_EQ(made->to_double(), number);
    EXPECT_EQ(Number::parse(made->text()).value(), *made);
  }
  EXPECT_EQ(Number::of_double(0.1)->text(), "0.1");
  EXPECT_FALSE(Number::of_double(1e126));
  EXPECT_FALSE(Number::of_double(1e-131));
  EXPECT_FALSE(Number::of_double(std::numeric_limits<double>::infinity()));
  EXPECT_FALSE(Number::of_double(std::numeric_limits<double>::quiet_NaN()));
}

}  // namespace
}  // namespace penstock::dynamodb
