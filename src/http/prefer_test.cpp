#include "http/prefer.h"

#include <gtest/gtest.h>

namespace penstock::http {
namespace {

std::string read(std::string_view header) {
  const Preference preference = read_prefer(header);
  return std::to_string(preference.code) + ' ' + preference.example;
}

TEST(Prefer, ReadsNamesWithoutCaseAndQuotedValues) {
  EXPECT_EQ(read(""), "0 ");
  EXPECT_EQ(read("code=404, example=cat"), "404 cat");
  EXPECT_EQ(read("Code = 404 , EXAMPLE = \"a \\\"cat\\\", or; two\""), "404 a \"cat\", or; two");
  EXPECT_EQ(read("code=\"404\";example=cat"), "404 cat");
}

TEST(Prefer, IgnoresWhatIsNotForTheMock) {
  EXPECT_EQ(read("respond-async; code=404, wait=10, , example=cat"), "0 cat");
  EXPECT_EQ(read("foo=\"x, code=500\", code=404"), "404 ");
  EXPECT_EQ(read("code=404, code=500"), "404 ");  // The first one counts.
  EXPECT_EQ(read("code=404abc"), "0 ");
  EXPECT_EQ(read("=code, @, code"), "0 ");
  EXPECT_EQ(read("example=\"cat"), "0 cat");
  EXPECT_EQ(read("x=\"\\"), "0 ");
}

}  // namespace
}  // namespace penstock::http
