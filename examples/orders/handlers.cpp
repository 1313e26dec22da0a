// This file has the API's handlers, one for each operation of the contract. A request has passed
// the contract before its handler gets it. Those that change something only publish an event: the
// function makes the view of the events, and reads are from the view.
#include <string>
#include <utility>

#include "orders/operations.h"
#include "view.h"

namespace orders {
namespace {

using namespace penstock::http;

Problem problem(int64_t status, std::string title, std::string detail) {
  return {.type = "about:blank",
          .title = std::move(title),
          .status = status,
          .detail = std::move(detail)};
}

Problem no_order(const std::string& id) {
  return problem(404, "Not Found", "there is no order " + id);
}

// Who calls sees the orders that it has placed itself. The key of the view begins with the owner,
// so nobody gets to the orders of others.
std::string owner_of(const Received& received) {
  return received.principal().subject;
}

// The event is published when this has returned, and the client gets the answer when Kafka has
// stored it. Until then nobody knows the event's fate: if Kafka fails, the client gets 503 and
// tries again. So the same request must be welcome twice, and change nothing the second time.
Awaitable<PlaceOrder::Answer> place_order(const PlaceOrder& request, Orders& orders) {
  const Order& order = request.body;
  const std::string owner = owner_of(request.received);
  const auto found = co_await orders.view->find(owner, order.id, request.deadline());
  if (!found) co_return failed(found.error());
  if (*found && (*found)->order != order) {
    co_return conflict(problem(409, "Conflict", "another order has the id " + order.id));
  }
  co_return created(order)
      .location("/orders/" + order.id)
      .publish(OrderPlaced{.owner = owner, .order = order});
}

Awaitable<GetOrder::Answer> get_order(const GetOrder& request, Orders& orders) {
  const std::string owner = owner_of(request.received);
  const auto found = co_await orders.view->find(owner, request.id, request.deadline());
  if (!found) co_return failed(found.error());
  if (!*found) co_return not_found(no_order(request.id));
  const OrderState& state = **found;
  co_return ok(state).header("ETag", entity_tag(state.version));
}

Awaitable<ListOrders::Answer> list_orders(const ListOrders& request, Orders& orders) {
  const std::string owner = owner_of(request.received);
  const auto list =
      co_await orders.view->list(owner, request.limit, request.after, request.deadline());
  if (!list) co_return failed(list.error());
  co_return ok(*list);
}

// The client names the version that it has seen. If another change comes first, the function finds
// that the version is not the view's any more, and leaves the order as it is.
Awaitable<ChangeOrder::Answer> change_order(const ChangeOrder& request, Orders& orders) {
  const std::string owner = owner_of(request.received);
  const auto found = co_await orders.view->find(owner, request.id, request.deadline());
  if (!found) co_return failed(found.error());
  if (!*found) co_return not_found(no_order(request.id));
  OrderState state = **found;
  if (!request.conditions().given()) {
    co_return precondition_required(
        problem(428, "Precondition Required", "send If-Match with the ETag that you have seen"));
  }
  if (request.conditions().precondition_failed(entity_tag(state.version))) {
    co_return precondition_failed(
        problem(412, "Precondition Failed", "the order has been changed: get it again"));
  }
  if (state.status == OrderStateStatus::cancelled) {
    co_return conflict(problem(409, "Conflict", "the order is cancelled"));
  }
  OrderChanged changed{.owner = owner,
                       .id = request.id,
                       .version = state.version,
                       .quantity = request.body.quantity};
  state.order.quantity = changed.quantity;
  ++state.version;
  co_return accepted(state).publish(changed);
}

Awaitable<CancelOrder::Answer> cancel_order(const CancelOrder& request, Orders& orders) {
  const std::string owner = owner_of(request.received);
  const auto found = co_await orders.view->find(owner, request.id, request.deadline());
  if (!found) co_return failed(found.error());
  if (!*found) co_return not_found(no_order(request.id));
  if (request.conditions().precondition_failed(entity_tag((*found)->version))) {
    co_return precondition_failed(
        problem(412, "Precondition Failed", "the order has been changed: get it again"));
  }
  const OrderCancelled cancelled{.owner = owner, .id = request.id};
  co_return accepted(cancelled).publish(cancelled);
}

}  // namespace

const Handlers kHandlers = handlers(
    Operations{
        .place_order = place_order,
        .list_orders = list_orders,
        .get_order = get_order,
        .change_order = change_order,
        .cancel_order = cancel_order,
    },
    make_orders);

}  // namespace orders
