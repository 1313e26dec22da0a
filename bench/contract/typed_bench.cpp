// Measures a typed body of about 1 KB: read, validated and used, against the general way.
#include <benchmark/benchmark.h>

#include <boost/json/value.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "contract/schema/steps.h"
#include "json/arena.h"
#include "json/reader.h"
#include "measure.h"
#include "orders_body.h"
#include "typed/describe.h"
#include "typed/object.h"
#include "typed/plan.h"
#include "typed/typed_reader.h"

namespace penstock::bench {

// These are as a generator writes them.
enum class Status { new_, paid, packed, sent, returned };
enum class Country { de, fr, gb, it, pl };

struct Address {
  std::string street = {};
  std::string city = {};
  std::string postcode = {};
  Country country = {};
};

struct OrderLine {
  std::string sku = {};
  int64_t quantity = 0;
  double price = 0;
};

struct BenchOrder {
  std::string id = {};
  std::string number = {};
  Status status = {};
  typed::DateTime created_at = {};
  std::optional<typed::Date> due = {};
  std::string email = {};
  std::string name = {};
  std::optional<std::string> phone = {};
  std::optional<std::string> note = {};
  std::string currency = {};
  double total = 0;
  int64_t quantity = 0;
  std::optional<int32_t> priority = {};
  std::optional<double> discount = {};
  std::optional<bool> gift = {};
  std::optional<std::vector<std::string>> tags = {};
  std::optional<std::string> website = {};
  std::optional<std::string> client = {};
  Address address = {};
  std::vector<OrderLine> lines = {};
};

namespace {

constexpr std::string_view kStatusTexts[] = {"new", "paid", "packed", "sent", "returned"};
constexpr std::string_view kCountryTexts[] = {"DE", "FR", "GB", "IT", "PL"};

}  // namespace

const typed::Type& describe(const Status*) {
  static constexpr auto kType = typed::enumeration_type<Status>("Status", kStatusTexts);
  return kType;
}

const typed::Type& describe(const Country*) {
  static constexpr auto kType = typed::enumeration_type<Country>("Country", kCountryTexts);
  return kType;
}

const typed::Type& describe(const Address*) {
  static constexpr typed::Member kMembers[] = {
      typed::member<&Address::street>("street"), typed::member<&Address::city>("city"),
      typed::member<&Address::postcode>("postcode"), typed::member<&Address::country>("country")};
  static constexpr typed::RecordTable kTable = {.members = kMembers};
  static constexpr auto kType = typed::record_type<Address>("Address", kTable);
  return kType;
}

const typed::Type& describe(const OrderLine*) {
  static constexpr typed::Member kMembers[] = {typed::member<&OrderLine::sku>("sku"),
                                               typed::member<&OrderLine::quantity>("quantity"),
                                               typed::member<&OrderLine::price>("price")};
  static constexpr typed::RecordTable kTable = {.members = kMembers};
  static constexpr auto kType = typed::record_type<OrderLine>("OrderLine", kTable);
  return kType;
}

const typed::Type& describe(const BenchOrder*) {
  using typed::member;
  using typed::optional_member;
  static constexpr typed::Member kMembers[] = {member<&BenchOrder::id>("id"),
                                               member<&BenchOrder::number>("number"),
                                               member<&BenchOrder::status>("status"),
                                               member<&BenchOrder::created_at>("created_at"),
                                               optional_member<&BenchOrder::due>("due"),
                                               member<&BenchOrder::email>("email"),
                                               member<&BenchOrder::name>("name"),
                                               optional_member<&BenchOrder::phone>("phone"),
                                               optional_member<&BenchOrder::note>("note"),
                                               member<&BenchOrder::currency>("currency"),
                                               member<&BenchOrder::total>("total"),
                                               member<&BenchOrder::quantity>("quantity"),
                                               optional_member<&BenchOrder::priority>("priority"),
                                               optional_member<&BenchOrder::discount>("discount"),
                                               optional_member<&BenchOrder::gift>("gift"),
                                               optional_member<&BenchOrder::tags>("tags"),
                                               optional_member<&BenchOrder::website>("website"),
                                               optional_member<&BenchOrder::client>("client"),
                                               member<&BenchOrder::address>("address"),
                                               member<&BenchOrder::lines>("lines")};
  static constexpr typed::RecordTable kTable = {.members = kMembers};
  static constexpr auto kType = typed::record_type<BenchOrder>("BenchOrder", kTable);
  return kType;
}

namespace {

using benchmark::State;

const contract::Schema* order_schema() {
  static const contract::Contract kContract =
      must(contract::Contract::parse(kOrders, "orders.yaml"));
  return kContract.paths()[0].operations[0].body->content[0].schema;
}

// What a handler does with an order: it adds up the lines, and looks at the other members.
struct Use {
  double sum = 0;
  size_t bytes = 0;

  void text(std::string_view text) { bytes += text.size(); }
};

Use use(const BenchOrder& order) {
  Use use;
  for (const OrderLine& line : order.lines) {
    use.sum += static_cast<double>(line.quantity) * line.price;
    use.text(line.sku);
  }
  for (const std::string* text :
       {&order.id, &order.number, &order.email, &order.name, &order.currency, &order.address.street,
        &order.address.city, &order.address.postcode}) {
    use.text(*text);
  }
  for (const auto* text : {&order.phone, &order.note, &order.website, &order.client}) {
    if (*text) use.text(**text);
  }
  if (order.tags) {
    for (const std::string& tag : *order.tags) use.text(tag);
  }
  if (order.status == Status::paid && order.address.country == Country::de) use.sum += 1;
  use.sum += order.total + static_cast<double>(order.quantity) + order.priority.value_or(0) +
             order.discount.value_or(0) + (order.gift.value_or(false) ? 1 : 0);
  return use;
}

Use use(const boost::json::value& order) {
  Use use;
  const auto text = [&](const boost::json::value& object, std::string_view name) {
    if (const auto* found = object.as_object().if_contains(name)) use.text(found->as_string());
  };
  const auto number = [&](std::string_view name) {
    const auto* found = order.as_object().if_contains(name);
    return found != nullptr ? found->to_number<double>() : 0;
  };
  for (const boost::json::value& line : order.at("lines").as_array()) {
    use.sum += line.at("quantity").to_number<double>() * line.at("price").to_number<double>();
    text(line, "sku");
  }
  for (const std::string_view name :
       {"id", "number", "email", "name", "currency", "phone", "note", "website", "client"}) {
    text(order, name);
  }
  const boost::json::value& address = order.at("address");
  for (const std::string_view name : {"street", "city", "postcode"}) text(address, name);
  if (const auto* tags = order.as_object().if_contains("tags")) {
    for (const boost::json::value& tag : tags->as_array()) use.text(tag.as_string());
  }
  if (order.at("status") == "paid" && address.at("country") == "DE") use.sum += 1;
  use.sum += number("total") + number("quantity") + number("priority") + number("discount");
  if (const auto* gift = order.as_object().if_contains("gift");
      gift != nullptr && gift->as_bool()) {
    use.sum += 1;
  }
  return use;
}

void general(State& state) {
  const contract::Schema& schema = *order_schema();
  json::Arena<8192> memory;
  json::Reader reader;
  Use last;
  bool valid = true;
  measure(state, [&] {
    memory.reset();
    contract::Steps steps;
    contract::Violations violations;
    const auto value = contract::read_paid(reader, kOrder, memory.storage(), steps);
    contract::validate(schema, *value, "body", "", contract::Direction::request, violations, steps);
    valid = valid && violations.empty();
    last = use(*value);
    benchmark::DoNotOptimize(last);
  });
  fail_unless(state, valid, "the body is valid and was refused");
  state.counters["sum"] = last.sum;
}

void typed_body(State& state) {
  const typed::Plan plan =
      typed::Plan::make(order_schema(), typed::type_of<BenchOrder>(), contract::Direction::request)
          .value();
  typed::Reader reader;
  typed::Object order(typed::type_of<BenchOrder>());
  Use last;
  bool valid = true;
  measure(state, [&] {
    order.reset();
    contract::Steps steps;
    valid = reader.read(plan, kOrder, order.get(), steps) && valid;
    last = use(*static_cast<const BenchOrder*>(order.get()));
    benchmark::DoNotOptimize(last);
  });
  fail_unless(state, valid, "the body was not read in the quick way");
  state.counters["sum"] = last.sum;
}

// A service makes a plan for each body, parameter, answer and event at its start.
void typed_plan(State& state) {
  const contract::Schema* schema = order_schema();
  measure(state, [&] {
    const auto plan =
        typed::Plan::make(schema, typed::type_of<BenchOrder>(), contract::Direction::request);
    benchmark::DoNotOptimize(plan.has_value());
  });
}

BENCHMARK(general)->Name("body_1kb/read_validate_use");
BENCHMARK(typed_body)->Name("body_1kb/typed_read_validate_use");
BENCHMARK(typed_plan)->Name("body_1kb/typed_plan");

}  // namespace
}  // namespace penstock::bench
