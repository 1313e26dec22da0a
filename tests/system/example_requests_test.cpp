// This test runs the API of the service in hello/, whatever a team has put there: it knows only the
// names in its service.env.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <sstream>
#include <string>
#include <vector>

#include "local/kafka/ports.h"
#include "net/http_client.h"
#include "support/program.h"
#include "support/real_kafka.h"

namespace penstock {
namespace {

using namespace std::chrono_literals;

TEST(ExampleRequests, AreAnsweredAndSoIsTheHealthCheck) {
  const test::TemporaryFolder folder;
  const std::string prefix = PENSTOCK_EXAMPLE_PREFIX;
  const uint16_t port = local::free_port().value();
  test::Program api(PENSTOCK_EXAMPLE_API, {},
                    {{prefix + "PORT", std::to_string(port)},
                     {prefix + "ADMIN_PORT", "0"},
                     {prefix + "ADDRESS", "127.0.0.1"},
                     {prefix + "SECURITY", "external"}},
                    folder.path() / "output");
  net::HttpClient client("127.0.0.1", port);
  ASSERT_TRUE(test::eventually([&] {
    return client.request({.target = PENSTOCK_EXAMPLE_HEALTHCHECK}, 5s).has_value();
  })) << api.output();
  EXPECT_EQ(client.request({.target = PENSTOCK_EXAMPLE_HEALTHCHECK}, 5s)->status, 200u);
  std::istringstream examples(PENSTOCK_EXAMPLES);
  std::vector<unsigned> statuses;
  for (std::string target; examples >> target;) {
    const auto response = client.request({.target = target}, 5s);
    ASSERT_TRUE(response) << target << ": " << response.error().message;
    EXPECT_LT(response->status, 500u) << target << ": " << response->body;
    statuses.push_back(response->status);
  }
  // The first one is what a newcomer tries first.
  ASSERT_FALSE(statuses.empty());
  EXPECT_EQ(statuses.front(), 200u);
  api.child().signal(SIGTERM);
  EXPECT_EQ(api.exit_status(), 0) << api.output();
}

}  // namespace
}  // namespace penstock
