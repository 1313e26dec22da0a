#include "consumer.h"

namespace hello {

using penstock::lambda::Context;
using penstock::lambda::EventHandlers;
using penstock::lambda::Record;

// Logs what the event carries. Work of your own goes here; throw if it fails and the record is to come again.
void greeting(const Record& record, Context& context) {
  if (const auto message = payload_json(record)) {
    context.log("MESSAGE", *message);
  } else {
    // It will never become readable: a retry would only block the rest.
    context.exception(message.error().message);
  }
}

const EventHandlers kEventHandlers{
    {"com.example.hello.greeting", greeting},
    {"*", greeting},  // Producers that give no type, such as the console producer of Kafka.
};

}  // namespace hello
