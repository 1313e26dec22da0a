#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "async/awaitable.h"
#include "events/delivery_report.h"
#include "http/server/message.h"

namespace penstock::http {

// What a service says to one request: the response, and what the log and the metrics are told of
// it.
struct Reply {
  ResponseMessage response = {};
  // The route's template ("/current_time"), never the raw path. It views a text of the service's
  // that outlives the reply; it is empty when the request has no route.
  std::string_view route = {};
  std::optional<std::string> event_id = {};  // Nothing if no event was made.
  std::optional<events::StoredAt> stored_at = {};
  // Why the answer is an error of ours, in a sentence for the log.
  std::optional<std::string> problem = {};
};

// What answers the requests of a listener. It runs on the server's one thread.
class Service {
 public:
  virtual ~Service() = default;

  // Answers one request, which lives until the reply is sent; may wait. An exception becomes a 500
  // and a line in the log.
  [[nodiscard]] virtual async::Awaitable<Reply> handle(const RequestMessage& request) = 0;

  // Is called once for every reply that was sent, those to malformed requests included. `duration`
  // is from the request's first byte to the reply's last; `bytes_sent` are the head's and the
  // body's.
  virtual void completed(const RequestMessage& /*request*/, const Reply& /*reply*/,
                         std::chrono::steady_clock::duration /*duration*/, size_t /*bytes_sent*/) {}
};

}  // namespace penstock::http
