#include "handlers.h"

#include <gtest/gtest.h>

#include "contract/contract.h"
#include "embedded_contract.h"

namespace hello {
namespace {

using namespace penstock;

// Calls a handler as the machinery does, with parameters that have passed the contract.
http::Answer call(std::string_view path, std::string_view query, std::chrono::seconds time) {
  const auto contract = contract::parse_contract(kEmbeddedContract).value();
  contract::PathValues values;
  const contract::Operation& operation = *contract.match("GET", path, values).operation;
  contract::Arguments arguments(operation);
  contract::Violations violations;
  arguments.read_query(query, violations);
  EXPECT_TRUE(violations.empty());
  for (const auto& [id, handler] : kHandlers) {
    if (id == operation.id) return handler(http::Request(arguments, "", nullptr, base::SystemTime{time}));
  }
  throw std::runtime_error("no handler");
}

TEST(Hello, says_hello) {
  const http::Answer answer = call("/hello", "", std::chrono::seconds(0));
  EXPECT_EQ(answer.status(), 200u);
  EXPECT_EQ(answer.body(), http::value(http::object{{"message", "Hello, World!"}}));
  EXPECT_FALSE(answer.event());
}

TEST(Hello, greets_by_name_and_publishes_the_greeting) {
  const http::Answer answer = call("/current_time", "name=Paul", std::chrono::seconds(1'763'900'000));
  EXPECT_EQ(answer.body(),
            http::value(http::object{{"timestamp", 1'763'900'000}, {"message", "Hello, Paul!"}}));
  EXPECT_EQ(answer.event(), answer.body());
}

TEST(Hello, health_and_probe_are_empty) {
  EXPECT_FALSE(call("/healthcheck", "", std::chrono::seconds(0)).body());
  EXPECT_FALSE(call("/.well-known/appspecific/com.chrome.devtools.json", "", std::chrono::seconds(0)).body());
}

}  // namespace
}  // namespace hello
