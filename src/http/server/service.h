#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "async/awaitable.h"
#include "events/delivery_report.h"
#include "http/server/message.h"
#include "http/server/published_events.h"

namespace penstock::http {

// Gives the body of a reply piece by piece, where the whole is not there yet or has no end. All
// calls are made on the server's thread, and next() again only when the client's socket has taken
// the last piece: so a client that reads slowly is behind, and needs no memory for it.
class BodyStream {
 public:
  virtual ~BodyStream() = default;

  // Returns the next piece, which may be empty, or nothing at the end of the body. It may wait, and
  // bounds that itself. What it throws is logged, and the connection is cut.
  [[nodiscard]] virtual async::Awaitable<std::optional<std::string>> next() = 0;
  // The server calls this, perhaps more than once, when no more is wanted: the client is gone, or
  // the server drains. next() must return soon then, and end the body. It must not be destroyed by
  // this call.
  virtual void end() = 0;
};

// A service's reply to one request: the response, and facts for the log and the metrics.
struct Reply {
  ResponseMessage response = {};
  // Has the route's template ("/current_time"), never the raw path. It views a text of the
  // service that outlives the reply, and is empty if the request has no route.
  std::string_view route = {};
  // Has the id of the event, or of the first of several. It is empty if none was made.
  std::string event_id = {};
  // Is set if the operation publishes several events (`x-events`).
  std::unique_ptr<PublishedEvents> several = {};
  // Where Kafka has stored the event, if that is known.
  std::optional<events::StoredAt> stored_at = {};
  // Says for the log why the response is an error. It has no value of the request, because that may
  // be a secret.
  std::optional<std::string> problem = {};
  // If it is set, it gives the body, and response.body must be empty. A client of HTTP/1.1 gets it
  // in chunks, and one of HTTP/1.0 until the connection closes; HEAD does not call it. A client
  // that does not take a piece within Limits::write_timeout is cut.
  std::unique_ptr<BodyStream> stream = {};
};

// The body is kept, up to this many bytes and to Limits::body_bytes_max. Service::too_large()
// answers a larger one.
struct KeepBody {
  size_t bytes_max = SIZE_MAX;
};
// No byte of the body is kept. handle() is called at once if the body is not already there.
struct DropBody {};
// The service must wait before it can decide, such as for the check of a password: the server
// awaits Service::decide().
struct DecideLater {};
// Says what becomes of a request's body: it is kept, dropped, or dropped after this reply, which is
// sent at once; or the service does not know yet.
using Admission = std::variant<KeepBody, DropBody, Reply, DecideLater>;

// Is a reply that is there, or a coroutine that gives one.
using Handling = std::variant<Reply, async::Awaitable<Reply>>;

// Answers the requests of one server. All calls are made on the server's thread.
class Service {
 public:
  virtual ~Service() = default;

  // Decides on the body of a request before a byte of it is kept. The server calls this at the end
  // of the header, and for a chunked body at its first chunk that is not empty; it does not call it
  // for a request without a body. The request has no body yet.
  [[nodiscard]] virtual Admission admit(const RequestMessage& /*request*/) { return KeepBody{}; }

  // Decides after a wait, for an admit() that has returned DecideLater. The result is another one.
  // The service bounds its wait; meanwhile no more of the body is read than is there.
  [[nodiscard]] virtual async::Awaitable<Admission> decide(const RequestMessage& request);

  // Answers a request whose body is larger than admit() or the server's limits allow. The server
  // calls this instead of handle(), as soon as it knows. The default is a problem document with
  // status 413.
  [[nodiscard]] virtual Reply too_large(const RequestMessage& request);

  // Answers one request, which stays valid until the reply is sent. It may wait. Whatever it
  // throws, the server logs it and sends a 500 whose `problem` is the exception's text.
  [[nodiscard]] virtual async::Awaitable<Reply> handle(const RequestMessage& request) = 0;

  // Does the same, and is what the server calls. A service that has most replies at once overrides
  // it: they need no coroutine then. The default is handle().
  [[nodiscard]] virtual Handling begin(const RequestMessage& request) { return handle(request); }

  // The server calls this when it has read the first line of a request that never arrives whole:
  // the client has ended the connection or took too long, or the server refuses it. Then `refusal`
  // is the sentence of its answer, and otherwise it is empty. handle() is not called for such a
  // request.
  virtual void body_failed(const RequestMessage& /*request*/, std::string_view /*refusal*/) {}

  // Completes a response just before it is sent, such as by a content coding. The server calls this
  // for every response whose body has at least finished_from() bytes, also for those that it makes
  // itself because a request cannot be read; of such a request there may be only a part.
  virtual void finish(const RequestMessage& /*request*/, ResponseMessage& /*response*/) {}
  // Is SIZE_MAX for a service that completes no response.
  [[nodiscard]] size_t finished_from() const { return finished_from_; }

  // The server calls this once for every reply, replies to malformed requests included. `duration`
  // runs from the request's first byte to the reply's last one. `bytes_sent` counts the head and
  // the body of the response.
  virtual void completed(const RequestMessage& /*request*/, const Reply& /*reply*/,
                         std::chrono::steady_clock::duration /*duration*/, size_t /*bytes_sent*/) {}

 protected:
  void finish_from(size_t bytes) { finished_from_ = bytes; }

 private:
  size_t finished_from_ = SIZE_MAX;
};

}  // namespace penstock::http
