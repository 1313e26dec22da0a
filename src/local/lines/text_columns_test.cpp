#include "local/lines/text_columns.h"

#include <gtest/gtest.h>

namespace penstock::local {
namespace {

TEST(TextColumns, CountWideCharactersTwice) {
  EXPECT_EQ(columns_of(""), 0u);
  EXPECT_EQ(columns_of("Grüße"), 5u);
  EXPECT_EQ(columns_of("世界"), 4u);
  EXPECT_EQ(columns_of("🙂"), 2u);
  EXPECT_EQ(columns_of("\u10ff\u1100"), 3u);  // The last narrow one, and the first wide one.
  EXPECT_EQ(columns_of("→…"), 2u);
}

TEST(TextColumns, CutBetweenCharactersAndSaySo) {
  EXPECT_EQ(cut_to_columns("12345", 5), "12345");
  EXPECT_EQ(cut_to_columns("123456", 5), "1234…");
  EXPECT_EQ(cut_to_columns("世界世", 5), "世界…");
  EXPECT_EQ(cut_to_columns("世界世", 4), "世…");
  EXPECT_EQ(cut_to_columns("世", 1), "…");
  EXPECT_EQ(cut_to_columns("1", 0), "");
}

TEST(TextColumns, NeverExceedWhatIsAllowed) {
  const std::string text = "a世ü🙂\u0301b\xff c";
  for (size_t columns = 0; columns < 20; ++columns) {
    EXPECT_LE(columns_of(cut_to_columns(text, columns)), columns) << columns;
  }
}

}  // namespace
}  // namespace penstock::local
