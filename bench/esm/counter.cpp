// The cheapest function there can be: takes an invocation, looks at nothing, and answers. What
// throughput.py measures with it is the event source mapping alone.

#include <cstdio>
#include <cstdlib>

#include "lambda/runtime_api_client.h"

int main() {
  const char* address = std::getenv("AWS_LAMBDA_RUNTIME_API");
  auto api = penstock::lambda::RuntimeApiClient::at(address != nullptr ? address : "");
  if (!api) {
    std::fprintf(stderr, "esm_counter: AWS_LAMBDA_RUNTIME_API: %s\n", api.error().message.c_str());
    return EXIT_FAILURE;
  }
  while (true) {
    const auto invocation = api->next();
    if (!invocation || !api->respond(invocation->request_id, "null")) return EXIT_FAILURE;
  }
}
