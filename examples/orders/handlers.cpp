// This file has the API's handlers, one for each operation of the contract. A request has passed
// the contract before its handler gets it.
#include <map>
#include <string>
#include <utility>

#include "orders/operations.h"

namespace orders {
namespace {

using namespace penstock::http;

// The orders are kept as long as the process runs, and not more than these. Handlers run on one
// thread. Put a store of your own here.
constexpr size_t kOrdersMax = 10'000;
std::map<std::string, Order> placed;

Problem problem(int64_t status, std::string title, std::string detail) {
  return {.type = "about:blank",
          .title = std::move(title),
          .status = status,
          .detail = std::move(detail)};
}

// The event is published when this has returned, and the client gets the answer when Kafka has
// stored it. Until then nobody knows the event's fate: if Kafka fails, the client gets 503 and
// tries again. So the same request must be welcome twice, and change nothing the second time.
PlaceOrder::Answer place_order(const PlaceOrder& request) {
  const Order& order = request.body;
  if (!placed.contains(order.id) && placed.size() == kOrdersMax) placed.erase(placed.begin());
  const auto [known, is_new] = placed.try_emplace(order.id, order);
  if (!is_new && known->second != order) {
    return conflict(problem(409, "Conflict", "another order has the id " + order.id));
  }
  return created(order).location("/orders/" + order.id).publish(OrderPlaced{.order = order});
}

GetOrder::Answer get_order(const GetOrder& request) {
  const auto found = placed.find(request.id);
  if (found == placed.end()) {
    return not_found(problem(404, "Not Found", "there is no order " + request.id));
  }
  return ok(found->second);
}

// Nothing is changed here, because the event's fate is not known yet. Who needs the state of an
// order makes it from the topic.
CancelOrder::Answer cancel_order(const CancelOrder& request) {
  if (!placed.contains(request.id)) {
    return not_found(problem(404, "Not Found", "there is no order " + request.id));
  }
  const OrderCancelled cancelled{.id = request.id};
  return ok(cancelled).publish(cancelled);
}

}  // namespace

const Handlers kHandlers = handlers(Operations{
    .place_order = place_order,
    .get_order = get_order,
    .cancel_order = cancel_order,
});

}  // namespace orders
