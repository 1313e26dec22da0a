#pragma once

#include <string>
#include <utility>

#include "lambda/record_handlers.h"
#include "typed/describe.h"

namespace penstock::lambda {

// Takes the record as it is.
using UntypedEventHandler = Outcome (*)(const Record& record, Context& context);

// Is the handler of one event type, whose struct is E: a field of the generated `Events`. It is
// made from a function, typed or not. It has no default, so that a handler that is missing is an
// error of the compiler, which names E.
template <class E>
class EventHandlerOf {
 public:
  using Typed = Outcome (*)(const E& event, const Record& record, Context& context);

  // Takes a function that gets the event. It is not called for a tombstone, which is poison.
  EventHandlerOf(Typed function)  // NOLINT: it stands for the function.
      : function_{.type = {},
                  .typed = {.type = &typed::type_of<E>(),
                            .function = reinterpret_cast<TypedEventFunction::Any>(function),
                            .call = [](TypedEventFunction::Any any, const void* event,
                                       const Record& record, Context& context) {
                              return reinterpret_cast<Typed>(any)(*static_cast<const E*>(event),
                                                                  record, context);
                            }}} {}
  // Takes a function that is not typed.
  EventHandlerOf(UntypedEventHandler function)  // NOLINT: it stands for the function.
      : function_{.type = {}, .handle = function} {}

  // Returns the handler as that of events of this type.
  [[nodiscard]] EventFunction named(std::string type) const {
    EventFunction named = function_;
    named.type = std::move(type);
    return named;
  }

 private:
  EventFunction function_;
};

}  // namespace penstock::lambda
