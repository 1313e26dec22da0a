#pragma once

#include <boost/json/value.hpp>
#include <concepts>
#include <functional>
#include <string>
#include <string_view>
#include <typeindex>
#include <typeinfo>
#include <utility>
#include <vector>

#include "async/awaitable.h"
#include "async/deadline.h"
#include "base/own_setting.h"
#include "base/result.h"
#include "base/time_text.h"
#include "lambda/invocation_log.h"
#include "lambda/kafka_event.h"
#include "lambda/payload.h"
#include "resources/resources.h"
#include "typed/type.h"

namespace penstock::lambda {

using async::Awaitable;
using base::OwnSetting;

class HandlerLoop;
struct HandlerLoopStart;

// Has what the handlers of one invocation share.
struct HandlerCalls {
  base::SystemTime deadline = {};          // Lambda ends the process then.
  async::SteadyTime steady_deadline = {};  // Handlers that wait are cancelled then.
  std::string_view trace_id = {};          // In X-Ray's format. It may be empty.
  HandlerLoop* loop = nullptr;             // Null if no handler waits or uses resources.
};

// Returns the deadlines of an invocation that Lambda ends at `deadline`. That of handlers that wait
// is a tenth of the time, but at most half a second, earlier, so that an answer is still sent.
[[nodiscard]] HandlerCalls handler_calls(base::SystemTime deadline);

// Returns the value of a record of that type as JSON, checked against the contract's schema of the
// type, or null for a type that the contract does not declare. Fails with `invalid`; the message
// says what is wrong with the value.
using ReadValue =
    std::function<base::Result<boost::json::value>(std::string_view type, std::string_view value)>;

// Gives a handler what it needs besides the record. It is valid until the handler ends.
class Context {
 public:
  // `log` and `record` must outlive the context.
  Context(InvocationLog& log, const Record& record, const HandlerCalls& calls,
          boost::json::value value = {})
      : log_(log), record_(record), calls_(calls), value_(std::move(value)) {}
  // Reads the value by `read` when the handler asks for it. It is known that `read` takes it, and
  // `read` must outlive the context.
  Context(InvocationLog& log, const Record& record, const HandlerCalls& calls,
          const ReadValue& read)
      : log_(log), record_(record), calls_(calls), read_(&read) {}

  // Returns the record's value, which has passed the contract's schema of its event type. It is
  // null for a tombstone, for a type that the contract does not declare, and for a typed handler,
  // which has the event.
  [[nodiscard]] const boost::json::value& value() const {
    if (read_ != nullptr) read_value();
    return value_;
  }

  // Logs a line of that type at INFO: context.log("MESSAGE", {{"name", "Paul"}}). Values that JSON
  // cannot express are replaced (json::to_text), so that they cannot break the line.
  void log(std::string_view type, const boost::json::value& value);
  // Does the same with JSON text. It is a template, so that an argument in braces always means the
  // function above.
  template <std::same_as<JsonText> T>
  void log(std::string_view type, const T& value) {
    log_.write(log::Level::info, type, value.text);
  }
  // Logs an EXCEPTION line at ERROR that names the record. It does not change whether the record
  // counts as handled.
  void exception(std::string_view reason);

  // Returns when Lambda ends the invocation, and the process with it.
  [[nodiscard]] base::SystemTime deadline() const { return calls_.deadline; }
  // Returns when a handler that waits is cancelled, a little earlier, so that an answer is still
  // sent. Each call of a client in a handler takes it.
  [[nodiscard]] async::SteadyTime steady_deadline() const { return calls_.steady_deadline; }
  // Returns the invocation's trace id in X-Ray's format, which may be empty. The variable
  // _X_AMZN_TRACE_ID has it, too, but not with AWS_LAMBDA_MAX_CONCURRENCY.
  [[nodiscard]] std::string_view trace_id() const { return calls_.trace_id; }

 private:
  void read_value() const;

  InvocationLog& log_;
  const Record& record_;
  const HandlerCalls& calls_;
  mutable const ReadValue* read_ = nullptr;  // Null if there is nothing to read, or no longer.
  mutable boost::json::value value_;
};

// Says what happened to a record. A handler returns done(), retry("why") or poison("why").
struct Outcome {
  enum class Kind { done, retry, poison };
  Kind kind = Kind::done;
  std::string reason = {};
};

// The record is handled.
[[nodiscard]] inline Outcome done() {
  return {};
}
// The record was not handled this time. It will be retried, and the records after it in its
// partition wait for it.
[[nodiscard]] inline Outcome retry(std::string reason) {
  return {Outcome::Kind::retry, std::move(reason)};
}
// The record can never be handled. The records after it do not have to wait if responses are
// partial.
[[nodiscard]] inline Outcome poison(std::string reason) {
  return {Outcome::Kind::poison, std::move(reason)};
}

// Handles one record. If it throws, the outcome is a retry. Delivery is at least once: a record
// that was handled may come again. On Lambda Managed Instances, with AWS_LAMBDA_MAX_CONCURRENCY,
// handlers run on several threads at the same time, for records of different invocations.
using EventHandler = Outcome(const Record& record, Context& context);

class EventHandlers;

// Makes what handlers that wait or use resources need. It is a pointer, so that the function of a
// service without such handlers is not linked with it: HandlerLoop::make().
using MakeHandlerLoop = base::Result<std::unique_ptr<HandlerLoop>> (*)(
    const EventHandlers& handlers, const HandlerLoopStart& start);

// Holds a function that takes the event as a struct that was generated from the contract, or waits,
// or uses the service's resources (typed_event_handler.h).
struct EventFunctionPointer {
  // This is a function whose type only `call` knows.
  using Any = void (*)();

  const typed::Type* type = nullptr;  // Null if the function does not take a struct.
  // Is the struct of the events, by which their values are checked, also if the function does not
  // take it. It is null for "*".
  const typed::Type* event_type = nullptr;
  Any function = nullptr;  // Null if there is no such function.
  // Calls the function, and waits until it ends. `event` is null without a type, and `loop` without
  // make_loop.
  Outcome (*call)(Any function, const void* event, const Record& record, Context& context,
                  HandlerLoop* loop) = nullptr;
  const std::type_info* resources = &typeid(void);  // The struct that it uses, if it does.
  MakeHandlerLoop make_loop = nullptr;              // Null if it neither waits nor uses resources.
};

// Holds a handler with its event type.
struct EventFunction {
  std::string type;                         // The value of the records' header "ce_type", or "*".
  std::function<EventHandler> handle = {};  // Empty if there is a pointer.
  EventFunctionPointer pointer = {};
};

// This lists the handlers of a service, one for each event type. The handler of "*" gets the
// records of all other types and those without a type. A record without a handler is a failure. The
// function that makes the resources which they use comes with them.
class EventHandlers : public std::vector<EventFunction> {
 public:
  using vector::vector;

  // Sets the function that makes the resources, once at the start of the program.
  void make_resources_by(resources::Maker maker) { maker_ = std::move(maker); }
  [[nodiscard]] const resources::Maker& maker() const { return maker_; }

 private:
  resources::Maker maker_;
};

inline constexpr std::string_view kAnyType = "*";

// Reads a value for a typed handler: fills `event`, which is a new object of the handler's type,
// from the value of a record of its type.
using ReadStruct = std::function<base::Result<>(const EventFunction& handler,
                                                std::string_view value, void* event)>;

// Says whether ReadValue surely takes a value of the handler's type, without making a tree of it.
using CheckValue = std::function<bool(const EventFunction& handler, std::string_view value)>;

// Has the functions by which a record's value is read. A function that is empty reads nothing: then
// untyped handlers get null, and typed ones are not called.
struct ValueReaders {
  ReadValue value = {};
  ReadStruct event = {};
  // With it, a value that passes is read only when its untyped handler asks for it.
  CheckValue check = {};
};

// Passes a record to the handler of its type. A record without a handler is a retry. One whose
// value cannot be read is poison, and so is one without a value if its handler is typed. Returns
// when the handler has ended, also if it waits.
[[nodiscard]] Outcome handle(const EventHandlers& handlers, const Record& record,
                             const ValueReaders& readers, const HandlerCalls& calls,
                             InvocationLog& log);

// Checks that there are handlers, that every type has one, and that they use the resources that are
// made. Fails with `invalid`.
[[nodiscard]] base::Result<> check(const EventHandlers& handlers);

// Returns what makes the loop of these handlers, or null if they need none.
[[nodiscard]] MakeHandlerLoop loop_maker(const EventHandlers& handlers);

// Returns the handler for events of that type, or null if there is none. It is valid as long as
// `handlers`.
[[nodiscard]] const EventFunction* find(const EventHandlers& handlers, std::string_view type);

}  // namespace penstock::lambda
