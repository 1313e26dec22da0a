#pragma once

#include <boost/json/value.hpp>
#include <concepts>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/time_text.h"
#include "lambda/invocation_log.h"
#include "lambda/kafka_event.h"
#include "lambda/payload.h"

namespace penstock::lambda {

// What a handler may use besides the record.
class Context {
 public:
  Context(InvocationLog& log, const Record& record, base::SystemTime deadline,
          boost::json::value value = {})
      : log_(log), record_(record), deadline_(deadline), value_(std::move(value)) {}

  // The record's value, which has passed the schema that the contract gives its event's type. Null
  // for a tombstone, and for a type that the contract does not declare.
  [[nodiscard]] const boost::json::value& value() const { return value_; }

  // Logs a line of that type at INFO: context.log("MESSAGE", {{"name", "Paul"}}). What JSON cannot
  // hold is replaced (json::to_text), so that it does not break the line.
  void log(std::string_view type, const boost::json::value& value);
  // A template, so that braces always mean the one above.
  template <std::same_as<JsonText> T>
  void log(std::string_view type, const T& value) {
    log_.write(log::Level::info, type, value.text);
  }
  // An EXCEPTION line at ERROR that names the record. It says nothing of whether the record is
  // handled.
  void exception(std::string_view reason);

  // When Lambda ends the invocation, and the process with it.
  [[nodiscard]] base::SystemTime deadline() const { return deadline_; }

 private:
  InvocationLog& log_;
  const Record& record_;
  base::SystemTime deadline_;
  boost::json::value value_;
};

// What a handler says became of a record: done(), retry("why") or poison("why").
struct RecordOutcome {
  enum class Kind { done, retry, poison };
  Kind kind = Kind::done;
  std::string reason = {};
};

[[nodiscard]] inline RecordOutcome done() {
  return {};
}
// Not handled this time. It comes again, and what follows it in its partition waits for it.
[[nodiscard]] inline RecordOutcome retry(std::string reason) {
  return {RecordOutcome::Kind::retry, std::move(reason)};
}
// Not handled, and it never will be. Where the event source mapping takes partial responses, what
// follows it does not wait.
[[nodiscard]] inline RecordOutcome poison(std::string reason) {
  return {RecordOutcome::Kind::poison, std::move(reason)};
}

// Handles one record. That it throws is a retry. Delivery is at least once: a record that was
// handled may come again.
using EventHandler = RecordOutcome(const Record& record, Context& context);

struct EventFunction {
  std::string type;  // That of the record's "ce_type" header, or "*".
  std::function<EventHandler> handle;
};

// One function an event type. "*" takes the records of any other type and those without one; a
// record that nothing takes is a failure.
using EventHandlers = std::vector<EventFunction>;

inline constexpr std::string_view kAnyType = "*";

// The value of a record of that type as JSON, if the contract's schema of the type lets it pass;
// null for a type that the contract does not declare. Error: what is wrong with the value.
using ReadValue =
    std::function<base::Result<boost::json::value>(std::string_view type, std::string_view value)>;

// Whether every type has one function. Error: invalid.
[[nodiscard]] base::Result<> check(const EventHandlers& handlers);

// The function that takes events of that type. Null if none does.
[[nodiscard]] const EventFunction* find(const EventHandlers& handlers, std::string_view type);

}  // namespace penstock::lambda
