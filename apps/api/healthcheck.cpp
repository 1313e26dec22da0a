#include "apps/api/healthcheck.h"

#include <cstdio>
#include <string>

#include "net/http_client.h"

namespace penstock::apps {

int healthcheck(uint16_t port, std::string_view path) {
  net::HttpClient client("127.0.0.1", port);
  const auto response = client.request({.target = std::string(path)}, std::chrono::seconds(3));
  if (response && response->status == 200) return 0;
  const std::string reason =
      response ? "status " + std::to_string(response->status) : response.error().message;
  std::fprintf(stderr, "unhealthy: %s\n", reason.c_str());
  return 1;
}

}  // namespace penstock::apps
