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
// TYPE value". The handler gets what `readers` read, such as EventValues::readers(). `loop` is null
// if no handler waits or uses resources (event_handler_tester.h). Throws std::runtime_error if the
// record was not handled, because its value is refused, for example.
inline std::vector<std::string> logged_for(const EventHandlers& handlers, const Record& record,
                                           const ValueReaders& readers = {},
                                           HandlerLoop* loop = nullptr) {
  CapturedLog captured;
  InvocationLog log(captured.log(), "test");
  HandlerCalls calls = handler_calls(std::chrono::system_clock::now() + std::chrono::seconds(30));
  calls.loop = loop;
  const Outcome outcome = handle(handlers, record, readers, calls, log);
  if (outcome.kind != Outcome::Kind::done) {
    throw std::runtime_error("the record was not handled: " + outcome.reason);
  }
  return captured.short_lines();
}

}  // namespace penstock::lambda::testing
