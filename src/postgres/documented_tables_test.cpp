#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>

#include "postgres/apply_once.h"
#include "postgres/postgres_idempotency.h"

namespace penstock::postgres {
namespace {

std::string file(const std::string& name) {
  std::ifstream stream(PENSTOCK_ROOT "/" + name);
  return {std::istreambuf_iterator<char>(stream), {}};
}

// A team copies the SQL of these tables from the page into its schema.sql.
TEST(DocumentedTables, AreThoseOfTheCode) {
  using testing::HasSubstr;
  EXPECT_THAT(file("docs/postgres.md"), HasSubstr(std::string(kAppliedTable)));
  EXPECT_THAT(file("docs/postgres.md"), HasSubstr(std::string(kIdempotencyTable)));
  EXPECT_THAT(file("tests/shop/schema.sql"), HasSubstr(std::string(kAppliedTable)));
}

}  // namespace
}  // namespace penstock::postgres
