#pragma once

#include <concepts>
#include <utility>

#include "http/handler.h"
#include "http/typed_answer.h"
#include "http/typed_request.h"

namespace penstock::http {

// Is the handler of one operation, whose request struct is R: a field of the generated
// `Operations`. It is made from a function, typed or not. It has no default, so that a handler that
// is missing is an error of the compiler, which names R.
template <class R>
class HandlerOf {
  template <class Returned>
  static constexpr bool IsAnswer =
      std::same_as<Returned, typename R::Answer> || std::same_as<Returned, Answer> ||
      std::same_as<Returned, Awaitable<typename R::Answer>> ||
      std::same_as<Returned, Awaitable<Answer>>;

 public:
  // Takes a function that returns one of the declared answers.
  HandlerOf(
      typename R::Answer (*function)(const R& request))  // NOLINT: it stands for the function.
      : handler_(table(), function) {}
  // Takes a function that returns any answer.
  HandlerOf(Answer (*function)(const R& request))  // NOLINT: it stands for the function.
      : handler_(table(), function) {}
  // Takes a function that is not typed.
  HandlerOf(Answer (*function)(const Request& request))  // NOLINT: it stands for the function.
      : handler_(function) {}
  // Takes a function of these kinds that waits for others.
  HandlerOf(Awaitable<typename R::Answer> (*function)(const R& request))  // NOLINT
      : handler_(table(), function) {}
  HandlerOf(Awaitable<Answer> (*function)(const R& request))  // NOLINT
      : handler_(table(), function) {}
  HandlerOf(Awaitable<Answer> (*function)(const Request& request))  // NOLINT
      : handler_(nullptr, function) {}
  // Takes a function of all these kinds that uses the service's resources.
  template <class Returned, class Resources>
    requires IsAnswer<Returned>
  HandlerOf(Returned (*function)(const R& request, Resources& resources))  // NOLINT
      : handler_(table(), function) {}
  template <class Returned, class Resources>
    requires(std::same_as<Returned, Answer> || std::same_as<Returned, Awaitable<Answer>>)
  HandlerOf(Returned (*function)(const Request& request, Resources& resources))  // NOLINT
      : handler_(nullptr, function) {}

  operator Handler() const { return handler_; }  // NOLINT: it is a handler.

 private:
  static const RequestTable* table() { return &describe(static_cast<const R*>(nullptr)); }

  Handler handler_;
};

}  // namespace penstock::http
