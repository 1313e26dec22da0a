#pragma once

#include <boost/json/value.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "contract/arguments/arguments.h"
#include "contract/openapi/contract.h"
#include "http/body_reader.h"
#include "http/cors/cors.h"
#include "http/guard/guard.h"
#include "http/handled_operations.h"
#include "http/pages/own_pages.h"
#include "http/server/request_target.h"
#include "http/server/service.h"

namespace penstock::http {

// A request that has passed the contract. It views the validator, the request and the contract, and
// is valid until the validator gets the next request.
struct ValidRequest {
  // The path's template, such as "/words/{id}".
  std::string_view route;
  // Is never null.
  const contract::Operation* operation = nullptr;
  // Is set for a HEAD request that a GET operation answers. Neither a body nor an event is sent.
  bool head = false;
  // Is never null.
  const contract::Arguments* arguments = nullptr;
  // Is null unless the body is JSON, and if it was read into a struct without a tree.
  const boost::json::value* body = nullptr;
  // Is null if the validator does not know the handlers.
  const HandledOperation* handled = nullptr;

  // Calls the handler with the message that was validated. It must be known, and not wait.
  [[nodiscard]] Answer call(const RequestMessage& request) const {
    if (handled->typed) {
      return handled->handler.call(handled->typed->request(), handled->resources);
    }
    return handled->handler(Request(*arguments, request.body, body, request.received_at,
                                    Conditions(request), caller_of(request)),
                            handled->resources);
  }
};

// Is a request that has broken the contract.
struct RefusedRequest {
  contract::Violations violations = {};
  // Is null if there are no violations.
  const contract::Operation* operation = nullptr;
  // Is the contract's entry that the body's Content-Type matches, or null without a body.
  const contract::MediaType* media = nullptr;
};

// Checks requests against the contract, one at a time. It reuses the memory of one request for the
// next, so that steady traffic allocates nothing here.
class RequestValidator {
 public:
  // `contract` must outlive the validator. A request may take `steps_max` steps (steps.h). GET and
  // HEAD of `health_path` are answered here, with 200 and nothing else, unless the contract has a
  // GET operation of exactly this path. If it is empty, the contract alone decides.
  explicit RequestValidator(const contract::Contract& contract,
                            uint64_t steps_max = contract::Steps::kMax,
                            std::string_view health_path = {});

  // Answers preflights of browsers, too, unless `cors` is null, and requests for pages of the
  // machinery, unless `pages` is null. Both must outlive the validator.
  void serve(const Cors* cors, const OwnPages* pages) {
    cors_ = cors;
    pages_ = pages;
  }

  // Lets the guard decide on each request as soon as its operation is known. `guard` must outlive
  // the validator, and is null if every client may send every request.
  void guard_by(Guard* guard) { guard_ = guard; }

  // Fills the request structs of typed handlers, too, and says in a ValidRequest which handler
  // there is. `operations` must outlive the validator.
  void fill_structs_of(const HandledOperations* operations) { operations_ = operations; }

  // Decides on the body of a request, at the end of its header (Service::admit()). A reply is what
  // validate() would return for the whole request. After DecideLater the guard must decide, and
  // then this must be called again.
  [[nodiscard]] Admission admit(const RequestMessage& request);
  // Returns the reply to a request whose body is too large (Service::too_large()). admit() was
  // called before.
  [[nodiscard]] Reply too_large(const RequestMessage& request);
  // Returns the valid request, or a reply if no handler is needed: a problem document, a
  // redirection to the same path with or without a slash at its end, a page of the machinery, or
  // the answer to OPTIONS. After DecideLater the guard must decide, and then this must be called
  // again; it is never returned without a guard, and for a request with a body that was admitted.
  [[nodiscard]] std::variant<ValidRequest, Reply, DecideLater> validate(
      const RequestMessage& request);
  // Returns the violations of the last request that had some, once.
  [[nodiscard]] RefusedRequest take_refused() { return std::exchange(refused_, {}); }

 private:
  // Finds the operation, or makes the reply if no operation answers the request, or its client may
  // not send it. Gives a target without a path the path "/".
  [[nodiscard]] std::variant<contract::Match, Reply, DecideLater> route(
      const RequestMessage& request, RequestTarget& target);
  [[nodiscard]] contract::Violations read_parameters(const contract::Operation& operation,
                                                     const RequestMessage& request,
                                                     std::string_view query);

  const contract::Contract& contract_;
  const uint64_t steps_max_;
  // Returns the operation with its handler, or null.
  [[nodiscard]] const HandledOperation* find_handled(const contract::Operation& operation) const;

  const HandledOperations* operations_ = nullptr;
  TypedOperation* filled_ = nullptr;  // The one whose struct has the last request.
  Guard* guard_ = nullptr;
  const Cors* cors_ = nullptr;
  const OwnPages* pages_ = nullptr;
  std::string health_path_;  // Empty if the contract answers the health check.
  // This is the contract's operation that answers it, or null.
  const contract::Operation* health_operation_ = nullptr;
  std::string accept_;  // Memory for Accept headers of several lines.
  contract::PathValues path_values_;
  contract::Arguments arguments_;
  BodyReader body_reader_;
  RefusedRequest refused_;
};

}  // namespace penstock::http
