#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>

#include "view.h"

namespace orders {

// Keeps a view in memory, for tests. `error` is what its calls fail with, if it is set.
class FakeView : public View {
 public:
  Awaitable<Result<std::optional<OrderState>>> find(std::string owner, std::string id,
                                                    SteadyTime) override {
    if (error) co_return *error;
    const auto found = orders.find({owner, id});
    if (found == orders.end()) co_return std::optional<OrderState>();
    co_return std::optional<OrderState>(found->second);
  }

  Awaitable<Result<OrderList>> list(std::string owner, int64_t limit,
                                    std::optional<std::string> after, SteadyTime) override {
    if (error) co_return *error;
    OrderList list;
    for (const auto& [key, state] : orders) {
      if (key.first != owner || (after && key.second <= *after)) continue;
      if (list.orders.size() == static_cast<size_t>(limit)) {
        list.next = list.orders.back().order.id;
        break;
      }
      list.orders.push_back(state);
    }
    co_return list;
  }

  Awaitable<Result<>> store(std::string owner, OrderState state, penstock::base::RecordIdentity,
                            SteadyTime) override {
    if (error) co_return *error;
    const std::pair key(std::move(owner), state.order.id);
    orders.insert_or_assign(key, std::move(state));
    co_return Result<>();
  }

  std::map<std::pair<std::string, std::string>, OrderState> orders;
  std::optional<penstock::base::Error> error;
};

}  // namespace orders
