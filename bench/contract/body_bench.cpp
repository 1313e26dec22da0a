// Measures the CPU time of the contract engine for a body of about 1 KB, and its allocations.
#include <benchmark/benchmark.h>

#include <boost/json/parse.hpp>
#include <string>
#include <string_view>

#include "contract/schema/steps.h"
#include "json/arena.h"
#include "json/reader.h"
#include "measure.h"
#include "orders_body.h"

namespace penstock::bench {
namespace {

using benchmark::State;
using http::RequestMessage;

const contract::Contract& orders_contract() {
  static const contract::Contract kContract =
      must(contract::Contract::parse(kOrders, "orders.yaml"));
  return kContract;
}

struct Body {
  std::string text{kOrder};
  const contract::Schema* schema =
      orders_contract().paths()[0].operations[0].body->content[0].schema;
  json::Arena<8192> memory;  // RequestValidator has such an arena.
  json::Reader reader;

  boost::json::value read() {
    memory.reset();
    return *reader.read(text, memory.storage());
  }
  size_t violations(const boost::json::value& value) const {
    contract::Violations violations;
    contract::Steps steps;
    contract::validate(*schema, value, "body", "", contract::Direction::request, violations, steps);
    return violations.size();
  }
};

void body_parse(State& state) {
  Body body;
  measure(state, [&] { benchmark::DoNotOptimize(body.read()); });
  state.counters["bytes"] = static_cast<double>(body.text.size());
}

// Measures Boost.JSON for comparison. It does not find properties that come twice.
void body_parse_by_boost(State& state) {
  Body body;
  measure(state, [&] {
    body.memory.reset();
    benchmark::DoNotOptimize(boost::json::parse(body.text, body.memory.storage()));
  });
}

void body_validate(State& state) {
  Body body;
  const boost::json::value value = body.read();
  fail_unless(state, body.violations(value) == 0, "the body is valid and was refused");
  measure(state, [&] { benchmark::DoNotOptimize(body.violations(value)); });
}

void body_parse_and_validate(State& state) {
  Body body;
  measure(state, [&] { benchmark::DoNotOptimize(body.violations(body.read())); });
}

void body_three_violations(State& state) {
  Body body;
  boost::json::value value = body.read();
  value.at("email") = "jo.smith at example.com";
  value.at("priority") = 9;
  value.at("lines").at(3).at("quantity") = 0;
  fail_unless(state, body.violations(value) == 3, "three violations were not found");
  measure(state, [&] { benchmark::DoNotOptimize(body.violations(value)); });
}

// Measures what Api calls to turn a message into a valid request.
void body_request(State& state) {
  RequestMessage request;
  request.set_start_line(http::Verb::post, "POST", "/orders");
  request.add_header(http::Field::host, "Host", "127.0.0.1:8000");
  request.add_header(http::Field::content_type, "Content-Type", "application/json");
  request.body = kOrder;
  http::RequestValidator validator(orders_contract());
  bool valid = true;
  measure(state, [&] { valid = is_valid(validator, request) && valid; });
  fail_unless(state, valid, "the body is valid and was refused");
}

BENCHMARK(body_parse)->Name("body_1kb/parse");
BENCHMARK(body_parse_by_boost)->Name("body_1kb/parse_by_boost");
BENCHMARK(body_validate)->Name("body_1kb/validate");
BENCHMARK(body_parse_and_validate)->Name("body_1kb/parse_and_validate");
BENCHMARK(body_three_violations)->Name("body_1kb/validate_three_violations");
BENCHMARK(body_request)->Name("body_1kb/request");

}  // namespace
}  // namespace penstock::bench
