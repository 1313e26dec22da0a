#include "consumer.h"

#include "settings.h"

namespace fixture {

using namespace penstock::lambda;

// Logs the value, and which of the handlers got it.
Outcome log_value(std::string_view type, const Record& record, Context& context) {
  if (const auto value = payload_json(record)) {
    context.log(type, *value);
  } else {
    context.exception(value.error().message);
  }
  return done();
}

Outcome stamp(const Record& record, Context& context) {
  return log_value("STAMP", record, context);
}

Outcome note(const Record& record, Context& context) {
  context.log("TEXT", {{"text", *kText}});
  return log_value("NOTE", record, context);
}

Outcome other(const Record& record, Context& context) {
  return log_value("OTHER", record, context);
}

const EventHandlers kEventHandlers{
    {"com.example.fixture.stamp", stamp},
    {"com.example.fixture.note", note},
    {"*", other},
};

}  // namespace fixture
