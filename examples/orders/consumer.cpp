// This file has the function's handlers, one for each type of event. An event's value has passed
// the contract before its handler gets it.
#include "orders/events.h"

namespace orders {
namespace {

using namespace penstock::lambda;

// Kafka delivers an event at least once, so the same order may come again. Write `return
// retry("why")` if it must be tried again, and `return poison("why")` if that would never help.
Outcome order_placed(const OrderPlaced& event, const Record&, Context& context) {
  context.log("ORDER", {{"id", event.order.id}, {"quantity", event.order.quantity}});
  return done();
}

Outcome order_cancelled(const OrderCancelled& event, const Record&, Context& context) {
  context.log("CANCELLED", {{"id", event.id}});
  return done();
}

}  // namespace

const EventHandlers kEventHandlers = handlers(Events{
    .order_placed = order_placed,
    .order_cancelled = order_cancelled,
});

}  // namespace orders
