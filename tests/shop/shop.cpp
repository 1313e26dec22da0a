#include "shop.h"

namespace shop {

Result<std::unique_ptr<Shop>> make_shop(const penstock::resources::Start& start) {
  const auto url = start.environment.find("DATABASE_URL");
  auto view = url != start.environment.end() ? make_database_view(start, url->second)
                                             : make_table_view(start);
  if (!view) return view.error();
  auto made = std::make_unique<Shop>();
  made->view = std::move(*view);
  return made;
}

int64_t items_of(const Order& order) {
  int64_t items = 0;
  for (const Line& line : order.lines) items += line.quantity;
  return items;
}

int64_t cents_of(const Order& order) {
  int64_t cents = 0;
  for (const Line& line : order.lines) cents += line.quantity * line.cents;
  return cents;
}

}  // namespace shop
