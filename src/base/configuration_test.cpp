#include "base/configuration.h"

#include <gtest/gtest.h>

namespace penstock::base {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(Environment, LosesTheVariablesWithAPrefix) {
  Environment environment{{"AWS", "1"}, {"AWS_A", "2"}, {"AWS_Z_Z", "3"}, {"AWT", "4"}, {"a", "5"}};
  environment.remove("AWS_");
  EXPECT_EQ(environment, (Environment{{"AWS", "1"}, {"AWT", "4"}, {"a", "5"}}));
  environment.remove("b");
  EXPECT_EQ(environment.size(), 3U);
}

TEST(Configuration, KeepsDefaultsWhenNothingIsSet) {
  int64_t port = 8000;
  milliseconds deadline = seconds(2);
  std::string topic = "events";
  Configuration table("X_", {{"X_TOPIC", ""}});
  table.integer("PORT", port, 1, 65'535, "port");
  table.duration("DEADLINE", deadline, milliseconds(100), seconds(30), "deadline");
  table.text("TOPIC", topic, "topic");
  EXPECT_TRUE(table.check());
  EXPECT_EQ(port, 8000);
  EXPECT_EQ(topic, "events");
  ASSERT_EQ(table.rows().size(), 3u);
  EXPECT_EQ(table.rows()[1].standard, "2");
  EXPECT_EQ(table.rows()[1].range, "0.1 to 30 s");
}

TEST(Configuration, ReadsWhatIsSet) {
  int64_t port = 8000;
  milliseconds deadline = seconds(2);
  bool create = true;
  Configuration table("X_", {{"X_PORT", "1"}, {"X_DEADLINE", "0.25"}, {"X_CREATE", "false"}});
  table.integer("PORT", port, 1, 65'535, "port");
  table.duration("DEADLINE", deadline, milliseconds(100), seconds(30), "deadline");
  table.boolean("CREATE", create, "create");
  EXPECT_TRUE(table.check());
  EXPECT_EQ(port, 1);
  EXPECT_EQ(deadline, milliseconds(250));
  EXPECT_FALSE(create);
}

TEST(Configuration, ReportsEveryMistakeAtOnce) {
  int64_t port = 8000;
  milliseconds deadline = seconds(2);
  Configuration table("X_", {{"X_PORT", "80a"}, {"X_DEADLINE", "31"}});
  table.integer("PORT", port, 1, 65'535, "port");
  table.duration("DEADLINE", deadline, milliseconds(100), seconds(30), "deadline");
  const auto result = table.check();
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().message,
            "X_PORT is '80a', but must be a whole number from 1 to 65535.\n"
            "X_DEADLINE is '31', but must be seconds from 0.1 to 30, with three "
            "decimals at most.");
  EXPECT_EQ(port, 8000);
}

TEST(Configuration, ReadsNumbersStrictly) {
  for (const char* text : {"0", "65536", "-1", "+1", " 1", "1 ", "1e3", "99999999999999999999"}) {
    int64_t port = 8000;
    Configuration table("X_", {{"X_PORT", text}});
    table.integer("PORT", port, 1, 65'535, "port");
    EXPECT_FALSE(table.check()) << text;
  }
  for (const char* text : {"1.", "1.2345", ".5", "1.-5", "-1", "-0.5", "x"}) {
    milliseconds time = seconds(1);
    Configuration table("X_", {{"X_TIME", text}});
    table.duration("TIME", time, milliseconds(0), seconds(30), "time");
    EXPECT_FALSE(table.check()) << text;
  }
}

TEST(Configuration, NamesTheVariablesThatNothingReads) {
  int64_t port = 8000;
  Configuration table("X_", {{"X_PROT", "1"}, {"Y_PORT", "2"}});
  table.integer("PORT", port, 1, 65'535, "port");
  EXPECT_EQ(table.unknown(), std::vector<std::string>{"X_PROT"});
}

}  // namespace
}  // namespace penstock::base
