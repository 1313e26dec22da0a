#include "shop.h"
#include "shop/operations.h"

namespace shop {
namespace {

using namespace penstock::http;

PlaceOrder::Answer place_order(const PlaceOrder& request) {
  const Order& order = request.body;
  return created(order)
      .location("/orders/" + order.id)
      .publish(OrderPlaced{.owner = request.received.principal().subject, .order = order});
}

Awaitable<GetOrder::Answer> get_order(const GetOrder& request, Shop& shop) {
  const auto found = co_await shop.view->find(request.received.principal().subject, request.id,
                                              request.deadline());
  if (!found) co_return failed(found.error());
  if (!*found) {
    co_return not_found(Problem{.type = "about:blank",
                                .title = "Not Found",
                                .status = 404,
                                .detail = "the view has no order " + request.id});
  }
  const StoredOrder& order = **found;
  co_return ok(order).header("ETag", entity_tag(order.version));
}

AddToOrder::Answer add_to_order(const AddToOrder& request) {
  const OrderAdded added{
      .owner = request.received.principal().subject, .id = request.id, .cents = request.body.cents};
  return accepted(added).publish(added).publish(
      AmountAudited{.audited = added.id, .cents = added.cents});
}

}  // namespace

const Handlers kHandlers = handlers(
    Operations{.place_order = place_order, .get_order = get_order, .add_to_order = add_to_order},
    make_shop);

}  // namespace shop
