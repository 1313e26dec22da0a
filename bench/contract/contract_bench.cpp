// Measures the CPU time of the contract engine for the requests of hello_api, and its allocations.
// body_bench.cpp and start_up_bench.cpp have the other benchmarks; see bench/README.md.
#include <benchmark/benchmark.h>
#include <fcntl.h>

#include <boost/asio/io_context.hpp>

#include "contract/arguments/arguments.h"
#include "contract/schema/steps.h"
#include "hello/operations.h"
#include "http/answer_writer.h"
#include "http/api.h"
#include "json/writer.h"
#include "measure.h"

namespace penstock::bench {
namespace {

using namespace std::chrono_literals;
using benchmark::State;
using http::RequestMessage;

const contract::Contract& hello_contract() {
  static const contract::Contract kContract =
      must(contract::read_contract(PENSTOCK_HELLO_CONTRACT));
  return kContract;
}

const contract::Operation& current_time() {
  contract::PathValues values;
  return *hello_contract().match("GET", "/current_time", values).operation;
}

// Returns the request as wrk sends it.
RequestMessage current_time_request() {
  RequestMessage request;
  request.set_start_line(http::Verb::get, "GET", "/current_time?name=Paul");
  request.add_header(http::Field::host, "Host", "127.0.0.1:8000");
  request.received_at = base::SystemTime{1'800'000'000s};
  return request;
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

// The following functions measure /current_time as a whole, and its parts.

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

// Measures the answer with its JSON text. A service without a contract writes the text, too, so
// answer_json() measures the text alone.
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
  const contract::Schema& schema = *current_time().events.front().schema;
  contract::Violations violations;
  measure(state, [&] {
    contract::Steps steps;
    contract::validate(schema, *greeting.answer.body(), "body", "", contract::Direction::neither,
                       violations, steps);
  });
  fail_unless(state, violations.empty(), "the event is valid and was refused");
}

BENCHMARK(match_only)->Name("hello_parameters/match");
BENCHMARK(match_and_arguments)->Name("hello_parameters/match_and_arguments");
BENCHMARK(plan)->Name("current_time/plan");
BENCHMARK(request)->Name("current_time/request");
BENCHMARK(answer)->Name("current_time/answer");
BENCHMARK(answer_json)->Name("current_time/answer_json");
BENCHMARK(event)->Name("current_time/event");

}  // namespace
}  // namespace penstock::bench

BENCHMARK_MAIN();
