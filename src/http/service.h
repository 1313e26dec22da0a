#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "async/awaitable.h"
#include "base/time_text.h"
#include "events/delivery_report.h"
#include "http/message.h"

namespace penstock::http {

// One request and its answer, on their way through a service.
struct Exchange {
  const RequestMessage& request;
  ResponseMessage response;
  base::SystemTime received_at;
  // For the log: the route's template ("/current_time"), never the raw path; of the service's storage.
  std::string_view route = {};
  std::string event_id = {};
  std::optional<events::StoredAt> stored_at = {};
  std::string content_type = {};  // Where the response's is not of longer storage.
  std::string problem = {};       // Why, in a sentence for the log, when the answer is an error of ours.
  // Set by the connection when the answer is out.
  std::chrono::steady_clock::duration duration = {};
  size_t bytes_sent = 0;

  // A text that lives as long as this.
  std::string_view keep(std::string_view type) {
    content_type = type;
    return content_type;
  }
};

// What answers the requests of a listener. Runs on the server's one thread.
class Service {
 public:
  virtual ~Service() = default;

  // Fills in exchange.response; may wait. An exception becomes a 500 and a line in the log.
  virtual async::Awaitable<> handle(Exchange& exchange) = 0;

  // Called once for every answer that was sent, those to malformed requests included.
  virtual void completed(const Exchange&) {}
};

}  // namespace penstock::http
