#include "postgres/rows.h"

#include <gtest/gtest.h>

#include <limits>
#include <string>

namespace penstock::postgres {
namespace {

TEST(RowsTest, ParametersAreReadBackAsTheSameValues) {
  for (const int64_t value : {std::numeric_limits<int64_t>::min(), int64_t{-1}, int64_t{0},
                              std::numeric_limits<int64_t>::max()}) {
    EXPECT_EQ(read_integer(integer(value)), value);
  }
  for (const double value : {0.1, -1e300, 5e-324, std::numeric_limits<double>::infinity()}) {
    EXPECT_EQ(read_real(real(value)), value);
  }
  EXPECT_EQ(read_boolean(boolean(true)), true);
  EXPECT_EQ(read_boolean(boolean(false)), false);
  std::string all;
  for (int byte = 0; byte < 256; ++byte) all += static_cast<char>(byte);
  EXPECT_EQ(read_bytes(bytes(all)), all);
  EXPECT_EQ(read_bytes(bytes("")), "");
}

TEST(RowsTest, WhatIsNoSuchValueIsNothing) {
  EXPECT_EQ(read_integer(Field()), std::nullopt);
  EXPECT_EQ(read_integer("9223372036854775808"), std::nullopt);
  EXPECT_EQ(read_integer("1.0"), std::nullopt);
  EXPECT_EQ(read_integer(""), std::nullopt);
  EXPECT_EQ(read_boolean("true"), std::nullopt);
  EXPECT_EQ(read_real("1,5"), std::nullopt);
  EXPECT_EQ(read_bytes("abc"), std::nullopt);
  EXPECT_EQ(read_bytes("\\x0"), std::nullopt);
  EXPECT_EQ(read_bytes("\\x0g"), std::nullopt);
}

TEST(RowsTest, AColumnIsFoundByItsName) {
  const Rows rows{.columns = {"id", "name"}, .rows = {{"7", Field()}}};

  EXPECT_EQ(rows.at(0, "id"), "7");
  EXPECT_EQ(rows.at(0, "name"), std::nullopt);
  EXPECT_EQ(rows.at(0, "other"), std::nullopt);
  EXPECT_EQ(rows.at(1, "id"), std::nullopt);
}

}  // namespace
}  // namespace penstock::postgres
