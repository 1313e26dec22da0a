#include "lambda/event_values.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "contract/events/event_schemas_source.h"
#include "contract/openapi/contract.h"
#include "lambda/testing/logged_for.h"
#include "orders/events.h"

namespace orders {
namespace {

using namespace penstock;
using lambda::Context;
using lambda::EventHandlers;
using lambda::EventValues;
using lambda::Outcome;
using lambda::Record;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::string_view kType = "com.example.orders.order_placed";

Outcome order_placed(const OrderPlaced& event, const Record&, Context& context) {
  context.log("PLACED", {{"id", event.order.id}, {"lines", event.order.lines.size()}});
  if (event.order.id == 13) return lambda::retry("unlucky");
  return lambda::done();
}

Outcome log_it(const Record& record, Context& context) {
  context.log("ANY", boost::json::value(record.event_type()));
  return lambda::done();
}

// Compiles the schemas of the contract's events, whose text `change` may change.
contract::EventSchemas schemas(std::string_view from = "", std::string_view to = "") {
  std::ifstream file(PENSTOCK_ORDERS_CONTRACT);
  std::string text{std::istreambuf_iterator<char>(file), {}};
  if (!from.empty()) text.replace(text.find(from), from.size(), to);
  const auto contract = contract::Contract::parse(text, "orders.openapi.yaml").value();
  const auto source = contract::EventSchemasSource::of(contract).value();
  std::vector<contract::EventSchemasText::Document> documents;
  for (const auto& [name, json] : source.documents) documents.push_back({name, json});
  std::vector<contract::EventSchemaText> events;
  for (const auto& [type, reference] : source.events) events.push_back({type, reference});
  return contract::EventSchemas::compile(
             {.dialect = source.dialect, .documents = documents, .schemas = events})
      .value();
}

class TypedEvents : public testing::Test {
 protected:
  // Returns the log of the handler, or why the record was not handled.
  std::vector<std::string> logged(std::optional<std::string_view> value,
                                  std::string_view type = kType) {
    Record record;
    record.topic = "orders";
    record.value = value;
    record.headers = {{"ce_type", type}};
    try {
      return lambda::testing::logged_for(handlers_, record, values_.readers());
    } catch (const std::runtime_error& error) {
      return {error.what()};
    }
  }

  const EventHandlers handlers_ = handlers(Events{.order_placed = order_placed, .any = log_it});
  EventValues values_ = EventValues::make(schemas(), handlers_).value();
};

std::string event(std::string_view id) {
  return R"({"order":{"lines":[{"sku":"TEA-0017","quantity":2}],"comment":"x","id":)" +
         std::string(id) + R"(,"status":"open","created_at":"2026-03-01T09:30:00Z"}})";
}

TEST_F(TypedEvents, ReachTheirHandlerAsAStruct) {
  EXPECT_THAT(logged(event("7")), ElementsAre(R"(INFO PLACED {"id":7,"lines":1})"));
  // Only the general way reads this number.
  EXPECT_THAT(logged(event("7.0")), ElementsAre(R"(INFO PLACED {"id":7,"lines":1})"));
  EXPECT_THAT(logged(event("13")), ElementsAre("the record was not handled: unlucky"));
  EXPECT_THAT(logged("{}", "other"), ElementsAre(R"(INFO ANY "other")"));
}

TEST_F(TypedEvents, ArePoisonIfTheyBreakTheirSchema) {
  EXPECT_THAT(
      logged(R"({"order":{}})"),
      ElementsAre(HasSubstr("the value breaks its event's schema: /order/lines is missing")));
  EXPECT_THAT(logged("{"), ElementsAre(HasSubstr("the value is not JSON")));
  EXPECT_THAT(logged(event("9223372036854775807")),
              ElementsAre(R"(INFO PLACED {"id":9223372036854775807,"lines":1})"));
  EXPECT_THAT(logged(std::nullopt), ElementsAre(HasSubstr("the record has no value")));
}

Outcome log_quantity(const Record&, Context& context) {
  context.log("QUANTITY", context.value().at("order").at("lines").at(0).at("quantity"));
  context.log("ID", context.value().at("order").at("id"));
  return lambda::done();
}

Outcome log_none(const Record&, Context& context) {
  context.log("NONE", {});
  return lambda::done();
}

// The handler of a type that takes the record gets the value as a tree, if it asks for it.
TEST_F(TypedEvents, AreATreeForAHandlerThatIsNotTyped) {
  for (const auto& [handler, lines] :
       {std::pair{&log_quantity, std::vector<std::string>{"INFO QUANTITY 2", "INFO ID 7"}},
        std::pair{&log_none, std::vector<std::string>{"INFO NONE null"}}}) {
    const EventHandlers untyped = handlers(Events{.order_placed = handler});
    EventValues values = EventValues::make(schemas(), untyped).value();
    Record record;
    record.headers = {{"ce_type", kType}};
    for (const std::string& value : {event("7"), event("7e0")}) {
      record.value = value;
      EXPECT_EQ(lambda::testing::logged_for(untyped, record, values.readers()), lines);
    }
    record.value = std::nullopt;
    if (handler == log_none) {
      EXPECT_EQ(lambda::testing::logged_for(untyped, record, values.readers()), lines);
    }
    for (const auto& [value, reason] :
         {std::pair{R"({"order":{}})", "the value breaks its event's schema: /order/lines is "},
          std::pair{"{", "the value is not JSON"}}) {
      record.value = value;
      lambda::testing::CapturedLog captured;
      lambda::InvocationLog log(captured.log(), "test");
      const Outcome outcome =
          handle(untyped, record, values.readers(), lambda::HandlerCalls{}, log);
      EXPECT_EQ(outcome.kind, Outcome::Kind::poison);
      EXPECT_THAT(outcome.reason, HasSubstr(reason));
    }
  }
}

// The struct is only there to check values. One that does not fit the schema is not used.
TEST_F(TypedEvents, AreATreeEvenIfTheStructDoesNotFit) {
  const EventHandlers untyped = handlers(Events{.order_placed = log_none});
  EventValues values =
      EventValues::make(schemas("quantity: {type: integer", "quantity: {type: string"), untyped)
          .value();
  const std::string value = event("7");
  EXPECT_FALSE(values.check(untyped.front(), value));
  Record record;
  record.headers = {{"ce_type", kType}};
  record.value = value;
  lambda::testing::CapturedLog captured;
  lambda::InvocationLog log(captured.log(), "test");
  EXPECT_EQ(handle(untyped, record, values.readers(), lambda::HandlerCalls{}, log).kind,
            Outcome::Kind::poison);
}

// The schemas are compiled when the first value comes, unless a handler is typed.
TEST(EventValues, CompileTheirSchemasWhenTheFirstValueComes) {
  const contract::EventSchemasText::Document documents[] = {
      {"e.json", R"({"openapi":"3.1.0","components":{"schemas":{"E":{"required":["id"]}}}})"}};
  const contract::EventSchemaText good[] = {{kType, "e.json#/components/schemas/E"}};
  const contract::EventSchemaText bad[] = {{kType, "e.json#/components/schemas/F"}};
  const contract::EventSchemasText sound{.documents = documents, .schemas = good};
  const contract::EventSchemasText broken{.documents = documents, .schemas = bad};
  const EventHandlers untyped = handlers(Events{.order_placed = log_none});
  const auto outcome_of = [&](EventValues& values, std::string_view value) {
    Record record;
    record.headers = {{"ce_type", kType}};
    record.value = value;
    lambda::testing::CapturedLog captured;
    lambda::InvocationLog log(captured.log(), "test");
    return handle(untyped, record, values.readers(), lambda::HandlerCalls{}, log);
  };
  EventValues values = EventValues::make(sound, untyped).value();
  EXPECT_EQ(outcome_of(values, R"({"id":1})").kind, Outcome::Kind::done);
  EXPECT_EQ(outcome_of(values, "{}").reason, "the value breaks its event's schema: /id is missing");
  // Nothing is lost by what cannot be compiled.
  EventValues unsound = EventValues::make(broken, untyped).value();
  for (int i = 0; i < 2; ++i) {
    const Outcome outcome = outcome_of(unsound, R"({"id":1})");
    EXPECT_EQ(outcome.kind, Outcome::Kind::retry);
    EXPECT_THAT(outcome.reason, HasSubstr("e.json"));
  }
  EXPECT_FALSE(EventValues::make(broken, handlers(Events{.order_placed = order_placed})));
}

TEST_F(TypedEvents, MustFitTheContract) {
  const auto made =
      EventValues::make(schemas("quantity: {type: integer", "quantity: {type: string"), handlers_);
  ASSERT_FALSE(made);
  EXPECT_THAT(made.error().message,
              AllOf(HasSubstr("event type com.example.orders.order_placed: /order/lines/*/quantity "
                              "is a whole number in the program"),
                    HasSubstr("build the program again")));
  const auto other = EventValues::make(schemas("orders.order_placed", "orders.other"), handlers_);
  ASSERT_FALSE(other);
  EXPECT_THAT(other.error().message, HasSubstr("the contract has no such event"));
}

}  // namespace
}  // namespace orders
