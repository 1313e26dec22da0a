#include "dynamodb/typed_item.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <cmath>
#include <limits>
#include <random>
#include <string>

#include "dynamodb/value_json.h"
#include "json/equality.h"
#include "json/parse.h"
#include "orders/types.h"

namespace penstock::dynamodb {
namespace {

using testing::HasSubstr;

// Makes random orders.
class Chance {
 public:
  explicit Chance(uint64_t seed) : random_(seed) {}

  bool yes() { return number(0, 1) == 1; }
  int64_t number(int64_t low, int64_t high) {
    return std::uniform_int_distribution<int64_t>(low, high)(random_);
  }
  int64_t whole() {
    using Limits = std::numeric_limits<int64_t>;
    return yes() ? number(-10, 10) : number(Limits::min(), Limits::max());
  }
  double real() {
    const double digits = std::uniform_real_distribution<double>(-10, 10)(random_);
    return digits * std::pow(10.0, static_cast<double>(number(yes() ? -300 : -3, yes() ? 300 : 3)));
  }
  std::string text() {
    static constexpr const char* kParts[] = {"a",  "\"",         "\\", "\n", "ü",
                                             "日", "\U0001f41f", " ",  ""};
    std::string text;
    for (int64_t i = number(0, 5); i > 0; --i) text += kParts[number(0, 8)];
    return text;
  }
  boost::json::value json(int depth = 0) {
    switch (number(0, depth < 4 ? 7 : 5)) {
      case 0:
        return nullptr;
      case 1:
        return yes();
      case 2:
        return whole();
      case 3:
        return static_cast<uint64_t>(whole());
      case 4:
        return std::uniform_real_distribution<double>(-1e9, 1e9)(random_);
      case 5:
        return boost::json::value(text());
      case 6: {
        boost::json::array array;
        for (int64_t i = number(0, 3); i > 0; --i) array.push_back(json(depth + 1));
        return array;
      }
      default: {
        boost::json::object object;
        for (int64_t i = number(0, 3); i > 0; --i) object[text()] = json(depth + 1);
        return object;
      }
    }
  }
  orders::Order order() {
    orders::Order made;
    for (int64_t i = number(0, 3); i > 0; --i) {
      made.lines.push_back({.sku = text(), .quantity = whole(), .price = {}});
      if (yes()) made.lines.back().price = real();
    }
    if (yes()) made.payment = orders::Card{.kind = "card", .number = text()};
    if (yes()) made.payment = orders::Invoice{.kind = "invoice", .days = -7};
    if (yes()) made.comment = text();
    if (yes()) made.voucher.emplace();
    if (yes()) made.voucher.emplace(text());
    if (yes()) made.deliver_on = typed::Date(std::chrono::days(number(0, 40'000)));
    if (yes()) made.tags = {text(), text()};
    if (yes()) made.flags = {yes(), yes(), yes()};
    if (yes()) made.attributes = {{text(), text()}, {"b", text()}};
    if (yes()) made.extra = json();
    made.id = whole();
    made.status = static_cast<orders::OrderStatus>(number(0, 2));
    made.created_at = typed::DateTime(std::chrono::nanoseconds(whole() / 2));
    return made;
  }
  orders::Category category(int depth = 0) {
    orders::Category made{.name = text(), .parent = {}, .children = {}, .additional = {}};
    if (depth < 3 && yes()) made.parent = category(depth + 1);
    if (depth < 2 && yes()) made.children = {category(depth + 1), category(depth + 1)};
    if (yes()) made.additional = {{"x" + text(), whole()}};
    return made;
  }

 private:
  std::mt19937_64 random_;
};

// Sends an item over the wire and back.
Item sent(const Item& item) {
  std::string text;
  const auto done = append_item(text, item);
  EXPECT_TRUE(done) << done.error().message;
  return read_item(json::parse(text, {.depth_max = 100}).value()).value();
}

TEST(TypedItem, AnOrderComesBack) {
  Chance chance(1);
  for (int i = 0; i < 5000; ++i) {
    orders::Order order = chance.order();
    const auto read = from_item<orders::Order>(sent(to_item(order)));
    ASSERT_TRUE(read) << read.error().message;
    orders::Order back = *read;
    // JSON's equality does not tell 7 from 7.0.
    ASSERT_EQ(order.extra.has_value(), back.extra.has_value());
    if (order.extra) {
      EXPECT_TRUE(json::equal(*order.extra, *back.extra)) << *order.extra;
    }
    order.extra.reset();
    back.extra.reset();
    EXPECT_EQ(order, back);
  }
}

TEST(TypedItem, ACategoryComesBack) {
  Chance chance(2);
  for (int i = 0; i < 2000; ++i) {
    const orders::Category category = chance.category();
    const auto read = from_item<orders::Category>(sent(to_item(category)));
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(category, *read);
  }
}

TEST(TypedItem, HasTheTypesOfDynamoDb) {
  orders::Order order;
  order.lines = {{.sku = "a", .quantity = 2, .price = 0.5}};
  order.payment = orders::Invoice{.kind = "", .days = 30};
  order.voucher.emplace();
  order.flags = {true};
  order.id = std::numeric_limits<int64_t>::min();
  order.status = orders::OrderStatus::in_transit;
  EXPECT_EQ(
      to_item(order),
      (Item{{"lines",
             List{Map{{"sku", "a"}, {"quantity", 2}, {"price", Number::parse("0.5").value()}}}},
            {"payment", Map{{"kind", "invoice"}, {"days", 30}}},
            {"voucher", Null{}},
            {"flags", List{true}},
            {"id", Number(std::numeric_limits<int64_t>::min())},
            {"status", "in-transit"},
            {"comment", Null{}},
            {"created_at", "1970-01-01T00:00:00Z"}}));
  EXPECT_EQ(value_of(order.status), Value("in-transit"));
}

TEST(TypedItem, ADoubleBeyondDynamoDbIsAText) {
  for (const double number : {1e300, -1e-300, std::numeric_limits<double>::infinity()}) {
    const Value value = value_of(number);
    ASSERT_TRUE(value.as<std::string>());
    double back = 0;
    ASSERT_TRUE(from_value(typed::type_of<double>(), value, &back));
    EXPECT_EQ(back, number);
  }
  double back = 0;
  EXPECT_FALSE(from_value(typed::type_of<double>(), "0.5", &back));  // to_item() makes a number.
  EXPECT_FALSE(from_value(typed::type_of<double>(), "x", &back));
}

TEST(TypedItem, IgnoresWhatItDoesNotKnow) {
  Item item =
      to_item(orders::Category{.name = "a", .parent = {}, .children = {}, .additional = {}});
  item.emplace("penstock_applied", Map{{"t-0", 1}});
  EXPECT_TRUE(from_item<orders::Category>(item).value().additional.empty());
  Item order = to_item(orders::Order{});
  order.emplace("unknown", 1);
  EXPECT_TRUE(from_item<orders::Order>(order));
}

TEST(TypedItem, ReadsSetsAsLists) {
  Item order = to_item(orders::Order{});
  order["tags"] = StringSet{{"a", "b"}};
  EXPECT_EQ(from_item<orders::Order>(order).value().tags, (std::vector<std::string>{"a", "b"}));
}

TEST(TypedItem, SaysWhatIsWrong) {
  const Item right = to_item(orders::Order{});
  const auto wrong = [&](const char* name, const Value& value) {
    Item item = right;
    item.insert_or_assign(name, value);
    const auto read = from_item<orders::Order>(item);
    return read ? std::string("accepted") : read.error().message;
  };
  EXPECT_THAT(wrong("id", "7"), HasSubstr("in \"id\": it is not a whole number"));
  EXPECT_THAT(wrong("id", Number::parse("0.5").value()), HasSubstr("64 bits"));
  EXPECT_THAT(wrong("status", "lost"), HasSubstr("in \"status\": it is none of the texts"));
  EXPECT_THAT(wrong("created_at", "today"), HasSubstr("not a time"));
  EXPECT_THAT(wrong("deliver_on", "2026-02-30"), HasSubstr("not a date"));
  EXPECT_THAT(wrong("lines", 1), HasSubstr("in \"lines\": it is not a list"));
  EXPECT_THAT(wrong("lines", List{Map{{"sku", "a"}}}), HasSubstr("\"quantity\" is missing"));
  EXPECT_THAT(wrong("payment", Map{{"kind", "cash"}}), HasSubstr("\"kind\" is not the name"));
  EXPECT_THAT(wrong("payment", Map{{"kind", "invoice"}, {"days", Number(int64_t{1} << 40)}}),
              HasSubstr("32 bits"));
  EXPECT_THAT(wrong("flags", List{1}), HasSubstr("not true or false"));
  EXPECT_THAT(wrong("extra", StringSet{{"a"}}), HasSubstr("not JSON"));
  EXPECT_THAT(wrong("comment", Binary{"x"}), HasSubstr("not a text"));
  Item item = right;
  item.erase("id");
  EXPECT_THAT(from_item<orders::Order>(item).error().message, HasSubstr("\"id\" is missing"));
}

}  // namespace
}  // namespace penstock::dynamodb
