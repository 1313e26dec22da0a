#include "json/sax.h"

#include <gtest/gtest.h>

#include <boost/json/basic_parser_impl.hpp>
#include <string>

namespace penstock::json {
namespace {

// Defines only two of the events.
struct Names : SaxHandler {
  std::string names = {};

  bool on_key(Text part, size_t, Code&) {
    names.append(part.data(), part.size());
    return true;
  }
  bool on_null(Code& error) {
    error = boost::json::error::syntax;
    return false;
  }
};

struct Parsed {
  SaxEnd end;
  std::string names;
};

Parsed parsed(std::string_view text) {
  boost::json::basic_parser<Names> parser(boost::json::parse_options{});
  const SaxEnd end = parse_whole(parser, text);
  return {end, parser.handler().names};
}

TEST(JsonSax, LetsAHandlerDefineOnlyWhatItNeeds) {
  const auto [end, names] =
      parsed(R"({"a":[1,-1,2.5,18446744073709551615,true,"s\n"],"b":{"c":{}}})");
  EXPECT_FALSE(end.error);
  EXPECT_EQ(names, "abc");
}

TEST(JsonSax, LetsAHandlerStopTheParser) {
  const auto [end, names] = parsed(R"({"a":null,"b":1})");
  EXPECT_EQ(end.error, boost::json::error::syntax);
  EXPECT_EQ(names, "a");
}

TEST(JsonSax, RefusesATextThatIsNotExactlyOneValue) {
  EXPECT_EQ(describe(parsed("{} {}").end), "not JSON at byte 3: extra data");
  EXPECT_EQ(describe(parsed("[1").end), "not JSON at byte 2: incomplete JSON");
}

}  // namespace
}  // namespace penstock::json
