#pragma once

#include <string_view>
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
 public:
  // Takes a function that returns one of the declared answers.
  HandlerOf(
      typename R::Answer (*function)(const R& request))  // NOLINT: it stands for the function.
      : handler_(describe(static_cast<const R*>(nullptr)), reinterpret_cast<Handler::Any>(function),
                 [](Handler::Any any, const void* request) -> Answer {
                   const auto typed = reinterpret_cast<typename R::Answer (*)(const R&)>(any);
                   return typed(*static_cast<const R*>(request)).untyped();
                 }) {}
  // Takes a function that returns any answer.
  HandlerOf(Answer (*function)(const R& request))  // NOLINT: it stands for the function.
      : handler_(
            describe(static_cast<const R*>(nullptr)), reinterpret_cast<Handler::Any>(function),
            [](Handler::Any any, const void* request) -> Answer {
              return reinterpret_cast<Answer (*)(const R&)>(any)(*static_cast<const R*>(request));
            }) {}
  // Takes a function that is not typed.
  HandlerOf(Answer (*function)(const Request& request))  // NOLINT: it stands for the function.
      : handler_(function) {}

  operator Handler() const { return handler_; }  // NOLINT: it is a handler.

 private:
  Handler handler_;
};

}  // namespace penstock::http
