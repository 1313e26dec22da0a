// Reads JSON text into structs that were generated from a contract. The quick reader may accept
// only what the general way accepts, with the same values, and no more cheaply.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "json/reader.h"
#include "json/writer.h"
#include "orders/types.h"
#include "support/typed_orders.h"
#include "typed/to_value.h"

using namespace penstock;
using contract::Direction;

namespace {

struct Shape {
  const contract::Schema* schema;
  typed::Plan plan;

  template <class T>
  static Shape of(const contract::Schema* schema, Direction direction) {
    return {schema, typed::Plan::make(schema, typed::type_of<T>(), direction).value()};
  }
};

// What is written from a struct must be read to the same struct.
template <class T>
void hold_again(const Shape& shape, const T& made) {
  const std::string text =
      json::to_text(typed::to_value(typed::type_of<T>(), &made, Direction::neither));
  if (shape.plan.direction() != Direction::neither) return;
  const auto again = typed::read_both_ways<T>(shape.plan, shape.schema, text);
  if (!again.general || !(*again.general == made)) __builtin_trap();
}

template <class T>
void hold(const Shape& shape, std::string_view text) {
  const auto both = typed::read_both_ways<T>(shape.plan, shape.schema, text);
  if (!both.agree()) __builtin_trap();
  if (both.general) hold_again(shape, *both.general);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const contract::Contract& contract = typed::orders_contract();
  static const contract::Schema* const kNewOrder =
      typed::operation(contract, "place_order").body->content[0].schema;
  static const contract::Schema* const kOrder =
      typed::operation(contract, "get_order").responses[0].content[0].schema;
  static const contract::Schema* const kCategory =
      typed::operation(contract, "add_category").body->content[0].schema;
  static const Shape kNewOrderSent = Shape::of<orders::NewOrder>(kNewOrder, Direction::request);
  static const Shape kOrderSent = Shape::of<orders::Order>(kOrder, Direction::request);
  static const Shape kOrderOfEvent = Shape::of<orders::Order>(kOrder, Direction::neither);
  static const Shape kCategorySent = Shape::of<orders::Category>(kCategory, Direction::neither);
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  // The first byte is a digit, which keeps the corpus readable.
  switch (data[0] & 3) {
    case 0:
      hold<orders::NewOrder>(kNewOrderSent, text);
      break;
    case 1:
      hold<orders::Order>(kOrderSent, text);
      break;
    case 2:
      hold<orders::Order>(kOrderOfEvent, text);
      break;
    default:
      hold<orders::Category>(kCategorySent, text);
      break;
  }
  return 0;
}
