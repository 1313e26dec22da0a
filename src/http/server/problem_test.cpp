#include "http/server/problem.h"

#include <gtest/gtest.h>

namespace penstock::http {
namespace {

TEST(Problem, RepeatsItsTitleWithoutADetail) {
  const ResponseMessage response = problem_response({.status = 404});
  EXPECT_EQ(response.status, 404u);
  EXPECT_EQ(response.content_type(), "application/problem+json");
  EXPECT_EQ(response.body,
            R"({"type":"about:blank","title":"Not Found","detail":"Not Found","status":404})");
}

TEST(Problem, CarriesItsExtensions) {
  const contract::Violations errors{{"query", "na\"me", "pattern", "must match ^a$"},
                                    {"body", "/a/0", "type", "must be a string"}};
  const ResponseMessage response = problem_response(
      {.status = 504, .detail = "d", .retryable = true, .event_id = "e", .errors = &errors});
  EXPECT_EQ(response.body,
            R"({"type":"about:blank","title":"Gateway Timeout","detail":"d","status":504,)"
            R"("retryable":true,"event_id":"e","errors":[)"
            R"({"in":"query","name":"na\"me","keyword":"pattern","message":"must match ^a$"},)"
            R"({"in":"body","pointer":"/a/0","keyword":"type","message":"must be a string"}]})");
}

}  // namespace
}  // namespace penstock::http
