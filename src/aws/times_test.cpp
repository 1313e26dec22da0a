#include "aws/times.h"

#include <gtest/gtest.h>

namespace penstock::aws {
namespace {

std::string read(std::string_view text) {
  const auto time = parse_timestamp(text);
  return time ? timestamp(*time) : "nothing";
}

std::string read_http(std::string_view text) {
  const auto time = parse_http_date(text);
  return time ? timestamp(*time) : "nothing";
}

TEST(Times, ReadsTimestampsAsRfc3339) {
  EXPECT_EQ(read("2026-11-24T16:52:20Z"), "2026-11-24T16:52:20Z");
  EXPECT_EQ(read("2026-11-24T16:52:20.123456789Z"), "2026-11-24T16:52:20Z");
  EXPECT_EQ(read("2026-11-24T16:52:20+00:00"), "2026-11-24T16:52:20Z");
  EXPECT_EQ(read("2026-11-24T18:22:20+01:30"), "2026-11-24T16:52:20Z");
  EXPECT_EQ(read("2026-11-24T23:59:60Z"), "2026-11-25T00:00:00Z");
  EXPECT_EQ(read("2028-02-29T00:00:00Z"), "2028-02-29T00:00:00Z");
  EXPECT_EQ(read("9999-12-31T23:59:59Z"), "2261-12-31T00:00:00Z");
}

TEST(Times, RefusesOtherTimestamps) {
  for (const char* text :
       {"", "2026-11-24", "2026-11-24T16:52:20", "2026-11-24T16:52:20.Z", "2026-11-24T16:52:20Zx",
        "2026-13-24T16:52:20Z", "2026-02-29T16:52:20Z", "2026-11-24T24:00:00Z",
        "2026-11-24T16:60:20Z", "1969-12-31T23:59:59Z", "2026-11-24T16:52:20+24:00",
        "-026-11-24T16:52:20Z", "2026-11-24T16:52:20+1:00"}) {
    EXPECT_EQ(read(text), "nothing") << text;
  }
}

TEST(Times, ReadsHttpDatesInOneForm) {
  EXPECT_EQ(read_http("Tue, 24 Nov 2026 16:52:20 GMT"), "2026-11-24T16:52:20Z");
  for (const char* text : {"", "Tue, 24 Nov 2026 16:52:20", "Tuesday, 24-Nov-26 16:52:20 GMT",
                           "Tue Nov 24 16:52:20 2026", "Tue, 24 Nov 2026 16:52:20 UTC",
                           "Tue, 31 Nov 2026 16:52:20 GMT", "Tue, 24 Nov 2026 16:52:20 GMT "}) {
    EXPECT_EQ(read_http(text), "nothing") << text;
  }
}

TEST(Times, WritesTheShortFormForSignatures) {
  EXPECT_EQ(amz_date(*parse_timestamp("2026-01-02T03:04:05Z")), "20260102T030405Z");
}

}  // namespace
}  // namespace penstock::aws
