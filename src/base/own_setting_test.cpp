#include "base/own_setting.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>

namespace penstock::base {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

TEST(OwnSetting, HasItsDefaultUntilItIsRead) {
  const OwnSetting<std::string> currency{"CURRENCY", "EUR", "The currency."};
  const OwnSetting<int64_t> lines{"LINES_MAX", 100, 1, 1'000, "The lines of an order."};
  EXPECT_EQ(*currency, "EUR");
  EXPECT_EQ(currency->size(), 3u);
  EXPECT_EQ(*lines, 100);
}

TEST(OwnSetting, OfEachTypeIsReadFromTheEnvironment) {
  const OwnSetting<std::string> currency{"CURRENCY", "EUR", "The currency."};
  const OwnSetting<int64_t> lines{"LINES_MAX", 100, 1, 1'000, "The lines of an order."};
  const OwnSetting<bool> strict{"STRICT", false, "Whether it is strict."};
  const OwnSetting<milliseconds> patience{"PATIENCE", seconds(2), seconds(0), seconds(9), "Until."};
  const OwnSetting<WipedText> key{"KEY", "The key."};
  ASSERT_TRUE(read_own_settings("X_", {{"X_CURRENCY", "CHF"},
                                       {"X_LINES_MAX", "7"},
                                       {"X_STRICT", "true"},
                                       {"X_PATIENCE", "0.5"},
                                       {"X_KEY", "sesame"}}));
  EXPECT_EQ(*currency, "CHF");
  EXPECT_EQ(*lines, 7);
  EXPECT_TRUE(*strict);
  EXPECT_EQ(*patience, milliseconds(500));
  EXPECT_EQ(*key, "sesame");
}

TEST(OwnSetting, ThatTheEnvironmentDoesNotHaveGetsItsDefaultBack) {
  const OwnSetting<int64_t> lines{"LINES_MAX", 100, 1, 1'000, "The lines of an order."};
  const OwnSetting<WipedText> key{"KEY", "The key."};
  ASSERT_TRUE(read_own_settings("X_", {{"X_LINES_MAX", "7"}, {"X_KEY", "sesame"}}));
  ASSERT_TRUE(read_own_settings("X_", {{"Y_LINES_MAX", "8"}}));
  EXPECT_EQ(*lines, 100);
  EXPECT_TRUE(key->empty());
}

TEST(OwnSetting, WithAWrongValueIsRefusedWithoutTheSecrets) {
  const OwnSetting<int64_t> lines{"LINES_MAX", 100, 1, 1'000, "The lines of an order."};
  const OwnSetting<WipedText> key{"KEY", "The key."};
  const auto read = read_own_settings("X_", {{"X_LINES_MAX", "many"}, {"X_KEY", "sesame"}});
  ASSERT_FALSE(read);
  EXPECT_THAT(read.error().message,
              AllOf(HasSubstr("X_LINES_MAX is 'many', but must be a whole number from 1 to 1000."),
                    Not(HasSubstr("sesame"))));
  EXPECT_EQ(*lines, 100);
}

TEST(OwnSetting, IsListedByNameAndNoSecretIs) {
  const OwnSetting<int64_t> lines{"LINES_MAX", 100, 1, 1'000, "The lines of an order."};
  const OwnSetting<WipedText> key{"KEY", "The key."};
  Configuration table("X_", {{"X_KEY", "sesame"}, {"X_LINES", "7"}});
  declare_own_settings(table);
  ASSERT_EQ(table.rows().size(), 2u);
  EXPECT_EQ(table.rows()[0].name, "X_KEY");
  EXPECT_EQ(table.rows()[0].standard, "");
  EXPECT_EQ(table.rows()[0].range, "a secret");
  EXPECT_EQ(table.rows()[1].name, "X_LINES_MAX");
  EXPECT_EQ(table.rows()[1].standard, "100");
  EXPECT_EQ(table.unknown(), std::vector<std::string>{"X_LINES"});
}

TEST(OwnSetting, ThatNoLongerExistsIsNotListed) {
  auto lines = std::make_unique<OwnSetting<int64_t>>("LINES_MAX", 100, 1, 1'000, "Lines.");
  lines.reset();
  Configuration table("X_", {});
  declare_own_settings(table);
  EXPECT_TRUE(table.rows().empty());
}

TEST(OwnSetting, WithANameThatIsTakenOrIsNoneStopsTheStart) {
  const OwnSetting<bool> twice{"TWICE", false, "Once."};
  const OwnSetting<bool> again{"TWICE", true, "Again."};
  const OwnSetting<bool> small{"small", true, "Small."};
  const OwnSetting<bool> port{"PORT", true, "What the program has already."};
  Configuration table("X_", {});
  int64_t number = 1;
  table.integer("PORT", number, 1, 9, "The port.");
  declare_own_settings(table);
  const auto checked = table.check();
  ASSERT_FALSE(checked);
  EXPECT_THAT(checked.error().message,
              AllOf(HasSubstr("a setting PORT, but there is one of that name already"),
                    HasSubstr("a setting TWICE, but there is one of that name already"),
                    HasSubstr("a setting 'small'. Its name must have capital letters")));
  EXPECT_FALSE(*twice);
}

}  // namespace
}  // namespace penstock::base
