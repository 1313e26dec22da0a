#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "async/awaitable.h"
#include "async/deadline.h"
#include "base/result.h"
#include "resources/start.h"
#include "upstream/upstream_client.h"

namespace penstock::aws {

// Says which service of AWS, by the JSON protocols (`x-amz-target`).
struct JsonService {
  std::string name;    // For the endpoint and the signature: "dynamodb".
  std::string target;  // Before the action: "DynamoDB_20120810".
  std::string content_type = "application/x-amz-json-1.0";
};

// Holds an answer of the service: of status 200, or an error of it.
struct JsonAnswer {
  unsigned status = 0;
  std::string body = {};
  // Of an error: the end of `__type`, such as "ConditionalCheckFailedException", and its message.
  std::string error = {};
  std::string message = {};

  [[nodiscard]] bool is_error() const { return status != 200; }
};

// Calls one service of AWS, or an emulator (AWS_ENDPOINT_URL_<SERVICE>, AWS_ENDPOINT_URL), without
// blocking the thread. Requests are signed with credentials that a thread of their own keeps fresh
// (credential_keeper.h).
class JsonClient {
 public:
  // Fails with `invalid` if the region or an endpoint is missing or wrong.
  [[nodiscard]] static base::Result<std::unique_ptr<JsonClient>> make(
      const resources::Start& start, JsonService service, upstream::Settings settings = {});
  JsonClient(const JsonClient&) = delete;
  JsonClient& operator=(const JsonClient&) = delete;
  ~JsonClient();

  // Calls an action, such as "GetItem". Throttling and status 5xx are tried again by the budget of
  // upstream::Settings; so the service may act more than once, unless `repeatable` is false: then a
  // call is only repeated if the service cannot have seen it, or has said that it did nothing
  // (throttled). Fails with `unavailable` (no connection, throttled to the end, no credentials),
  // `timed_out` (it may have acted), `refused` (credentials or rights are wrong). Any other error
  // of the service is an answer. A message names the action, and no value of the request.
  [[nodiscard]] async::Awaitable<base::Result<JsonAnswer>> call(std::string_view action,
                                                                std::string body,
                                                                async::SteadyTime deadline,
                                                                bool repeatable = true);

 private:
  struct State;
  explicit JsonClient(std::shared_ptr<State> state);
  std::shared_ptr<State> state_;  // A call under way has it, too.
};

}  // namespace penstock::aws
