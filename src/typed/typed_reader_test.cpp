#include "typed/typed_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "orders/types.h"
#include "support/typed_orders.h"

namespace penstock::typed {
namespace {

using contract::Direction;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const contract::Schema* new_order() {
  return operation(orders_contract(), "place_order").body->content[0].schema;
}
const contract::Schema* order() {
  return operation(orders_contract(), "get_order").responses[0].content[0].schema;
}
const contract::Schema* category() {
  return operation(orders_contract(), "add_category").body->content[0].schema;
}

// Reads a text as one of the orders' types, and expects that both ways agree.
template <class T>
BothWays<T> read(const contract::Schema* schema, std::string_view text,
                 Direction direction = Direction::request) {
  const Plan plan = Plan::make(schema, type_of<T>(), direction).value();
  auto both = read_both_ways<T>(plan, schema, text);
  EXPECT_TRUE(both.agree()) << text << " steps " << both.quick_steps << ' ' << both.general_steps;
  return both;
}

// Reads a text that the reader must not give up.
template <class T>
T quick(const contract::Schema* schema, std::string_view text,
        Direction direction = Direction::request) {
  auto both = read<T>(schema, text, direction);
  EXPECT_TRUE(both.quick) << text;
  EXPECT_THAT(both.violations, IsEmpty()) << text;
  return both.quick.value_or(T{});
}

// Returns the first violation of a new order, as "POINTER:KEYWORD", or "" if it is valid. The
// reader must give it up.
std::string refusal(std::string_view text) {
  const auto both = read<orders::NewOrder>(new_order(), text);
  EXPECT_FALSE(both.quick) << text;
  if (both.violations.empty()) return "";
  return both.violations[0].where + ':' + std::string(both.violations[0].keyword);
}

TEST(TypedReader, FillsAStructWithAllItsMembers) {
  const auto made = quick<orders::NewOrder>(new_order(), R"( {
    "lines": [{"sku": "TEA-0017", "quantity": 2, "price": 7.95},
              {"quantity": 1, "sku": "TEA-0018", "price": 12}],
    "payment": {"kind": "bill", "days": 14},
    "comment": "Zo\u00eb \"x\" ë",
    "voucher": "V",
    "deliver_on": "2026-02-28",
    "tags": ["tea", "spring"],
    "flags": [true, false],
    "attributes": {"b": "2", "a": "1"},
    "extra": {"any": [1, 2.5, null]},
    "unknown": 5, "other": {"deep": []}
  } )");
  ASSERT_EQ(made.lines.size(), 2u);
  EXPECT_EQ(made.lines[0], (orders::Line{.sku = "TEA-0017", .quantity = 2, .price = 7.95}));
  EXPECT_EQ(made.lines[1].price, 12.0);
  EXPECT_EQ(std::get<orders::Invoice>(*made.payment).days, 14);
  EXPECT_EQ(made.comment, "Zoë \"x\" ë");
  EXPECT_EQ(**made.voucher, "V");
  EXPECT_EQ(made.deliver_on, Date(std::chrono::year(2026) / 2 / 28));
  EXPECT_THAT(*made.tags, ElementsAre("tea", "spring"));
  EXPECT_THAT(*made.flags, ElementsAre(true, false));
  EXPECT_EQ(made.attributes->at("a"), "1");
  EXPECT_EQ(made.extra->at("any").at(1), 2.5);
}

TEST(TypedReader, DistinguishesNullFromAbsence) {
  const auto absent = quick<orders::NewOrder>(
      new_order(), R"({"comment":null,"lines":[{"sku":"TEA-0017","quantity":1}]})");
  EXPECT_FALSE(absent.comment);
  EXPECT_FALSE(absent.voucher);
  EXPECT_FALSE(absent.tags);
  EXPECT_FALSE(absent.lines[0].price);
  const auto null = quick<orders::NewOrder>(
      new_order(),
      R"({"comment":"","voucher":null,"extra":null,"lines":[{"sku":"TEA-0017","quantity":1}]})");
  EXPECT_EQ(null.comment, "");
  ASSERT_TRUE(null.voucher);
  EXPECT_FALSE(*null.voucher);
  EXPECT_TRUE(null.extra->is_null());
}

TEST(TypedReader, ReadsRecursiveTypesAndOtherProperties) {
  const auto made = quick<orders::Category>(
      category(),
      R"({"name":"a","children":[{"name":"b","parent":{"name":"c","x":1}},{"name":"d"}],"y":2})");
  EXPECT_EQ((*made.children)[0].parent->operator*().additional.at("x"), 1);
  EXPECT_EQ(made.additional.at("y"), 2);
}

TEST(TypedReader, ReadsWhatGoesInOneDirection) {
  constexpr std::string_view kOrder =
      R"({"lines":[{"sku":"TEA-0017","quantity":1}],"comment":null,"id":7,"status":"in-transit",)"
      R"("created_at":"2026-03-01T09:30:00.25+01:00"})";
  const auto made = quick<orders::Order>(order(), kOrder, Direction::neither);
  EXPECT_EQ(made.id, 7);
  EXPECT_EQ(made.status, orders::OrderStatus::in_transit);
  EXPECT_EQ(made.created_at, DateTime(std::chrono::milliseconds(1'772'353'800'250)));
  // A request must not have the id.
  EXPECT_FALSE(read<orders::Order>(order(), kOrder).general);
  const auto sent = quick<orders::Order>(
      order(), R"({"lines":[{"sku":"TEA-0017","quantity":1}],"comment":null,"status":"open",)"
               R"("created_at":"2026-03-01T09:30:00Z"})");
  EXPECT_EQ(sent.id, 0);
}

TEST(TypedReader, LeavesViolationsToTheGeneralWay) {
  const auto with = [](std::string_view member) {
    return R"({"comment":null,"lines":[{"sku":"TEA-0017","quantity":1}],)" + std::string(member) +
           '}';
  };
  EXPECT_EQ(refusal(R"({"comment":null})"), "/lines:required");
  EXPECT_EQ(refusal(R"({"comment":null,"lines":[]})"), "/lines:minItems");
  EXPECT_EQ(refusal(R"({"comment":null,"lines":[{"sku":"TEA-17","quantity":1}]})"),
            "/lines/0/sku:pattern");
  EXPECT_EQ(refusal(R"({"comment":null,"lines":[{"sku":"TEA-0017","quantity":0}]})"),
            "/lines/0/quantity:minimum");
  EXPECT_EQ(refusal(R"({"comment":null,"lines":[{"sku":"TEA-0017","quantity":100}]})"),
            "/lines/0/quantity:maximum");
  EXPECT_EQ(refusal(R"({"comment":null,"lines":[{"sku":"TEA-0017","quantity":1,"x":1}]})"),
            "/lines/0/x:additionalProperties");
  EXPECT_EQ(refusal(R"({"comment":null,"lines":[{"sku":"TEA-0017","quantity":1,"price":0.001}]})"),
            "/lines/0/price:multipleOf");
  EXPECT_EQ(refusal(with(R"("tags":["a","b","a"])")), "/tags:uniqueItems");
  EXPECT_EQ(refusal(with(R"("deliver_on":"2026-02-29")")), "/deliver_on:format");
  EXPECT_EQ(refusal(with(R"("flags":[null])")), "/flags/0:type");
  EXPECT_EQ(refusal(with(R"("attributes":{"a":1})")), "/attributes/a:type");
  EXPECT_EQ(refusal(with(R"("payment":{"kind":"cash"})")), "/payment/kind:discriminator");
  EXPECT_EQ(refusal(with(R"("payment":{"kind":"card"})")), "/payment/number:required");
  EXPECT_EQ(refusal(with(R"("voucher":5)")), "/voucher:type");
  EXPECT_EQ(refusal(R"([])"), ":type");
  EXPECT_EQ(refusal(""), ":content");
  EXPECT_EQ(refusal(with(R"("x":1,"x":2)")), ":content");
  EXPECT_EQ(refusal(with(R"("comment":null)")), ":content");
  EXPECT_EQ(refusal(with("\"x\":\"\xff\"")), ":content");
  EXPECT_EQ(refusal(with(R"("x":1)") + "x"), ":content");
  EXPECT_EQ(refusal(with(R"("x":)" + std::string(40, '[') + std::string(40, ']'))), ":content");
}

TEST(TypedReader, GivesUpWhatIsRareButValid) {
  // The general way decides, and both have the same values.
  EXPECT_EQ(refusal(R"({"comment":null,"lines":[{"sku":"TEA-0017","quantity":1.0}]})"), "");
  EXPECT_EQ(refusal(R"({"comm\u0065nt":null,"lines":[{"sku":"TEA-0017","quantity":1}]})"), "");
  EXPECT_EQ(refusal(R"({"comment":null,"lines":[{"sku":"TEA-0017","quantity":1}],)"
                    R"("payment":{"days":3,"kind":"invoice"}})"),
            "");
}

TEST(TypedReader, GivesBackTheStepsOfATextThatItGivesUp) {
  const Plan plan =
      Plan::make(new_order(), type_of<orders::NewOrder>(), Direction::request).value();
  orders::NewOrder made;
  contract::Steps steps;
  EXPECT_FALSE(Reader().read(plan, R"({"comment":null,"lines":[]})", &made, steps));
  EXPECT_EQ(steps.taken(), 0u);
  contract::Steps few(100);
  EXPECT_FALSE(Reader().read(plan, R"({"comment":null,"lines":[{"sku":"TEA-0017","quantity":1}]})",
                             &made, few));
  EXPECT_FALSE(few.exhausted());
}

TEST(TypedReader, BoundsTheDepth) {
  std::string text = R"({"name":"a"})";
  for (int depth = 1; depth < 32; ++depth) text = R"({"name":"a","parent":)" + text + '}';
  quick<orders::Category>(category(), text);
  EXPECT_FALSE(read<orders::Category>(category(), R"({"name":"a","parent":)" + text + '}').general);
}

TEST(TypedReader, ReportsWholeNumbersThatTheTypeCannotHave) {
  const auto beyond = read<orders::Category>(category(), R"({"name":"a","x":9223372036854775808})");
  EXPECT_FALSE(beyond.quick);
  ASSERT_EQ(beyond.violations.size(), 1u);
  EXPECT_EQ(beyond.violations[0].where, "/x");
  EXPECT_EQ(beyond.violations[0].message, "must be a whole number that fits into 64 bits");
  EXPECT_FALSE(read<orders::Category>(category(), R"({"name":"a","x":1e300})").general);
  EXPECT_EQ(
      read<orders::Category>(category(), R"({"name":"a","x":5.0})").general->additional.at("x"), 5);
}

struct Point {
  int64_t x = 0;
  std::optional<std::string> label = {};
};
const Type& describe(const Point*) {
  static constexpr Member kMembers[] = {member<&Point::x>("x"),
                                        optional_member<&Point::label>("label")};
  static constexpr RecordTable kTable = {.members = kMembers};
  static constexpr Type kType = record_type<Point>("Point", kTable);
  return kType;
}

TEST(TypedPlan, RefusesATypeOfAnotherContract) {
  const auto problems = [](std::string_view schema) {
    const std::string text =
        "openapi: 3.0.3\ninfo: {title: t, version: '1'}\npaths:\n  /:\n"
        "    post:\n      operationId: a\n"
        "      responses: {'204': {description: d}}\n"
        "      requestBody: {content: {application/json: {schema: " +
        std::string(schema) + "}}}\n";
    const auto contract = contract::Contract::parse(text, "t.yaml").value();
    const auto plan = Plan::make(operation(contract, "a").body->content[0].schema, type_of<Point>(),
                                 Direction::request);
    return plan ? std::string() : plan.error().message;
  };
  EXPECT_EQ(problems("{required: [x], properties: {x: {type: integer}, label: {type: string}}}"),
            "");
  EXPECT_EQ(problems("{required: [x], properties: {x: {type: string}, label: {type: string}}}"),
            "/x is a whole number in the program, and cannot be that in the contract");
  EXPECT_EQ(problems("{properties: {x: {type: integer}, label: {type: string}}}"),
            "/x may be absent in the contract, and not in the program");
  EXPECT_EQ(problems("{required: [x], properties: {x: {type: integer}}}"),
            "/label is a member of Point, and not in the contract");
  EXPECT_EQ(problems("{required: [x], properties: {x: {type: integer}, label: {type: string}, "
                     "y: {type: integer}}}"),
            "/y is in the contract, and Point has no such member");
  EXPECT_EQ(problems("{type: array, items: {}}"),
            "it is an object in the program, and cannot be that in the contract");
  EXPECT_THAT(Plan::make(new_order(), type_of<orders::Line>(), Direction::request).error().message,
              HasSubstr("/sku is a member of Line, and not in the contract\n"));
}

}  // namespace
}  // namespace penstock::typed
