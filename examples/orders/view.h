#pragma once

#include <memory>
#include <optional>
#include <string>

#include "async/awaitable.h"
#include "async/deadline.h"
#include "base/record_identity.h"
#include "base/result.h"
#include "orders/types.h"
#include "resources/start.h"

namespace orders {

using penstock::async::Awaitable;
using penstock::async::SteadyTime;
using penstock::base::Result;

// Has the orders as the events have made them. The function writes it, and the API reads from it.
class View {
 public:
  virtual ~View() = default;

  // Returns an order, or nothing if this owner has no such order.
  [[nodiscard]] virtual Awaitable<Result<std::optional<OrderState>>> find(std::string owner,
                                                                          std::string id,
                                                                          SteadyTime deadline) = 0;
  // Returns the owner's orders that are behind the id `after`, or the first ones: `limit` at most.
  [[nodiscard]] virtual Awaitable<Result<OrderList>> list(std::string owner, int64_t limit,
                                                          std::optional<std::string> after,
                                                          SteadyTime deadline) = 0;
  // Stores what a record has made of an order. It changes nothing if this record, or a later one,
  // has been applied before.
  [[nodiscard]] virtual Awaitable<Result<>> store(std::string owner, OrderState state,
                                                  penstock::base::RecordIdentity record,
                                                  SteadyTime deadline) = 0;
};

// Has what the handlers of both programs use.
struct Orders {
  std::unique_ptr<View> view;
};

// Makes them, with the table `orders` of tables.json. Each program calls it once at its start.
[[nodiscard]] Result<std::unique_ptr<Orders>> make_orders(const penstock::resources::Start& start);

}  // namespace orders
