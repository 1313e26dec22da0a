#include "consumer.h"

namespace hello {

using penstock::lambda::Context;
using penstock::lambda::done;
using penstock::lambda::EventHandlers;
using penstock::lambda::Record;
using penstock::lambda::RecordOutcome;

// Logs what the event carries. Work of your own goes here: `return retry("why")` if the record is
// to come again.
RecordOutcome greeting(const Record& record, Context& context) {
  if (const auto message = payload_json(record)) {
    context.log("MESSAGE", *message);
  } else {
    // Logged is all that can become of it. Where it must not be lost, `return poison("why")`.
    context.exception(message.error().message);
  }
  return done();
}

const EventHandlers kEventHandlers{
    {"com.example.hello.greeting", greeting},
    {"*", greeting},  // Producers that give no type, such as the console producer of Kafka.
};

}  // namespace hello
