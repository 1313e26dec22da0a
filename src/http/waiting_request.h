#pragma once

#include <boost/json/value.hpp>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>

#include "async/deadline.h"
#include "auth/principal.h"
#include "contract/arguments/arguments.h"
#include "http/handler.h"
#include "http/request_validator.h"
#include "http/server/message.h"

namespace penstock::http {

// Owns what a handler that waits sees of its request: the struct, or the arguments and the body,
// and the conditions and the caller. So the handler may go on when its client has had an answer.
// One object serves many requests in turn.
class WaitingRequest {
 public:
  WaitingRequest() = default;
  WaitingRequest(const WaitingRequest&) = delete;
  WaitingRequest& operator=(const WaitingRequest&) = delete;
  ~WaitingRequest() { clear(); }

  // Takes the request over. What the validator has of it is moved or copied.
  void take(const RequestMessage& message, const ValidRequest& valid, async::SteadyTime deadline);
  // Frees the request.
  void clear();
  // Returns what Handler::wait() takes. It is valid from take() to clear().
  [[nodiscard]] const void* get() const;
  // Says whether clear() leaves more memory than most requests need.
  [[nodiscard]] bool is_large() const;

 private:
  // Has what an untyped handler sees.
  struct Untyped {
    contract::Arguments arguments;
    std::string body_text;
    std::optional<boost::json::value> body;
    std::optional<Request> request;
  };

  void take_untyped(const RequestMessage& message, const ValidRequest& valid,
                    async::SteadyTime deadline);

  RequestMessage conditions_;  // It has the verb, and the headers of Conditions.
  auth::Caller caller_;
  const RequestTable* table_ = nullptr;  // That of the struct, if there is one.
  std::unique_ptr<std::max_align_t[]> place_;
  size_t place_bytes_ = 0;
  std::unique_ptr<Untyped> untyped_;
};

}  // namespace penstock::http
