// This file has the function's handlers, one for each type of event. An event's value has passed
// the contract before its handler gets it. All events of an order are in one partition, as its id
// is their key, so they come in the order in which Kafka has stored them.
#include <string>
#include <utility>

#include "orders/events.h"
#include "view.h"

namespace orders {
namespace {

using namespace penstock::lambda;
using penstock::base::describe;

// Kafka delivers an event at least once. It changes nothing if it was applied before. A view that
// cannot be written now is no reason to give an event up: the record comes again.
Awaitable<Outcome> store(View& view, std::string owner, OrderState state, const Record& record,
                         Context& context) {
  const auto stored = co_await view.store(std::move(owner), std::move(state), record.identity(),
                                          context.steady_deadline());
  if (!stored) co_return retry(describe(stored.error()));
  co_return done();
}

// A client that tries again places the same order again; the first one counts.
Awaitable<Outcome> order_placed(const OrderPlaced& event, const Record& record, Context& context,
                                Orders& orders) {
  const auto found =
      co_await orders.view->find(event.owner, event.order.id, context.steady_deadline());
  if (!found) co_return retry(describe(found.error()));
  context.log("ORDER", {{"id", event.order.id}, {"quantity", event.order.quantity}});
  if (*found) co_return done();
  OrderState state{.order = event.order, .status = OrderStateStatus::placed, .version = 1};
  co_return co_await store(*orders.view, event.owner, std::move(state), record, context);
}

// A change is of the version that its client has seen. If that is not the view's, it was late.
Awaitable<Outcome> order_changed(const OrderChanged& event, const Record& record, Context& context,
                                 Orders& orders) {
  const auto found = co_await orders.view->find(event.owner, event.id, context.steady_deadline());
  if (!found) co_return retry(describe(found.error()));
  if (!*found) co_return poison("the view has no order " + event.id);
  OrderState state = **found;
  if (state.version != event.version || state.status == OrderStateStatus::cancelled) {
    context.log("LATE", {{"id", event.id}, {"version", event.version}});
    co_return done();
  }
  context.log("CHANGED", {{"id", event.id}, {"quantity", event.quantity}});
  state.order.quantity = event.quantity;
  ++state.version;
  co_return co_await store(*orders.view, event.owner, std::move(state), record, context);
}

Awaitable<Outcome> order_cancelled(const OrderCancelled& event, const Record& record,
                                   Context& context, Orders& orders) {
  const auto found = co_await orders.view->find(event.owner, event.id, context.steady_deadline());
  if (!found) co_return retry(describe(found.error()));
  if (!*found) co_return poison("the view has no order " + event.id);
  OrderState state = **found;
  context.log("CANCELLED", {{"id", event.id}});
  if (state.status == OrderStateStatus::cancelled) co_return done();
  state.status = OrderStateStatus::cancelled;
  ++state.version;
  co_return co_await store(*orders.view, event.owner, std::move(state), record, context);
}

}  // namespace

const EventHandlers kEventHandlers = handlers(
    Events{
        .order_placed = order_placed,
        .order_changed = order_changed,
        .order_cancelled = order_cancelled,
    },
    make_orders);

}  // namespace orders
