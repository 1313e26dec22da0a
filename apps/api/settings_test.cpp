#include "apps/api/settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "support/bad_numbers.h"

namespace penstock::apps {
namespace {

using base::Configuration;
using testing::HasSubstr;

std::vector<Configuration::Row> rows_with(base::Environment environment, std::string& problems) {
  ApiSettings settings;
  Configuration table{"ORDERS_", std::move(environment)};
  declare(table, settings);
  if (const auto sound = table.check(); !sound) problems = sound.error().message;
  return table.rows();
}

TEST(Settings, WithANumberRefuseWhatIsNone) {
  std::string problems;
  size_t numbers = 0;
  for (const auto& row : rows_with({}, problems)) {
    // The range of a number is "1 to 9" or "0.5 to 30 s".
    const size_t to = row.range.find(" to ");
    if (to == std::string::npos) continue;
    ++numbers;
    const bool seconds = row.range.ends_with(" s");
    const std::string range = row.range.substr(0, row.range.size() - (seconds ? 2 : 0));
    for (const std::string& text : seconds ? test::no_seconds() : test::no_whole_numbers()) {
      problems.clear();
      (void)rows_with({{row.name, text}}, problems);
      EXPECT_THAT(problems, HasSubstr(row.name + " is '" + text + "', but must be "));
      EXPECT_THAT(problems,
                  HasSubstr((seconds ? "seconds from " : "a whole number from ") + range));
    }
    problems.clear();
    (void)rows_with({{row.name, range.substr(to + 4)}}, problems);
    EXPECT_EQ(problems, "") << "the largest value of " << row.name;
  }
  EXPECT_GE(numbers, 18u) << "of " << markdown("ORDERS_");
}

TEST(Settings, WhoseLimitsDoNotFitTogetherAreRefused) {
  ApiSettings settings;
  EXPECT_TRUE(check(settings));
  settings.limits.body_bytes_max = settings.limits.buffered_bytes_max;
  const auto refused = check(settings);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message,
              HasSubstr("BUFFERED_BYTES_MAX is 16777216, but one request may take 16875520 bytes"));
}

}  // namespace
}  // namespace penstock::apps
