#include "typed/to_value.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "json/writer.h"
#include "orders/types.h"
#include "support/typed_orders.h"
#include "typed/time_values.h"

namespace penstock::typed {
namespace {

using contract::Direction;

template <class T>
std::string text(const T& object, Direction direction = Direction::neither) {
  return json::to_text(to_value(type_of<T>(), &object, direction));
}

TEST(ToValue, WritesTheMembersInTheOrderOfTheContract) {
  orders::Order order{.lines = {{.sku = "TEA-0017", .quantity = 2, .price = 7.5}},
                      .comment = "x",
                      .tags = {{"a"}},
                      .flags = {{true}},
                      .attributes = {{{"k", "v"}}},
                      .extra = boost::json::value(5),
                      .id = 7,
                      .status = orders::OrderStatus::in_transit};
  order.voucher.emplace();
  order.deliver_on = std::chrono::year(2026) / 3 / 1;
  EXPECT_EQ(text(order), R"({"lines":[{"sku":"TEA-0017","quantity":2,"price":7.5}],"comment":"x",)"
                         R"("voucher":null,"deliver_on":"2026-03-01","tags":["a"],"flags":[true],)"
                         R"("attributes":{"k":"v"},"extra":5,"id":7,"status":"in-transit",)"
                         R"("created_at":"1970-01-01T00:00:00Z"})");
}

TEST(ToValue, NamesTheAlternativeOfAVariant) {
  EXPECT_EQ(text(orders::Payment{orders::Invoice{}}), R"({"kind":"invoice"})");
  EXPECT_EQ(text(orders::Payment{orders::Invoice{.kind = "bill"}}), R"({"kind":"bill"})");
  EXPECT_EQ(text(orders::Payment{orders::Card{.kind = "bill", .number = "4711"}}),
            R"({"kind":"card","number":"4711"})");
}

TEST(ToValue, LeavesOutWhatGoesTheOtherWay) {
  const orders::Card card{.kind = "card", .number = "4711"};
  EXPECT_EQ(text(card, Direction::response), R"({"kind":"card"})");
  EXPECT_EQ(text(card), R"({"kind":"card","number":"4711"})");
}

TEST(ToValue, WritesRecursiveTypesAndOtherProperties) {
  orders::Category category{.name = "a", .additional = {{"x", 1}, {"name", 2}}};
  category.parent = orders::Category{.name = "b"};
  category.children.emplace();
  EXPECT_EQ(text(category), R"({"name":"a","parent":{"name":"b"},"children":[],"x":1})");
}

TEST(Times, AreReadAndWritten) {
  const auto again = [](std::string_view time) {
    const auto read = read_date_time(time);
    return read ? text_of(*read) : std::string();
  };
  EXPECT_EQ(again("2026-03-01T09:30:00Z"), "2026-03-01T09:30:00Z");
  EXPECT_EQ(again("2026-03-01t09:30:00.5z"), "2026-03-01T09:30:00.500Z");
  EXPECT_EQ(again("2026-03-01T09:30:00.1234-01:30"), "2026-03-01T11:00:00.123400Z");
  EXPECT_EQ(again("2026-03-01T09:30:00.1234567890123+00:00"), "2026-03-01T09:30:00.123456789Z");
  EXPECT_EQ(again("2016-12-31T23:59:60Z"), "2017-01-01T00:00:00Z");
  EXPECT_EQ(again("1969-12-31T23:59:59.999Z"), "1969-12-31T23:59:59.999Z");
  for (const char* time :
       {"", "2026-03-01", "2026-03-01T09:30:00", "2026-03-01T09:30Z", "2026-03-01T24:00:00Z",
        "2026-02-30T09:30:00Z", "2026-03-01T09:30:00.Z", "2026-03-01T09:30:00.5",
        "2026-03-01T09:30:00+1:00", "2026-03-01T09:30:00Zx", "2263-01-01T00:00:00Z",
        "1677-01-01T00:00:00Z", "0000-01-01T00:00:00Z", "2026-03-01T09:30:00+24:00"}) {
    EXPECT_EQ(again(time), "") << time;
  }
  EXPECT_EQ(again("1677-09-21T00:12:44Z"), "1677-09-21T00:12:44Z");
  EXPECT_EQ(again("2262-04-11T23:47:15.999Z"), "2262-04-11T23:47:15.999Z");
  EXPECT_FALSE(read_date("2026-02-29"));
  EXPECT_EQ(text_of(*read_date("0000-02-29")), "0000-02-29");
}

}  // namespace
}  // namespace penstock::typed
