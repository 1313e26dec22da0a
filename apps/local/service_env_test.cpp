#include "apps/local/service_env.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace penstock::apps {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* kLeast =
    "SERVICE=orders\nAPI_PROGRAM=orders_api\nFUNCTION_PROGRAM=orders_consumer\n"
    "VARIABLE_PREFIX=ORDERS_API_\nCONTRACT=orders.openapi.yaml\n";

// Says why a service.env with this line after the others is refused.
std::string problem_with(const std::string& line) {
  const auto service = parse_service_env(kLeast + line, "service.env");
  return service ? "" : service.error().message;
}

TEST(ServiceEnv, HasNamesAndDefaults) {
  const auto service = parse_service_env(kLeast, "service.env");
  ASSERT_TRUE(service) << service.error().message;
  EXPECT_EQ(service->service, "orders");
  EXPECT_EQ(service->api_program, "orders_api");
  EXPECT_EQ(service->function_program, "orders_consumer");
  EXPECT_EQ(service->variable_prefix, "ORDERS_API_");
  EXPECT_THAT(service->contract, ElementsAre("orders.openapi.yaml"));
  EXPECT_THAT(service->examples, IsEmpty());
  EXPECT_EQ(service->healthcheck, "/healthcheck");
  EXPECT_EQ(service->tables, "");
  EXPECT_EQ(service->database, "");
}

TEST(ServiceEnv, MayNameTablesAndADatabase) {
  const auto service = parse_service_env(
      std::string(kLeast) + "TABLES=data/tables.json\nDATABASE=orders_2\n", "service.env");
  ASSERT_TRUE(service) << service.error().message;
  EXPECT_EQ(service->tables, "data/tables.json");
  EXPECT_EQ(service->database, "orders_2");
}

TEST(ServiceEnv, TakesQuotesCommentsAndBlankLines) {
  const auto service = parse_service_env(
      "# The names; of the service.\n\n \t\nSERVICE='orders'\nAPI_PROGRAM=\"orders_api\"\n"
      "FUNCTION_PROGRAM=f\nVARIABLE_PREFIX=O_\nCONTRACT=\"api/a.yaml  common/b.yaml\"\n"
      "EXAMPLES='/a?x=1&y[]=2 /b'\nHEALTHCHECK=/v1/health",
      "service.env");
  ASSERT_TRUE(service) << service.error().message;
  EXPECT_EQ(service->api_program, "orders_api");
  EXPECT_THAT(service->contract, ElementsAre("api/a.yaml", "common/b.yaml"));
  EXPECT_THAT(service->examples, ElementsAre("/a?x=1&y[]=2", "/b"));
  EXPECT_EQ(service->healthcheck, "/v1/health");
}

TEST(ServiceEnv, SaysWhichLineIsWrongAndWhatToWrite) {
  EXPECT_EQ(problem_with("export A=1"),
            "service.env:6: the line is neither a comment nor NAME=value");
  EXPECT_THAT(problem_with("EXAMPLES=/a /b"),
              HasSubstr("service.env:6: put the value of EXAMPLES"));
  EXPECT_THAT(problem_with("EXAMPLES=\"$HOME\""), HasSubstr("in single quotes"));
  EXPECT_THAT(problem_with("EXAMPLES='a' # why"), HasSubstr("with nothing behind them"));
  EXPECT_THAT(problem_with("EXAMPLES='a;b'"), HasSubstr("without ;"));
  EXPECT_THAT(problem_with("EXAMPLES='"), HasSubstr("in single quotes"));
  EXPECT_EQ(problem_with("SERVICE=more"), "service.env:6: SERVICE is set a second time");
  EXPECT_EQ(problem_with("EXAMPLE=/a"), "service.env:6: EXAMPLE is no name of a service");
  EXPECT_EQ(problem_with("HEALTHCHECK=health"),
            "service.env:6: HEALTHCHECK must be a path, such as /health");
  for (const char* value : {"", "/tables.json", "../tables.json", "a/../../b.json", "'a b.json'"}) {
    EXPECT_EQ(problem_with(std::string("TABLES=") + value),
              "service.env:6: TABLES must be the path of one JSON file in the service's folder")
        << value;
  }
  for (const std::string& value : {std::string(), std::string("Orders"), std::string("1st"),
                                   std::string("or-ders"), std::string(64, 'a')}) {
    EXPECT_THAT(problem_with("DATABASE=" + value),
                HasSubstr("service.env:6: DATABASE must consist of 63 of a-z, 0-9 and _"))
        << value;
  }
}

TEST(ServiceEnv, RefusesNamesThatAreNoNamesOfPrograms) {
  const auto problem = [](const std::string& text) {
    const auto service = parse_service_env(text, "f");
    return service ? "" : service.error().message;
  };
  EXPECT_THAT(problem("SERVICE=Orders"), HasSubstr("f:1: SERVICE must consist of a-z"));
  EXPECT_THAT(problem("API_PROGRAM=1st"), HasSubstr("begin with a letter"));
  EXPECT_THAT(problem("VARIABLE_PREFIX=ORDERS"), HasSubstr("end with _"));
  EXPECT_THAT(problem("CONTRACT=' '"), HasSubstr("must name the OpenAPI document"));
  EXPECT_EQ(problem("SERVICE=a"), "f does not say API_PROGRAM=…; add that line");
}

}  // namespace
}  // namespace penstock::apps
