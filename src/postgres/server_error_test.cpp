#include "postgres/server_error.h"

#include <gtest/gtest.h>

namespace penstock::postgres {
namespace {

TEST(ServerErrorTest, ValuesAreTakenOutOfAMessage) {
  EXPECT_EQ(without_values("22P02", R"(invalid input syntax for type uuid: "4711 "and" more")"),
            "invalid input syntax for type uuid: (value)");
  EXPECT_EQ(without_values("22003", R"(value "99999999999" is out of range for type integer)"),
            "value (value) is out of range for type integer");
  EXPECT_EQ(without_values("P0001", "Ann owes 7 pounds"),
            "an error that a function in the database has raised");
  EXPECT_EQ(without_values("ZZ001", R"(of an "extension")"), "of an (value)");
}

TEST(ServerErrorTest, NamesOfTheDatabaseStay) {
  EXPECT_EQ(without_values("42P01", R"(relation "orders" does not exist)"),
            R"(relation "orders" does not exist)");
}

TEST(ServerErrorTest, WhatMaySucceedLaterIsRetryable) {
  for (const char* state :
       {"40001", "40P01", "53300", "55P03", "57014", "57P01", "57P03", "25006"}) {
    const base::Error error = to_error({.state = state});
    EXPECT_EQ(error.code, base::ErrorCode::unavailable) << state;
    EXPECT_TRUE(error.retryable) << state;
  }
  for (const char* state : {"23505", "42P01", "22P02", "0A000", "42501", "P0001"}) {
    const base::Error error = to_error({.state = state});
    EXPECT_EQ(error.code, base::ErrorCode::refused) << state;
    EXPECT_FALSE(error.retryable) << state;
  }
}

TEST(ServerErrorTest, ARefusedConnectionHasItsState) {
  EXPECT_EQ(login_problem("connection to server at \"10.0.0.7\", port 5432 failed: FATAL:  28P01: "
                          "password authentication failed for user \"orders\"\n"
                          "LOCATION:  auth_failed, auth.c:326\n"),
            "28P01: password authentication failed for user \"orders\"");
  EXPECT_EQ(login_problem("connection to server at \"10.0.0.7\", port 5432 failed: Connection "
                          "refused\n\tIs the server running:  on it?\n"),
            "connection to server at \"10.0.0.7\", port 5432 failed: Connection refused \tIs the "
            "server running:  on it?");
  EXPECT_EQ(login_problem(""), "");
}

TEST(ServerErrorTest, AConnectionIsNotUsedAfterSomeErrors) {
  EXPECT_TRUE(spoils_connection({.state = "57P01"}));
  EXPECT_TRUE(spoils_connection({.state = "26000"}));
  EXPECT_TRUE(spoils_connection({.state = "0A000", .stale = true}));
  EXPECT_FALSE(spoils_connection({.state = "23505"}));
  EXPECT_FALSE(spoils_connection({.state = "57014"}));
}

}  // namespace
}  // namespace penstock::postgres
