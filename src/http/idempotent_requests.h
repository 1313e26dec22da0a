#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "async/awaitable.h"
#include "http/request_validator.h"
#include "http/server/message.h"
#include "http/server/service.h"
#include "idempotency/store.h"
#include "log/log.h"

namespace penstock::http {

// Has what is known of a request with an `Idempotency-Key` while it is handled.
struct KeyedRequest {
  idempotency::Claim claim;
  std::string_view route;      // As in Reply.
  bool is_repetition = false;  // Whether an earlier one ended without an answer that is known.
  size_t events = 0;           // So many ids of events were made.

  // Returns the id of the request's next event: a UUID (version 8, RFC 9562 section 5.8) made of
  // the key, the request and the event's index. So each repetition, by whatever task, has the same
  // ids, and another request with a key that was forgotten has others.
  [[nodiscard]] std::string next_event_id();
};

// Lets each request with an Idempotency-Key be handled once: it asks the store before the handler
// runs, and tells it the answer (docs/idempotency.md). It belongs to the thread of the server.
class IdempotentRequests {
 public:
  // A call of the store may take so long.
  static constexpr std::chrono::seconds kStoreTime{2};

  // `store` must outlive this object; if it is null, this process remembers its own answers. A
  // request takes at most `longest`, and what its handler may wait. `log` must outlive it, too.
  IdempotentRequests(idempotency::Store* store, std::chrono::seconds longest, log::Log& log);

  // Returns what is asked of the store for a request with this key. `holder` is a new UUID.
  [[nodiscard]] KeyedRequest keyed(const RequestMessage& request, const ValidRequest& valid,
                                   std::string_view key, std::string holder) const;

  // Takes the key for the request. Returns false if its handler must not run; then `reply` is what
  // the client gets. Throws nothing.
  [[nodiscard]] async::Awaitable<bool> begin(KeyedRequest& request, Reply& reply);
  // Tells the store how the request has ended. Answers below 500 are kept. The reply is true
  // whatever becomes of it. Throws nothing.
  [[nodiscard]] async::Awaitable<> end(const KeyedRequest& request, const Reply& reply);

 private:
  [[nodiscard]] async::Awaitable<base::Result<>> tell(const KeyedRequest& request,
                                                      const Reply& reply);

  const std::unique_ptr<idempotency::Store> own_;
  idempotency::Store& store_;
  const std::chrono::seconds longest_;
  log::Log& log_;
};

}  // namespace penstock::http
