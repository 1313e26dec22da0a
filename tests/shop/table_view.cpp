#include <utility>

#include "dynamodb/dynamodb_client.h"
#include "dynamodb/typed_item.h"
#include "dynamodb/write_once.h"
#include "shop.h"

namespace shop {
namespace {

namespace dynamodb = penstock::dynamodb;

constexpr const char* kTable = "orders";

dynamodb::Item key_of(std::string owner, std::string id) {
  return {{"owner", std::move(owner)}, {"id", std::move(id)}};
}

class TableView : public View {
 public:
  explicit TableView(std::unique_ptr<dynamodb::Client> client) : client_(std::move(client)) {}

  Awaitable<Result<std::optional<StoredOrder>>> find(std::string owner, std::string id,
                                                     SteadyTime deadline) override {
    dynamodb::Get get{.key = key_of(std::move(owner), std::move(id))};
    auto found = co_await client_->get(kTable, std::move(get), deadline);
    if (!found) co_return found.error();
    if (!*found) co_return std::optional<StoredOrder>();
    auto order = dynamodb::from_item<StoredOrder>(**found);
    if (!order) co_return order.error();
    co_return std::optional<StoredOrder>(std::move(*order));
  }

  Awaitable<Result<bool>> place(const OrderPlaced& event, const RecordIdentity& record,
                                SteadyTime deadline) override {
    const Order& order = event.order;
    dynamodb::Update update{
        .key = key_of(event.owner, order.id),
        .update = {.text = "SET customer = :customer ADD #items :items, cents :cents, version :one",
                   .names = {{"#items", "items"}},
                   .values = {{":customer", order.customer.name},
                              {":items", dynamodb::Number(items_of(order))},
                              {":cents", dynamodb::Number(cents_of(order))},
                              {":one", dynamodb::Number(1)}}}};
    return apply(std::move(update), record, deadline);
  }

  Awaitable<Result<bool>> add(const OrderAdded& event, const RecordIdentity& record,
                              SteadyTime deadline) override {
    dynamodb::Update update{.key = key_of(event.owner, event.id),
                            .update = {.text = "ADD cents :cents, version :one",
                                       .values = {{":cents", dynamodb::Number(event.cents)},
                                                  {":one", dynamodb::Number(1)}}}};
    return apply(std::move(update), record, deadline);
  }

 private:
  Awaitable<Result<bool>> apply(dynamodb::Update update, RecordIdentity record,
                                SteadyTime deadline) {
    const auto applied =
        co_await dynamodb::write_once(*client_, record, kTable, std::move(update), deadline);
    if (!applied) co_return applied.error();
    co_return *applied == dynamodb::Applied::now;
  }

  std::unique_ptr<dynamodb::Client> client_;
};

}  // namespace

Result<std::unique_ptr<View>> make_table_view(const penstock::resources::Start& start) {
  auto client = dynamodb::Client::make(start);
  if (!client) return client.error();
  return std::unique_ptr<View>(std::make_unique<TableView>(std::move(*client)));
}

}  // namespace shop
