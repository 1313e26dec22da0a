#pragma once

#include <chrono>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "lambda/record_handlers.h"
#include "lambda/testing/captured_log.h"

// This file is for the tests of handlers.
namespace penstock::lambda::testing {

// Passes one record to the handler of its type and returns the lines that it has logged, as "LEVEL
// TYPE value". With `read_value` the handler gets the value, too. Throws std::runtime_error if the
// schema refuses the value, if there is no handler, or if the record was not handled.
inline std::vector<std::string> logged_for(const EventHandlers& handlers, const Record& record,
                                           const ReadValue& read_value = {}) {
  CapturedLog captured;
  InvocationLog log(captured.log(), "test");
  boost::json::value value;
  if (read_value && record.value) {
    auto read = read_value(record.event_type(), *record.value);
    if (!read) throw std::runtime_error(read.error().message);
    value = std::move(*read);
  }
  Context context(log, record, std::chrono::system_clock::now() + std::chrono::seconds(30),
                  std::move(value));
  const EventFunction* function = find(handlers, record.event_type());
  if (function == nullptr) throw std::runtime_error("there is no handler for this record");
  const Outcome outcome = function->handle(record, context);
  if (outcome.kind != Outcome::Kind::done) {
    throw std::runtime_error("the record was not handled: " + outcome.reason);
  }
  return captured.short_lines();
}

}  // namespace penstock::lambda::testing
