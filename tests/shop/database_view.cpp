#include <utility>

#include "postgres/apply_once.h"
#include "postgres/pool.h"
#include "shop.h"

namespace shop {
namespace {

namespace postgres = penstock::postgres;
using penstock::base::Error;
using penstock::base::ErrorCode;

constexpr const char* kFind =
    "SELECT id::text, customer, note, items, cents, version FROM orders "
    "WHERE owner = $1 AND id = $2";
constexpr const char* kPlace =
    "INSERT INTO orders (owner, id, customer, note, items, cents, version) "
    "VALUES ($1, $2, $3, $4, $5, $6, 1) ON CONFLICT (owner, id) DO UPDATE SET "
    "customer = excluded.customer, note = excluded.note, items = orders.items + excluded.items, "
    "cents = orders.cents + excluded.cents, version = orders.version + 1";
constexpr const char* kAdd =
    "UPDATE orders SET cents = cents + $3, version = version + 1 WHERE owner = $1 AND id = $2";

class DatabaseView : public View {
 public:
  explicit DatabaseView(std::unique_ptr<postgres::Pool> pool) : pool_(std::move(pool)) {}

  Awaitable<Result<std::optional<StoredOrder>>> find(std::string owner, std::string id,
                                                     SteadyTime deadline) override {
    postgres::Statement statement = postgres::reading(kFind, {std::move(owner), std::move(id)});
    auto found = co_await pool_->query(std::move(statement), deadline);
    if (!found) co_return found.error();
    if (found->rows.empty()) co_return std::optional<StoredOrder>();
    postgres::Row& row = found->rows.front();
    co_return StoredOrder{.id = std::move(*row[0]),
                          .customer = std::move(*row[1]),
                          .note = std::move(row[2]),
                          .items = std::stoll(*row[3]),
                          .cents = std::stoll(*row[4]),
                          .version = std::stoll(*row[5])};
  }

  Awaitable<Result<bool>> place(const OrderPlaced& event, const RecordIdentity& record,
                                SteadyTime deadline) override {
    const Order& order = event.order;
    postgres::Statement statement{
        .sql = kPlace,
        .parameters = {event.owner, order.id, order.customer.name, order.note,
                       std::to_string(items_of(order)), std::to_string(cents_of(order))}};
    return apply(std::move(statement), record, deadline);
  }

  Awaitable<Result<bool>> add(const OrderAdded& event, const RecordIdentity& record,
                              SteadyTime deadline) override {
    postgres::Statement statement{
        .sql = kAdd, .parameters = {event.owner, event.id, std::to_string(event.cents)}};
    return apply(std::move(statement), record, deadline);
  }

 private:
  Awaitable<Result<bool>> apply(postgres::Statement statement, RecordIdentity record,
                                SteadyTime deadline) {
    const std::function<Awaitable<Result<>>(postgres::Transaction&)> work =
        [&statement](postgres::Transaction& transaction) -> Awaitable<Result<>> {
      auto done = co_await transaction.query(statement);
      if (!done) co_return done.error();
      co_return Result<>();
    };
    const auto applied = co_await postgres::apply_once(*pool_, record, work, deadline);
    if (!applied) co_return applied.error();
    co_return *applied == postgres::Applied::now;
  }

  std::unique_ptr<postgres::Pool> pool_;
};

}  // namespace

Result<std::unique_ptr<View>> make_database_view(const penstock::resources::Start& start,
                                                 const std::string& url) {
  auto pool = postgres::Pool::make(start, penstock::base::WipedText(url));
  if (!pool) return pool.error();
  return std::unique_ptr<View>(std::make_unique<DatabaseView>(std::move(*pool)));
}

}  // namespace shop
