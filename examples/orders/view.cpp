#include "view.h"

#include <utility>

#include "dynamodb/dynamodb_client.h"
#include "dynamodb/typed_item.h"
#include "dynamodb/write_once.h"

namespace orders {
namespace {

namespace dynamodb = penstock::dynamodb;

constexpr const char* kTable = "orders";

dynamodb::Item key_of(std::string owner, std::string id) {
  return {{"owner", std::move(owner)}, {"id", std::move(id)}};
}

class TableView : public View {
 public:
  explicit TableView(std::unique_ptr<dynamodb::Client> client) : client_(std::move(client)) {}

  Awaitable<Result<std::optional<OrderState>>> find(std::string owner, std::string id,
                                                    SteadyTime deadline) override {
    dynamodb::Get get{.key = key_of(std::move(owner), std::move(id)), .consistent = true};
    const auto item = co_await client_->get(kTable, std::move(get), deadline);
    if (!item) co_return item.error();
    if (!*item) co_return std::optional<OrderState>();
    auto state = dynamodb::from_item<OrderState>(**item);
    if (!state) co_return state.error();
    co_return std::optional<OrderState>(std::move(*state));
  }

  Awaitable<Result<OrderList>> list(std::string owner, int64_t limit,
                                    std::optional<std::string> after,
                                    SteadyTime deadline) override {
    dynamodb::Query query{.key_condition = {.text = "#owner = :owner",
                                            .names = {{"#owner", "owner"}},
                                            .values = {{":owner", owner}}},
                          .limit = static_cast<int>(limit)};
    if (after) query.start = key_of(owner, *after);
    const auto page = co_await client_->query(kTable, std::move(query), deadline);
    if (!page) co_return page.error();
    OrderList list;
    for (const dynamodb::Item& item : page->items) {
      auto state = dynamodb::from_item<OrderState>(item);
      if (!state) co_return state.error();
      list.orders.push_back(std::move(*state));
    }
    // A page may have no order and yet a next one.
    if (page->next) list.next = *dynamodb::find<std::string>(*page->next, "id");
    co_return list;
  }

  Awaitable<Result<>> store(std::string owner, OrderState state,
                            penstock::base::RecordIdentity record, SteadyTime deadline) override {
    dynamodb::Put put{.item = dynamodb::to_item(state)};
    put.item.merge(key_of(std::move(owner), state.order.id));
    const auto applied =
        co_await dynamodb::write_once(*client_, record, kTable, std::move(put), deadline);
    if (!applied) co_return applied.error();
    co_return Result<>();
  }

 private:
  std::unique_ptr<dynamodb::Client> client_;
};

}  // namespace

Result<std::unique_ptr<Orders>> make_orders(const penstock::resources::Start& start) {
  auto client = dynamodb::Client::make(start);
  if (!client) return client.error();
  auto orders = std::make_unique<Orders>();
  orders->view = std::make_unique<TableView>(std::move(*client));
  return orders;
}

}  // namespace orders
