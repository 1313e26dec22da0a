#include "hello/events.h"

namespace hello {
namespace {

using penstock::lambda::Context;
using penstock::lambda::done;
using penstock::lambda::EventHandlers;
using penstock::lambda::Outcome;
using penstock::lambda::Record;

// Logs the value as it was sent, so it takes the record and not a Greeting. Put your own work here,
// and `return retry("why")` if the record must be tried again.
Outcome greeting(const Record& record, Context& context) {
  if (const auto message = payload_json(record)) {
    context.log("MESSAGE", *message);
  } else {
    // This line only reports a value that is not text. If it must not be lost, `return
    // poison("why")`.
    context.exception(message.error().message);
  }
  return done();
}

}  // namespace

const EventHandlers kEventHandlers = handlers(Events{
    .greeting = greeting,
    .any = greeting,  // For producers that give no type, such as Kafka's console producer.
});

}  // namespace hello
