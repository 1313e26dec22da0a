#include "events/trace_context.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace penstock::events {
namespace {

const std::string kIds = "0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-";

TEST(TraceContext, PassesOnATraceparentOfTheKnownVersion) {
  for (const std::string flags : {"00", "01", "02", "03", "ff"}) {
    EXPECT_EQ(read_traceparent("00-" + kIds + flags), "00-" + kIds + flags);
  }
}

TEST(TraceContext, IgnoresATraceparentThatItCannotRead) {
  const std::string zeros(32, '0');
  for (const std::string& header :
       std::vector<std::string>{"",
                                "00",
                                "00-" + kIds,
                                "00-" + kIds + "0",
                                "00-" + kIds + "0g",
                                "00-" + kIds + "01-",
                                "00-" + kIds + "01-extra",
                                "ff-" + kIds + "01",
                                "ff-" + kIds + "01-extra",
                                "0g-" + kIds + "01",
                                "00_" + kIds + "01",
                                "0-" + kIds + "001",
                                "00-" + zeros + "-b7ad6b7169203331-01",
                                "00-0af7651916cd43dd8448eb211c80319c-" + zeros.substr(16) + "-01",
                                "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
                                "00-0af7651916cd43dd8448eb211c80319-bb7ad6b7169203331-01",
                                "00-0af7651916cd43dd8448eb211c80319cb-7ad6b7169203331-01",
                                "01-" + kIds + "01x",
                                "01-" + kIds + "01.extra",
                                "01-" + zeros + "-b7ad6b7169203331-01-extra"}) {
    EXPECT_EQ(read_traceparent(header), "") << header;
  }
}

TEST(TraceContext, PassesOnALaterVersionAsTheKnownOne) {
  EXPECT_EQ(read_traceparent("01-" + kIds + "01-extra"), "00-" + kIds + "01");
  EXPECT_EQ(read_traceparent("cc-" + kIds + "01"), "00-" + kIds + "01");
  EXPECT_EQ(read_traceparent("fe-" + kIds + "00-"), "00-" + kIds + "00");
  EXPECT_EQ(read_traceparent("0f-" + kIds + "f7-a-b"), "00-" + kIds + "01");
  EXPECT_EQ(read_traceparent("0f-" + kIds + "f8"), "00-" + kIds + "00");
}

TEST(TraceContext, PassesOnATracestate) {
  EXPECT_EQ(read_tracestate("rojo=00f067aa0ba902b7,congo=t61rcWkgMzE"),
            "rojo=00f067aa0ba902b7,congo=t61rcWkgMzE");
  EXPECT_EQ(read_tracestate(" a=b ,,\tc@d=e f;g:h , "), "a=b,c@d=e f;g:h");
  EXPECT_EQ(read_tracestate("1a/b_c-d*e@sys=!~"), "1a/b_c-d*e@sys=!~");
  for (const std::string header : {"", ",", "a", "=b", "a=", "A=b", "a=b=c", "a b=c", "@a=b",
                                   "a@b@c=d", "a=b,c", "a=\x7f", "a=\xc3\xa4", "a=b\tc"}) {
    EXPECT_EQ(read_tracestate(header), "") << header;
  }
  const std::string longest(256, 'x');
  EXPECT_EQ(read_tracestate("a=" + longest), "a=" + longest);
  EXPECT_EQ(read_tracestate("a=" + longest + "x"), "");
  EXPECT_EQ(read_tracestate(longest + "x=a"), "");
}

TEST(TraceContext, BoundsATracestateByWholeMembers) {
  std::string many = "a=0";
  for (int i = 1; i < 32; ++i) many += ",a=" + std::to_string(i);
  EXPECT_EQ(read_tracestate(many), many);
  EXPECT_EQ(read_tracestate(many + ",a=32"), "");
  const auto member = [](char key, size_t bytes) {
    return std::string(1, key) + "=" + std::string(bytes - 2, key);
  };
  // Large members go first, and only as far as needed.
  EXPECT_EQ(read_tracestate(member('a', 200) + "," + member('b', 128) + "," + member('c', 129) +
                            "," + member('d', 128)),
            member('a', 200) + "," + member('b', 128) + "," + member('d', 128));
  // Then those at the end are left out.
  std::string state = member('a', 128);
  for (const char key : std::string("bcde")) state += "," + member(key, 127);
  EXPECT_EQ(read_tracestate(state), state.substr(0, 512));
  EXPECT_EQ(read_tracestate(state).size(), 512u);
}

}  // namespace
}  // namespace penstock::events
