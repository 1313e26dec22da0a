// Reads numbers and answers of DynamoDB. The first byte says what the rest is.
#include <cstdint>
#include <string>
#include <string_view>

#include "base/check.h"
#include "dynamodb/answers.h"
#include "dynamodb/typed_item.h"
#include "dynamodb/value_json.h"
#include "json/parse.h"
#include "orders/types.h"

namespace {

using namespace penstock;
using namespace penstock::dynamodb;

void read_number(std::string_view text) {
  const auto number = Number::parse(text);
  if (!number) return;
  const std::string& plain = number->text();
  base::check(plain.size() <= 170, "a number has a bounded text");
  base::check(plain.find_first_of("eE+") == std::string::npos, "a number has no exponent");
  base::check(Number::parse(plain).value() == *number, "a number's text is that number");
  if (const auto whole = number->to_int64()) {
    base::check(Number(*whole) == *number, "a whole number is exact");
  }
  static_cast<void>(number->to_double());
}

void read_an_item(const Item& item) {
  std::string text;
  if (append_item(text, item)) {
    const auto json = json::parse(text, {.depth_max = 100});
    base::check(json.has_value(), "an item is JSON");
    base::check(read_item(*json).value() == item, "an item comes back");
  }
  if (const auto order = from_item<orders::Order>(item)) {
    base::check(from_item<orders::Order>(to_item(*order)).has_value(), "an order comes back");
  }
  static_cast<void>(from_item<orders::Category>(item));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data + 1), size - 1);
  switch (static_cast<uint8_t>(data[0] - '0') % 5) {
    case 0:
      read_number(text);
      break;
    case 1:
      if (const auto item = read_get(text); item && *item) read_an_item(**item);
      break;
    case 2:
      if (const auto page = read_page(text)) {
        for (const Item& item : page->items) read_an_item(item);
      }
      break;
    case 3:
      static_cast<void>(read_batch(text, "orders"));
      break;
    default:
      if (const auto canceled = read_canceled(text, 2)) {
        base::check(canceled->failed.size() == 2, "each write has its reason");
        base::check(canceled->items.size() == 2, "each write has its item, or none");
      }
  }
  return 0;
}
