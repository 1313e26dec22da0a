#pragma once

#include <concepts>
#include <cstddef>
#include <string>
#include <type_traits>
#include <utility>

#include "lambda/handler_loop.h"
#include "lambda/record_handlers.h"
#include "typed/describe.h"

namespace penstock::lambda {

// Is what a handler returns: an Outcome, or an Awaitable of one if it waits.
template <class T>
concept EventOutcome = std::same_as<T, Outcome> || std::same_as<T, Awaitable<Outcome>>;

// Makes handlers of functions. E is the event's struct, or void for a function that is not typed; R
// is the struct of the resources, or void for one that uses none.
template <class E, EventOutcome Returned, class R>
class EventFunctionMaker {
  using Any = EventFunctionPointer::Any;
  static constexpr bool kIsTyped = !std::is_void_v<E>;
  static constexpr bool kUsesResources = !std::is_void_v<R>;
  static constexpr bool kWaits = std::same_as<Returned, Awaitable<Outcome>>;

 public:
  // Returns the handler that the function is. Its parameters are those of E and R.
  template <class... Parameters>
  static EventFunction make(Returned (*function)(Parameters...)) {
    EventFunction made;
    EventFunctionPointer& pointer = made.pointer;
    if constexpr (kIsTyped) pointer.type = pointer.event_type = &typed::type_of<E>();
    pointer.function = reinterpret_cast<Any>(function);
    pointer.call = [](Any any, const void* event, const Record& record, Context& context,
                      HandlerLoop* loop) -> Outcome {
      const auto called = [&]() -> Returned {
        const auto known = reinterpret_cast<Returned (*)(Parameters...)>(any);
        if constexpr (kIsTyped && kUsesResources) {
          return known(*static_cast<const E*>(event), record, context, loop->resources<R>());
        } else if constexpr (kIsTyped) {
          return known(*static_cast<const E*>(event), record, context);
        } else if constexpr (kUsesResources) {
          return known(record, context, loop->resources<R>());
        } else {
          return known(record, context);
        }
      };
      if constexpr (kWaits) {
        return loop->outcome_of(called(), context.steady_deadline());
      } else {
        return called();
      }
    };
    if constexpr (kUsesResources) pointer.resources = &typeid(R);
    if constexpr (kWaits || kUsesResources) pointer.make_loop = &HandlerLoop::make;
    return made;
  }
};

// Is a handler that takes the record as it is. It is made from a function, or from null.
class UntypedEventHandler {
 public:
  UntypedEventHandler() = default;
  UntypedEventHandler(std::nullptr_t) {}  // NOLINT: it stands for no function.
  UntypedEventHandler(Outcome (*function)(const Record&, Context&))  // NOLINT: it stands for it.
      : function_{.type = {}, .handle = function} {}
  // Takes a function that waits.
  UntypedEventHandler(Awaitable<Outcome> (*function)(const Record&, Context&))  // NOLINT
      : function_(EventFunctionMaker<void, Awaitable<Outcome>, void>::make(function)) {}
  // Takes a function that uses the service's resources, and may wait.
  template <EventOutcome Returned, class R>
  UntypedEventHandler(Returned (*function)(const Record&, Context&, R&))  // NOLINT
      : function_(EventFunctionMaker<void, Returned, R>::make(function)) {}

  // Adds the handler as that of all types that have none. Does nothing if it is null.
  void add_to(EventHandlers& handlers) const {
    if (!function_.handle && function_.pointer.function == nullptr) return;
    handlers.push_back(named(std::string(kAnyType)));
  }
  // Returns the handler as that of events of this type.
  [[nodiscard]] EventFunction named(std::string type) const {
    EventFunction named = function_;
    named.type = std::move(type);
    return named;
  }

 private:
  EventFunction function_;
};

// Is the handler of one event type, whose struct is E: a field of the generated `Events`. It is
// made from a function, typed or not. It has no default, so that a handler that is missing is an
// error of the compiler, which names E.
template <class E>
class EventHandlerOf {
 public:
  // Takes a function that gets the event. It is not called for a tombstone, which is poison.
  EventHandlerOf(Outcome (*function)(const E&, const Record&,
                                     Context&))  // NOLINT: it stands for it.
      : function_(EventFunctionMaker<E, Outcome, void>::make(function)) {}
  // Takes one that waits.
  EventHandlerOf(Awaitable<Outcome> (*function)(const E&, const Record&, Context&))  // NOLINT
      : function_(EventFunctionMaker<E, Awaitable<Outcome>, void>::make(function)) {}
  // Takes one that uses the service's resources, and may wait.
  template <EventOutcome Returned, class R>
  EventHandlerOf(Returned (*function)(const E&, const Record&, Context&, R&))  // NOLINT
      : function_(EventFunctionMaker<E, Returned, R>::make(function)) {}
  // Takes functions that are not typed.
  EventHandlerOf(Outcome (*function)(const Record&, Context&))  // NOLINT
      : function_(untyped(function)) {}
  EventHandlerOf(Awaitable<Outcome> (*function)(const Record&, Context&))  // NOLINT
      : function_(untyped(function)) {}
  template <EventOutcome Returned, class R>
  EventHandlerOf(Returned (*function)(const Record&, Context&, R&))  // NOLINT
      : function_(untyped(function)) {}

  // Returns the handler as that of events of this type.
  [[nodiscard]] EventFunction named(std::string type) const {
    EventFunction named = function_;
    named.type = std::move(type);
    return named;
  }

 private:
  static EventFunction untyped(const UntypedEventHandler& handler) {
    EventFunction function = handler.named({});
    function.pointer.event_type = &typed::type_of<E>();
    return function;
  }

  EventFunction function_;
};

}  // namespace penstock::lambda
