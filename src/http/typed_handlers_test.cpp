// Tests typed handlers: from a message to the answer, with the code of
// tests/support/orders_service.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "http/testing/handler_tester.h"
#include "json/writer.h"
#include "orders/operations.h"

namespace orders {
namespace {

using namespace penstock::http;
using penstock::http::testing::HandlerTester;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;

PlaceOrder::Answer place_order(const PlaceOrder& request) {
  if (request.dry_run) return answer(409, {.title = request.x_client.value_or("none")});
  const auto& body = request.body;
  Order order{.lines = body.lines, .payment = body.payment, .comment = body.comment};
  order.id = 7;
  order.created_at = request.received_at();
  return created(order).location("/orders/7").publish({.order = order});
}

ListOrders::Answer list_orders(const ListOrders& request) {
  std::vector<Order> orders;
  for (const int64_t id : request.ids.value_or(std::vector<int64_t>{})) {
    orders.push_back({.comment = std::to_string(request.limit), .id = id});
    if (request.status) orders.back().status = *request.status;
    orders.back().deliver_on = request.since;
  }
  return ok(orders);
}

// An untyped handler stands beside the typed ones.
Answer get_order(const Request& request) {
  return json({{"id", request.path("id")}, {"body", request.body()}}, 404);
}

DeleteOrder::Answer delete_order(const DeleteOrder& request) {
  if (request.id != 7) return answer(404, {.title = "x", .status = 404});
  if (request.conditions().precondition_failed(entity_tag(1))) return answer(412, {.title = "y"});
  return no_content();
}

PutNote::Answer put_note(const PutNote& request) {
  return ok(request.body.value_or("no body") + "!");
}

// A typed request may have an untyped answer.
Answer add_category(const AddCategory& request) {
  if (!request.body) return empty(200);
  return json(value(request.body->name + std::to_string(request.body->additional.size())));
}

const Handlers kTyped = handlers(Operations{.place_order = place_order,
                                            .list_orders = list_orders,
                                            .get_order = get_order,
                                            .delete_order = delete_order,
                                            .put_note = put_note,
                                            .add_category = add_category});

std::string contract_text() {
  std::ifstream file(PENSTOCK_ORDERS_CONTRACT);
  return {std::istreambuf_iterator<char>(file), {}};
}

class TypedHandlers : public ::testing::Test {
 protected:
  Answer post(std::string_view target, std::string body) {
    return tester_.ask({.method = "POST",
                        .target = target,
                        .body = std::move(body),
                        .headers = {{"content-type", "application/json"}},
                        .received_at = penstock::base::SystemTime{std::chrono::seconds(60)}});
  }
  // Returns the problem document with which the request is refused.
  std::string refused(std::string_view target, std::string body) {
    try {
      static_cast<void>(post(target, std::move(body)));
    } catch (const std::runtime_error& error) {
      return error.what();
    }
    return "";
  }

  const std::string text_ = contract_text();
  const penstock::contract::ContractFile file_{"orders.openapi.yaml", text_};
  HandlerTester tester_{{&file_, 1}, kTyped};
};

constexpr const char* kLine = R"({"comment":null,"lines":[{"sku":"TEA-0017","quantity":2}])";

TEST_F(TypedHandlers, GetTheBodyAsAStruct) {
  const Answer answer = post("/orders", std::string(kLine) + '}');
  EXPECT_EQ(answer.status(), 201u);
  EXPECT_EQ(penstock::json::to_text(*answer.body()),
            R"({"lines":[{"sku":"TEA-0017","quantity":2}],"comment":null,"id":7,"status":"open",)"
            R"("created_at":"1970-01-01T00:01:00Z"})");
  EXPECT_THAT(answer.headers(), ElementsAre(Pair("Location", "/orders/7")));
  EXPECT_EQ(answer.event()->at("order"), *answer.body());
}

TEST_F(TypedHandlers, GetWhatOnlyTheGeneralWayReads) {
  const Answer answer =
      post("/orders", std::string(kLine) + R"(,"payment":{"number":"4711","k\u0069nd":"card"}})");
  EXPECT_EQ(answer.status(), 201u);
  // The number of the card is write-only, so only the event has it.
  EXPECT_EQ(penstock::json::to_text(answer.body()->at("payment")), R"({"kind":"card"})");
  EXPECT_EQ(penstock::json::to_text(answer.event()->at("order").at("payment")),
            R"({"kind":"card","number":"4711"})");
}

TEST_F(TypedHandlers, GetParametersAsTheyAreDeclared) {
  const Answer none = tester_.ask({.target = "/orders"});
  EXPECT_TRUE(none.body()->as_array().empty());
  const Answer some =
      tester_.ask({.target = "/orders?ids=3&ids=4.0&status=in-transit&since=2026-03-01&limit=5"});
  EXPECT_EQ(penstock::json::to_text(some.body()->at(1)),
            R"({"lines":[],"comment":"5","deliver_on":"2026-03-01","id":4,"status":"in-transit",)"
            R"("created_at":"1970-01-01T00:00:00Z"})");
  EXPECT_EQ(tester_.ask({.target = "/orders?ids=3"}).body()->at(0).at("comment"), "10");
  const Answer dry =
      tester_.ask({.method = "POST",
                   .target = "/orders?dry-run=true",
                   .body = std::string(kLine) + '}',
                   .headers = {{"content-type", "application/json"}, {"x-client", "me"}}});
  EXPECT_EQ(dry.status(), 409u);
  EXPECT_EQ(dry.body()->at("title"), "me");
  EXPECT_EQ(tester_.ask({.method = "DELETE", .target = "/orders/7"}).status(), 204u);
  EXPECT_EQ(tester_.ask({.method = "DELETE", .target = "/orders/8"}).status(), 404u);
}

TEST_F(TypedHandlers, StandBesideUntypedOnes) {
  const Answer answer = tester_.ask({.target = "/orders/9"});
  EXPECT_EQ(penstock::json::to_text(*answer.body()), R"({"id":"9","body":null})");
}

TEST_F(TypedHandlers, KnowTheConditions) {
  const auto deleted = [&](std::string_view version) {
    return tester_
        .ask({.method = "DELETE", .target = "/orders/7", .headers = {{"If-Match", version}}})
        .status();
  };
  EXPECT_EQ(deleted("\"1\""), 204u);
  EXPECT_EQ(deleted("\"2\""), 412u);
}

TEST_F(TypedHandlers, GetTextAndOptionalBodies) {
  const auto put = [&](std::string body) {
    return *tester_
                .ask({.method = "PUT",
                      .target = "/orders/7/note",
                      .body = std::move(body),
                      .headers = {{"content-type", "text/plain"}}})
                .raw();
  };
  EXPECT_EQ(put("ring twice"), "ring twice!");
  EXPECT_EQ(*tester_.ask({.method = "PUT", .target = "/orders/7/note"}).raw(), "no body!");
  EXPECT_EQ(*post("/categories", R"({"name":"a","x":1})").body(), "a1");
  EXPECT_FALSE(post("/categories", "").has_body());
}

TEST_F(TypedHandlers, AreNotCalledForViolations) {
  EXPECT_THAT(refused("/orders", R"({"comment":5,"lines":[{"sku":"x","quantity":0}]})"),
              AllOf(HasSubstr("400 "), HasSubstr("/comment"), HasSubstr("/lines/0/sku"),
                    HasSubstr("/lines/0/quantity")));
  EXPECT_THAT(refused("/categories", R"({"name":"a","x":9223372036854775808})"),
              AllOf(HasSubstr("400 "), HasSubstr("fits into 64 bits")));
  EXPECT_THROW(static_cast<void>(tester_.ask({.target = "/orders?limit=2147483648"})),
               std::runtime_error);
  // The next request is not affected.
  EXPECT_EQ(post("/orders", std::string(kLine) + '}').status(), 201u);
}

TEST_F(TypedHandlers, MustFitTheContract) {
  const auto problem = [&](std::string_view from, std::string_view to) -> std::string {
    std::string text = text_;
    for (size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + 1)) {
      text.replace(at, from.size(), to);
    }
    EXPECT_NE(text, text_);
    const penstock::contract::ContractFile file{"t.yaml", text};
    try {
      const HandlerTester tester({&file, 1}, kTyped);
    } catch (const std::runtime_error& error) {
      return error.what();
    }
    return "";
  };
  EXPECT_THAT(problem("quantity: {type: integer", "quantity: {type: string"),
              AllOf(HasSubstr("operation 'place_order' does not fit this program, which was built "
                              "from another contract: build it again\n"),
                    HasSubstr("  PlaceOrder: the body: /lines/*/quantity is a whole number in the "
                              "program, and cannot be that in the contract\n"),
                    HasSubstr("  PlaceOrder: the answer 201: /lines/*/quantity is")));
  EXPECT_THAT(problem("[open, paid, in-transit]", "[open, paid, in-transit, lost]"),
              HasSubstr("ListOrders: query parameter 'status': it is the enumeration OrderStatus "
                        "in the program, and the contract has other values"));
  EXPECT_THAT(problem("name: limit", "name: max"),
              AllOf(HasSubstr("ListOrders: query parameter 'limit' is not in the contract"),
                    HasSubstr("query parameter 'max' is in the contract, and not in the program")));
  EXPECT_THAT(problem("required: true\n        content: {app", "content: {app"),
              HasSubstr("PlaceOrder: the body may be absent in the contract, and not in the "
                        "program"));
  // What changes no type changes nothing.
  EXPECT_THAT(problem("maximum: 99", "maximum: 98"), IsEmpty());
}

}  // namespace
}  // namespace orders
