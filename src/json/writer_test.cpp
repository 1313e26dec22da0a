#include "json/writer.h"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <limits>

namespace penstock::json {
namespace {

TEST(JsonWriter, WritesTheTextThatWasParsed) {
  for (const std::string_view text : {"null", "true", "[]", "{}", "[1,-2,18446744073709551615]",
                                      R"({"a":{"b":[null,false]},"c":""})", "7.95", "0.1", "1e+22",
                                      "5e-324", R"("\"\\\b\f\n\r\t\u0000\u001f/é")"}) {
    EXPECT_EQ(to_text(boost::json::parse(text)), text);
  }
  std::string out;
  EXPECT_FALSE(append_value(out, std::numeric_limits<double>::infinity()));
  EXPECT_FALSE(append_value(out, boost::json::object{{"a", boost::json::array{"\xff"}}}));
  EXPECT_EQ(to_text(1.0), "1");
}

TEST(JsonWriter, WritesJsonForEveryValue) {
  EXPECT_EQ(to_text(boost::json::object{{"a\xff", "b\xff"}}),
            "{\"a\xef\xbf\xbd\":\"b\xef\xbf\xbd\"}");
  EXPECT_EQ(to_text(boost::json::array{std::numeric_limits<double>::infinity(),
                                       std::numeric_limits<double>::quiet_NaN(), 1}),
            "[null,null,1]");
}

}  // namespace
}  // namespace penstock::json
