#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "async/awaitable.h"
#include "async/deadline.h"
#include "base/record_identity.h"
#include "base/result.h"
#include "resources/start.h"
#include "shop/types.h"

namespace shop {

using penstock::async::Awaitable;
using penstock::async::SteadyTime;
using penstock::base::RecordIdentity;
using penstock::base::Result;

// Keeps what the function has made of the topic. Each event adds to an order and to its version, so
// that one which is missing or applied twice is seen in the sums.
class View {
 public:
  virtual ~View() = default;

  // Returns the order, or nothing if the view does not have it.
  [[nodiscard]] virtual Awaitable<Result<std::optional<StoredOrder>>> find(std::string owner,
                                                                           std::string id,
                                                                           SteadyTime deadline) = 0;
  // These apply an event exactly once. They return whether it was done by this call.
  [[nodiscard]] virtual Awaitable<Result<bool>> place(const OrderPlaced& event,
                                                      const RecordIdentity& record,
                                                      SteadyTime deadline) = 0;
  [[nodiscard]] virtual Awaitable<Result<bool>> add(const OrderAdded& event,
                                                    const RecordIdentity& record,
                                                    SteadyTime deadline) = 0;
};

// Has what the handlers of both programs share.
struct Shop {
  std::unique_ptr<View> view;
};

// The view is in PostgreSQL if there is the variable DATABASE_URL, and in DynamoDB otherwise.
[[nodiscard]] Result<std::unique_ptr<Shop>> make_shop(const penstock::resources::Start& start);
[[nodiscard]] Result<std::unique_ptr<View>> make_database_view(
    const penstock::resources::Start& start, const std::string& url);
[[nodiscard]] Result<std::unique_ptr<View>> make_table_view(
    const penstock::resources::Start& start);

// Returns how many items an order has, and what they cost in sum.
[[nodiscard]] int64_t items_of(const Order& order);
[[nodiscard]] int64_t cents_of(const Order& order);

}  // namespace shop
