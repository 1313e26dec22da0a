#include "http/metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace penstock::http {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

RequestMessage request(std::string_view method, std::string_view proto = {}) {
  RequestMessage message;
  message.set_start_line(Verb::unknown, method, "/");
  if (!proto.empty()) message.add_header(Field::unknown, "X-Forwarded-Proto", proto);
  return message;
}

TEST(RequestMetrics, SeriesHaveRouteTemplatesAndCumulativeBuckets) {
  RequestMetrics metrics;
  metrics.observe(request("GET"), "/hello", 200, 4ms);
  metrics.observe(request("GET"), "/hello", 200, 30ms);
  metrics.observe(request("GET"), "/hello", 200, 20s);
  std::string out;
  metrics.write(out);
  const std::string labels =
      R"({http_request_method="GET",http_response_status_code="200",http_route="/hello",)"
      R"(network_protocol_version="1.1",url_scheme="http")";
  EXPECT_THAT(out, HasSubstr("# TYPE http_server_request_duration_seconds histogram\n"));
  EXPECT_THAT(out, HasSubstr("_bucket" + labels + ",le=\"0.005\"} 1\n"));
  EXPECT_THAT(out, HasSubstr("_bucket" + labels + ",le=\"0.05\"} 2\n"));
  EXPECT_THAT(out, HasSubstr("_bucket" + labels + ",le=\"10\"} 2\n"));
  EXPECT_THAT(out, HasSubstr("_bucket" + labels + ",le=\"+Inf\"} 3\n"));
  EXPECT_THAT(out, HasSubstr("_count" + labels + "} 3\n"));
}

TEST(RequestMetrics, SeriesHaveTheAttributesOfOpenTelemetry) {
  RequestMetrics metrics;
  metrics.observe(request("GET", "https"), "/hello", 503, 4ms);
  RequestMessage old = request("GET", "HTTPS,javascript");
  old.http_1_0 = true;
  metrics.observe(old, "", 404, 4ms);
  std::string out;
  metrics.write(out);
  EXPECT_THAT(out, HasSubstr(R"(_count{error_type="503",http_request_method="GET",)"
                             R"(http_response_status_code="503",http_route="/hello",)"
                             R"(network_protocol_version="1.1",url_scheme="https"} 1)"));
  EXPECT_THAT(out, HasSubstr(R"(_count{http_request_method="GET",http_response_status_code="404",)"
                             R"(network_protocol_version="1.0",url_scheme="http"} 1)"));
}

TEST(RequestMetrics, ARouteMayHaveAnyCharacter) {
  RequestMetrics metrics;
  metrics.observe(request("GET"), "/a\"b\\c", 200, 4ms);
  std::string out;
  metrics.write(out);
  EXPECT_THAT(out, HasSubstr("http_route=\"/a\\\"b\\\\c\",network_"));
}

TEST(RequestMetrics, AClientCannotMakeSeriesByInventingMethods) {
  RequestMetrics metrics;
  metrics.observe(request("BREW"), "", 404, 1ms);
  metrics.observe(request("PROPFIND\""), "", 404, 1ms);
  std::string out;
  metrics.write(out);
  EXPECT_THAT(out, HasSubstr("http_request_method=\"_OTHER\""));
  EXPECT_THAT(out, Not(HasSubstr("BREW")));
}

}  // namespace
}  // namespace penstock::http
