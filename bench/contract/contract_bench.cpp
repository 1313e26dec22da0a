// Measures the CPU time of the contract engine, and what it allocates; see bench/README.md.
#include <benchmark/benchmark.h>
#include <fcntl.h>

#include <boost/asio/io_context.hpp>
#include <boost/json/parse.hpp>
#include <cstdio>
#include <cstdlib>
#include <new>

#include "contract/document/document.h"
#include "contract/openapi/arguments.h"
#include "contract/openapi/contract_files.h"
#include "handlers.h"
#include "http/answer_writer.h"
#include "http/api.h"
#include "json/reader.h"
#include "json/writer.h"
#include "large_document.h"
#include "support/counted_new.h"

namespace penstock::bench {
namespace {

using namespace std::chrono_literals;
using benchmark::State;
using http::RequestMessage;

constexpr size_t kLargeBytes = 1'000'000;

constexpr std::string_view kOrders = R"(
openapi: 3.0.3
info: {title: Orders, version: 1.0.0}
paths:
  /orders:
    post:
      operationId: createOrder
      requestBody: {required: true,
        content: {application/json: {schema: {$ref: '#/components/schemas/Order'}}}}
      responses: {'204': {description: It was taken.}}
components:
  schemas:
    Order:
      type: object
      additionalProperties: false
      required: [id, number, status, created_at, email, name, currency, total, quantity, address,
        lines]
      properties:
        id: {type: string, format: uuid}
        number: {type: string, pattern: '^[A-Z]{2}-[0-9]{6}$'}
        status: {type: string, enum: [new, paid, packed, sent, returned]}
        created_at: {type: string, format: date-time}
        due: {type: string, format: date}
        email: {type: string, format: email}
        name: {type: string, minLength: 1, maxLength: 80}
        phone: {type: string, pattern: '^\+[0-9 ]{6,20}$'}
        note: {type: string, maxLength: 300}
        currency: {type: string, pattern: '^[A-Z]{3}$'}
        total: {type: number, minimum: 0, multipleOf: 0.01}
        quantity: {type: integer, minimum: 1, maximum: 100}
        priority: {type: integer, format: int32, minimum: 1, maximum: 5}
        discount: {type: number, minimum: 0, maximum: 1, exclusiveMaximum: true}
        gift: {type: boolean}
        tags: {type: array, maxItems: 10, uniqueItems: true,
          items: {type: string, minLength: 1, maxLength: 20}}
        website: {type: string, format: uri}
        client: {type: string, format: ipv4}
        address:
          type: object
          additionalProperties: false
          required: [street, city, postcode, country]
          properties:
            street: {type: string, minLength: 1, maxLength: 80}
            city: {type: string, minLength: 1, maxLength: 80}
            postcode: {type: string, pattern: '^[0-9A-Z -]{3,10}$'}
            country: {type: string, enum: [DE, FR, GB, IT, PL]}
        lines:
          type: array
          minItems: 1
          maxItems: 50
          items:
            type: object
            additionalProperties: false
            required: [sku, quantity, price]
            properties:
              sku: {type: string, pattern: '^[A-Z]{3}-[0-9]{4}$'}
              quantity: {type: integer, minimum: 1, maximum: 99}
              price: {type: number, minimum: 0, maximum: 100000}
)";

constexpr std::string_view kOrder =
    R"({"id":"123e4567-e89b-42d3-a456-426614174000","number":"AB-004711","status":"paid",)"
    R"("created_at":"2026-03-01T09:30:00.250Z","due":"2026-03-15",)"
    R"("email":"jo.smith@example.com","name":"Jo Smith",)"
    R"("phone":"+49 30 1234567","note":"Please ring twice and, if nobody opens, )"
    R"(leave the parcel with the neighbours )"
    R"(on the second floor, who know about it and are at home until six in the )"
    R"(evening; on Saturdays only until noon. Thank you.","currency":"EUR",)"
    R"("total":98.35,"quantity":5,"priority":2,"discount":0.15,"gift":true,)"
    R"("tags":["tea","spring","returning"],)"
    R"("website":"https://shop.example.com/orders?from=newsletter","client":"192.0.2.44",)"
    R"("address":{"street":"Torstrasse 140","city":"Berlin","postcode":"10119","country":"DE"},)"
    R"("lines":[{"sku":"TEA-0017","quantity":2,"price":7.95},)"
    R"({"sku":"TEA-0018","quantity":1,"price":12.5},)"
    R"({"sku":"COF-0003","quantity":1,"price":9.95},{"sku":"POT-0101","quantity":1,"price":60},)"
    R"({"sku":"CUP-0230","quantity":6,"price":4.5},{"sku":"CUP-0231","quantity":6,"price":5.25}]})";

contract::Contract must(base::Result<contract::Contract> contract) {
  if (contract) return std::move(*contract);
  std::fprintf(stderr, "contract_bench: %s\n", contract.error().message.c_str());
  std::exit(1);
}

const contract::Contract& hello_contract() {
  static const contract::Contract kContract =
      must(contract::read_contract(PENSTOCK_HELLO_CONTRACT));
  return kContract;
}

const contract::Contract& orders_contract() {
  static const contract::Contract kContract =
      must(contract::Contract::parse(kOrders, "orders.yaml"));
  return kContract;
}

const contract::Operation& current_time() {
  contract::PathValues values;
  return *hello_contract().match("GET", "/current_time", values).operation;
}

RequestMessage current_time_request() {  // As wrk sends it.
  RequestMessage request;
  request.set_start_line(http::Verb::get, "GET", "/current_time?name=Paul");
  request.add_header(http::Field::host, "Host", "127.0.0.1:8000");
  request.received_at = base::SystemTime{1'800'000'000s};
  return request;
}

bool is_valid(http::RequestValidator& validator, const RequestMessage& request) {
  return std::holds_alternative<http::ValidRequest>(validator.validate(request));
}

// Runs `once` in the loop; the first time is not counted.
template <class Once>
void measure(State& state, const Once& once) {
  once();
  const size_t before = test::allocations();
  for ([[maybe_unused]] auto _ : state) once();
  state.counters["allocations"] = benchmark::Counter(
      static_cast<double>(test::allocations() - before), benchmark::Counter::kAvgIterations);
}

void fail_unless(State& state, bool ok, const char* what) {
  if (!ok) state.SkipWithError(what);
}

// The following functions measure parameters.

void match_only(State& state) {
  contract::PathValues values;
  measure(state, [&] {
    benchmark::DoNotOptimize(hello_contract().match("GET", "/current_time", values));
  });
}

void match_and_arguments(State& state) {
  const auto no_header = [](std::string_view, std::string_view, std::string&) { return size_t{0}; };
  const contract::Arguments::Header header = no_header;
  contract::PathValues values;
  contract::Arguments arguments;
  contract::Violations violations;
  measure(state, [&] {
    const contract::Match match = hello_contract().match("GET", "/current_time", values);
    arguments.reset(*match.operation);
    arguments.read_path(values, violations);
    arguments.read_query("name=Paul", violations);
    arguments.read_headers(header, violations);
    benchmark::DoNotOptimize(arguments.text(contract::In::query, "name"));
  });
  fail_unless(state, violations.empty(), "the request is valid and was refused");
}

// The following functions measure a body of about 1 KB.

struct Body {
  std::string text{kOrder};
  const contract::Schema* schema =
      orders_contract().paths()[0].operations[0].body->content[0].schema;
  std::array<unsigned char, 8192> buffer;  // As RequestValidator has it.
  boost::json::monotonic_resource memory{buffer.data(), buffer.size()};
  json::Reader reader;

  boost::json::value read() {
    memory.release();
    return *reader.read(text, &memory);
  }
  size_t violations(const boost::json::value& value) const {
    contract::Violations violations;
    contract::validate(*schema, value, "body", "", contract::Direction::request, violations);
    return violations.size();
  }
};

void body_parse(State& state) {
  Body body;
  measure(state, [&] { benchmark::DoNotOptimize(body.read()); });
  state.counters["bytes"] = static_cast<double>(body.text.size());
}

// Measures Boost.JSON, to compare with. It does not find properties that come twice.
void body_parse_by_boost(State& state) {
  Body body;
  measure(state, [&] {
    body.memory.release();
    benchmark::DoNotOptimize(boost::json::parse(body.text, &body.memory));
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

// Measures what Api calls to make a valid request of a message.
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

// The following functions measure /current_time, whole and in its parts.

class SilentSink final : public events::Sink {
 public:
  std::optional<events::DeliveryReport> submit(const events::Event&, events::Ticket) override {
    return events::DeliveryReport{};
  }
  void set_report_listener(ReportListener) override {}
};

void plan(State& state) {
  boost::asio::io_context io;
  log::Log log(::open("/dev/null", O_WRONLY | O_CLOEXEC), log::Level::error);
  SilentSink sink;
  events::Publisher publisher(sink, {}, log);
  http::Publishing publishing(io, publisher);
  const auto api = std::move(
      http::Api::make(must(contract::read_contract(PENSTOCK_HELLO_CONTRACT)), hello::kHandlers,
                      {.topic = "", .event_source = "/hello_api"}, publishing, log)
          .value());
  const RequestMessage request = current_time_request();
  bool good = true;
  measure(state, [&] {
    const http::Api::Plan plan = api->plan(request);
    good = plan.event && plan.reply.response.status == 200 && good;
  });
  fail_unless(state, good, "the answer is not 200 with an event");
}

void request(State& state) {
  const RequestMessage message = current_time_request();
  http::RequestValidator validator(hello_contract());
  bool valid = true;
  measure(state, [&] { valid = is_valid(validator, message) && valid; });
  fail_unless(state, valid, "the request is valid and was refused");
}

struct Greeting {
  http::Answer answer = http::json({{"timestamp", 1'800'000'000}, {"message", "Hello, Paul!"}});
  std::string body;
};

// Measures the answer with its JSON text, which a service without a contract writes, too. The text
// alone is measured below.
void answer(State& state) {
  const Greeting greeting;
  const RequestMessage message = current_time_request();
  const contract::Operation& operation = current_time();
  bool valid = true;
  measure(state, [&] {
    valid = http::write_answer(operation, greeting.answer, message).has_value() && valid;
  });
  fail_unless(state, valid, "the answer is valid and was refused");
}

void answer_json(State& state) {
  Greeting greeting;
  measure(state, [&] {
    greeting.body.clear();
    static_cast<void>(json::append_value(greeting.body, *greeting.answer.body()));
    benchmark::DoNotOptimize(greeting.body.data());
  });
}

void event(State& state) {
  const Greeting greeting;
  const contract::Schema& schema = *current_time().event->schema;
  contract::Violations violations;
  measure(state, [&] {
    contract::validate(schema, *greeting.answer.body(), "body", "", contract::Direction::neither,
                       violations);
  });
  fail_unless(state, violations.empty(), "the event is valid and was refused");
}

// The following functions measure the start.

void start_up(State& state, Notation notation) {
  const LargeDocument document = large_document(notation, kLargeBytes);
  size_t operations = 0;
  const contract::Contract contract = must(contract::Contract::parse(document.text, "large"));
  for (const contract::Path& path : contract.paths()) operations += path.operations.size();
  fail_unless(state, operations == document.operations,
              "the document has not the operations that were written");
  for ([[maybe_unused]] auto _ : state) {
    benchmark::DoNotOptimize(must(contract::Contract::parse(document.text, "large")));
  }
  state.counters["bytes"] = static_cast<double>(document.text.size());
  state.counters["operations"] = static_cast<double>(document.operations);
  state.counters["schemas"] = static_cast<double>(document.schemas);
}

void start_up_text_alone(State& state, Notation notation) {
  const LargeDocument document = large_document(notation, kLargeBytes);
  for ([[maybe_unused]] auto _ : state) {
    benchmark::DoNotOptimize(contract::Document::parse(document.text, "large").value().root());
  }
}

void start_up_hello(State& state) {
  for ([[maybe_unused]] auto _ : state) {
    benchmark::DoNotOptimize(must(contract::read_contract(PENSTOCK_HELLO_CONTRACT)));
  }
}

BENCHMARK(match_only)->Name("hello_parameters/match");
BENCHMARK(match_and_arguments)->Name("hello_parameters/match_and_arguments");
BENCHMARK(body_parse)->Name("body_1kb/parse");
BENCHMARK(body_parse_by_boost)->Name("body_1kb/parse_by_boost");
BENCHMARK(body_validate)->Name("body_1kb/validate");
BENCHMARK(body_parse_and_validate)->Name("body_1kb/parse_and_validate");
BENCHMARK(body_three_violations)->Name("body_1kb/validate_three_violations");
BENCHMARK(body_request)->Name("body_1kb/request");
BENCHMARK(plan)->Name("current_time/plan");
BENCHMARK(request)->Name("current_time/request");
BENCHMARK(answer)->Name("current_time/answer");
BENCHMARK(answer_json)->Name("current_time/answer_json");
BENCHMARK(event)->Name("current_time/event");
BENCHMARK_CAPTURE(start_up, yaml, Notation::yaml)
    ->Name("start_up_1mb/yaml")
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(start_up_text_alone, yaml, Notation::yaml)
    ->Name("start_up_1mb/yaml_text_alone")
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(start_up, json, Notation::json)
    ->Name("start_up_1mb/json")
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(start_up_text_alone, json, Notation::json)
    ->Name("start_up_1mb/json_text_alone")
    ->Unit(benchmark::kMillisecond);
BENCHMARK(start_up_hello)->Name("start_up/hello")->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace penstock::bench

BENCHMARK_MAIN();
