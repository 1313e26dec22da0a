// This is the cheapest function that there can be: it answers each invocation without reading it.
// So throughput.py measures only the event source mapping with it.

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
