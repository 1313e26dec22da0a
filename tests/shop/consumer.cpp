#include "shop.h"
#include "shop/events.h"

namespace shop {
namespace {

using namespace penstock::lambda;

// A view that does not answer is no reason to give an event up: it comes again.
Outcome outcome_of(const Result<bool>& applied, const Record& record, Context& context) {
  if (!applied) return retry(penstock::base::describe(applied.error()));
  if (!*applied) context.log("BEFORE", {{"offset", record.offset.value}});
  return done();
}

Awaitable<Outcome> order_placed(const OrderPlaced& event, const Record& record, Context& context,
                                Shop& shop) {
  const auto applied =
      co_await shop.view->place(event, record.identity(), context.steady_deadline());
  co_return outcome_of(applied, record, context);
}

Awaitable<Outcome> order_added(const OrderAdded& event, const Record& record, Context& context,
                               Shop& shop) {
  const auto applied = co_await shop.view->add(event, record.identity(), context.steady_deadline());
  co_return outcome_of(applied, record, context);
}

// The auditors have programs of their own.
Outcome amount_audited(const AmountAudited& /*event*/, const Record& /*record*/,
                       Context& /*context*/) {
  return done();
}

}  // namespace

const EventHandlers kEventHandlers = handlers(
    Events{
        .order_placed = order_placed, .order_added = order_added, .amount_audited = amount_audited},
    make_shop);

}  // namespace shop
