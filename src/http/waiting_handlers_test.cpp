// Tests handlers that wait: from a message to the reply, without a socket.
#include "http/waiting_handlers.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/system/system_error.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "http/api.h"
#include "http/guard/admitted.h"
#include "support/counted_new.h"

namespace penstock::http {
namespace {

using namespace std::chrono_literals;
using boost::system::system_error;
using std::chrono::steady_clock;
using testing::HasSubstr;

constexpr std::string_view kContract = R"(
openapi: 3.1.0
info: {title: t, version: 1.0.0}
paths:
  /echo/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
    put:
      operationId: echo_put
      requestBody: {content: {application/json: {schema: {type: object}}}}
      responses: {'200': {description: d, content: {application/json: {schema: {type: object}}}}}
  /event:
    post:
      operationId: event_post
      x-event: {type: t.made, topic: events, delivery: acknowledged}
      responses: {'200': {description: d}}
  /wait:
    x-penstock-handler: {in_flight: 2, deadline_ms: 900000}
    get: {operationId: wait_get, responses: {'200': {description: d}}}
  /late:
    x-penstock-handler: {in_flight: 2, deadline_ms: 1}
    post:
      operationId: late_post
      x-event: {type: t.made, topic: events, delivery: acknowledged}
      responses: {'200': {description: d}}
  /stubborn:
    x-penstock-handler: {in_flight: 1, deadline_ms: 1}
    get: {operationId: stubborn_get, responses: {'200': {description: d}}}
  /throws:
    get: {operationId: throws_get, responses: {'200': {description: d}}}
  /fails/{code}:
    parameters:
      - {name: code, in: path, required: true, schema: {type: integer}}
      - {name: retryable, in: query, schema: {type: boolean, default: false}}
    get: {operationId: fails_get, responses: {'200': {description: d}}}
  /many:
    x-penstock-handler: {in_flight: 100000, deadline_ms: 900000}
    get: {operationId: many_get, responses: {'200': {description: d}}}
)";

// Has what the tests' handlers use.
struct Gates {
  explicit Gates(boost::asio::io_context& io) : many(io.get_executor()) {
    many.expires_at(async::SteadyTime::max());
  }
  async::Timer many;  // What all handlers of /many wait for.
  size_t begun = 0;
  size_t aborted = 0;
  async::SteadyTime deadline = {};
};

Awaitable<> turn() {
  async::Timer timer(co_await boost::asio::this_coro::executor);
  timer.expires_at(steady_clock::now());
  co_await timer.async_wait(async::use_awaitable);
}

// Waits until it is cancelled.
Awaitable<> wait_for_ever(Gates& gates) {
  async::Timer timer(co_await boost::asio::this_coro::executor);
  timer.expires_at(async::SteadyTime::max());
  ++gates.begun;
  try {
    co_await timer.async_wait(async::use_awaitable);
  } catch (const system_error& error) {
    if (error.code() == boost::asio::error::operation_aborted) ++gates.aborted;
    throw;
  }
}

Awaitable<Answer> echo_put(const Request& request) {
  const Conditions conditions = request.conditions();
  co_await turn();
  co_return json({{"id", request.path("id")},
                  {"number", request.parameter(contract::In::path, "id")},
                  {"body", request.body()},
                  {"text", request.body_text()},
                  {"failed", conditions.precondition_failed("\"1\"")},
                  {"subject", request.principal().subject},
                  {"deadline", request.deadline() != async::SteadyTime::max()}});
}

Awaitable<Answer> event_post(const Request&, Gates& gates) {
  ++gates.begun;
  co_await turn();
  co_return empty().publish(object{{"a", 1}});
}

Awaitable<Answer> wait_get(const Request&, Gates& gates) {
  co_await wait_for_ever(gates);
  co_return empty();
}

// Answers although it is too late.
Awaitable<Answer> late_post(const Request& request, Gates& gates) {
  gates.deadline = request.deadline();
  try {
    co_await wait_for_ever(gates);
  } catch (const system_error&) {
  }
  co_return empty().publish(object{{"a", 1}});
}

// Does not care that it is cancelled.
Awaitable<Answer> stubborn_get(const Request&, Gates& gates) {
  co_await boost::asio::this_coro::reset_cancellation_state(boost::asio::disable_cancellation());
  ++gates.begun;
  co_await gates.many.async_wait(async::use_awaitable_tuple);
  co_return empty();
}

Awaitable<Answer> many_get(const Request&, Gates& gates) {
  ++gates.begun;
  co_await gates.many.async_wait(async::use_awaitable_tuple);
  co_return empty();
}

// Neither waits, nor needs more than its request.
Answer fails_get(const Request& request, Gates&) {
  const auto code = static_cast<base::ErrorCode>(std::stoi(request.path("code")));
  return failed({.code = code,
                 .message = "no table",
                 .detail = "host 10.1.2.3",
                 .retryable = request.query("retryable") == "true"});
}

Handlers handlers_of_test() {
  return {{"echo_put", echo_put},
          {"event_post", event_post},
          {"wait_get", wait_get},
          {"late_post", late_post},
          {"stubborn_get", stubborn_get},
          {"throws_get",
           [](const Request&) -> Awaitable<Answer> {
             co_await turn();
             throw std::runtime_error("broken");
           }},
          {"fails_get", fails_get},
          {"many_get", many_get}};
}

class StoringSink final : public events::Sink {
 public:
  std::optional<events::DeliveryReport> submit(const events::Event&,
                                               events::Ticket ticket) override {
    ++submitted;
    report(ticket, {.outcome = events::DeliveryOutcome::stored});
    return std::nullopt;
  }
  void set_report_listener(ReportListener listener) override { report = std::move(listener); }

  size_t submitted = 0;
  ReportListener report;
};

class FakeClient final : public ClientWatch {
 public:
  void watch(std::function<void()> left) override { left_ = std::move(left); }
  void end_watch() override { left_ = nullptr; }
  [[nodiscard]] bool is_watched() const { return left_ != nullptr; }
  // What it calls may end the watch.
  void leave() const {
    const auto left = left_;
    left();
  }

 private:
  std::function<void()> left_;
};

class WaitingHandlersTest : public testing::Test {
 protected:
  WaitingHandlersTest() {
    auto gates = std::make_unique<Gates>(io_);
    gates_ = gates.get();
    api_ = std::move(make(resources::Resources(std::move(gates))).value());
  }
  ~WaitingHandlersTest() override {
    if (!api_) return;
    api_->waiting()->cancel();
    gates_->many.cancel();
    io_.restart();
    io_.run();
    EXPECT_EQ(api_->waiting()->in_flight(), 0u);
  }

  base::Result<std::unique_ptr<Api>> make(resources::Resources made) {
    return Api::make(
        contract::Contract::parse(kContract, "test.yaml").value(), handlers_of_test(),
        {.event_source = "/t", .resources = std::move(made), .waiting_bytes_max = 1000},
        publishing_, log_);
  }

  // Is a request on its way.
  struct Sent {
    RequestMessage message;
    FakeClient client;
    std::optional<Reply> reply;
  };

  // A request lives until it is answered, also if the test has ended.
  std::shared_ptr<Sent> send(Verb verb, std::string_view target, std::string body = {}) {
    auto sent = std::make_shared<Sent>();
    RequestMessage& message = sent->message;
    message.set_start_line(verb, boost::beast::http::to_string(verb), target);
    if (!body.empty()) message.add_header(Field::content_type, "Content-Type", "application/json");
    message.body = std::move(body);
    message.client = &sent->client;
    message.may_wait = may_wait_;
    if (add_) add_(message);
    boost::asio::co_spawn(io_, api_->handle(message),
                          [sent](const std::exception_ptr& failure, Reply made) {
                            if (failure) std::rethrow_exception(failure);
                            sent->reply = std::move(made);
                          });
    io_.restart();
    io_.poll();
    return sent;
  }
  const Reply& reply_of(Sent& sent) {
    const auto deadline = steady_clock::now() + 60s;
    io_.restart();
    while (!sent.reply && io_.run_one_until(deadline) > 0) {
    }
    if (!sent.reply) throw std::runtime_error("no answer within 60 s");
    return *sent.reply;
  }
  Reply ask(Verb verb, std::string_view target, std::string body = {}) {
    const auto sent = send(verb, target, std::move(body));
    static_cast<void>(reply_of(*sent));
    return std::move(*sent->reply);
  }

  boost::asio::io_context io_;
  log::Log log_{::open("/dev/null", O_WRONLY | O_CLOEXEC), log::Level::error};
  StoringSink sink_;
  events::Publisher publisher_{sink_, {}, log_};
  Publishing publishing_{io_, publisher_};
  std::unique_ptr<Api> api_;
  Gates* gates_ = nullptr;
  bool may_wait_ = true;
  std::function<void(RequestMessage&)> add_;
};

TEST_F(WaitingHandlersTest, AHandlerSeesItsRequestUntilItEnds) {
  add_ = [](RequestMessage& message) {
    message.add_header(Field::if_match, "If-Match", "\"2\"");
    auth::Principal paul;
    paul.subject = "paul";
    set_caller(message, auth::Caller(std::make_shared<const auth::Principal>(std::move(paul))));
  };
  // Another request takes the validator's memory meanwhile.
  const auto first = send(Verb::put, "/echo/7", R"({"a":[1,"two"]})");
  const auto second = send(Verb::put, "/echo/8", R"({"b":2})");
  EXPECT_EQ(reply_of(*first).response.body,
            R"({"id":"7","number":7,"body":{"a":[1,"two"]},"text":"{\"a\":[1,\"two\"]}",)"
            R"("failed":true,"subject":"paul","deadline":true})");
  EXPECT_THAT(reply_of(*second).response.body, HasSubstr(R"("id":"8","number":8,"body":{"b":2})"));
}

TEST_F(WaitingHandlersTest, AnEventIsStoredBeforeTheAnswer) {
  const Reply reply = ask(Verb::post, "/event");
  EXPECT_EQ(reply.response.status, 200u);
  EXPECT_FALSE(reply.event_id.empty());
  EXPECT_EQ(sink_.submitted, 1u);
}

TEST_F(WaitingHandlersTest, AreRefusedBeyondTheirNumber) {
  const auto first = send(Verb::get, "/wait");
  const auto second = send(Verb::get, "/wait");
  const Reply refused = ask(Verb::get, "/wait");
  EXPECT_EQ(refused.response.status, 503u);
  EXPECT_EQ(refused.route, "/wait");
  EXPECT_THAT(refused.response.headers, HasSubstr("retry-after: 1"));
  EXPECT_THAT(refused.response.body, HasSubstr(R"("retryable":true)"));
  EXPECT_EQ(ask(Verb::post, "/event").response.status, 200u) << "the others have their own number";
  EXPECT_EQ(api_->waiting()->in_flight(), 2u);
  first->client.leave();
  EXPECT_EQ(reply_of(*first).response.status, 499u);
  const auto third = send(Verb::get, "/wait");
  EXPECT_EQ(gates_->begun, 4u);
  EXPECT_FALSE(third->reply);
}

TEST_F(WaitingHandlersTest, LoseNoPlaceWithoutMemory) {
  // Each allocation of a request fails once, whatever it is for.
  bool happened = true;
  for (size_t before = 0; happened; ++before) {
    {
      const test::OneWithoutMemory fails(before);
      try {
        static_cast<void>(ask(Verb::put, "/echo/7", R"({"a":1})"));
      } catch (const std::exception&) {  // It may end the request, or be one of this test's own.
      }
      happened = fails.happened();
    }
    io_.restart();
    io_.run();
    ASSERT_EQ(api_->waiting()->in_flight(), 0u) << before;
  }
  EXPECT_EQ(ask(Verb::put, "/echo/7", R"({"a":1})").response.status, 200u);
}

TEST_F(WaitingHandlersTest, AreRefusedWhereNothingMayWait) {
  may_wait_ = false;
  EXPECT_EQ(ask(Verb::get, "/wait").response.status, 503u);
  EXPECT_EQ(gates_->begun, 0u);
}

TEST_F(WaitingHandlersTest, AreRefusedWhenTheirBodiesAreTooLargeTogether) {
  EXPECT_EQ(ask(Verb::put, "/echo/7", R"({"a":")" + std::string(900, 'x') + "\"}").response.status,
            200u);
  const Reply refused = ask(Verb::put, "/echo/7", R"({"a":")" + std::string(1000, 'x') + "\"}");
  EXPECT_EQ(refused.response.status, 503u);
  EXPECT_THAT(refused.problem.value_or(""), HasSubstr("BUFFERED_BYTES_MAX"));
}

TEST_F(WaitingHandlersTest, OneOverItsDeadlineIsCancelledAndPublishesNothing) {
  const auto before = steady_clock::now();
  const Reply reply = ask(Verb::post, "/late");
  EXPECT_EQ(reply.response.status, 504u);
  EXPECT_THAT(reply.response.body, HasSubstr("took too long"));
  EXPECT_THAT(reply.response.body, HasSubstr(R"("retryable":true)"));
  EXPECT_GT(gates_->deadline, before);
  io_.restart();
  io_.run();
  EXPECT_EQ(gates_->aborted, 1u);
  EXPECT_EQ(sink_.submitted, 0u);
  EXPECT_EQ(api_->waiting()->in_flight(), 0u);
}

TEST_F(WaitingHandlersTest, OneThatGoesOnAfterItsDeadlineCounts) {
  EXPECT_EQ(ask(Verb::get, "/stubborn").response.status, 504u);
  EXPECT_EQ(api_->waiting()->in_flight(), 1u);
  EXPECT_EQ(ask(Verb::get, "/stubborn").response.status, 503u);
  gates_->many.cancel();
  io_.restart();
  io_.run();
  EXPECT_EQ(api_->waiting()->in_flight(), 0u);
  EXPECT_EQ(ask(Verb::get, "/stubborn").response.status, 504u);
}

TEST_F(WaitingHandlersTest, AreCancelledWhenTheClientLeaves) {
  const auto sent = send(Verb::get, "/wait");
  ASSERT_TRUE(sent->client.is_watched());
  sent->client.leave();
  const Reply& reply = reply_of(*sent);
  EXPECT_EQ(reply.response.status, 499u);
  EXPECT_EQ(reply.route, "/wait");
  EXPECT_THAT(reply.problem.value_or(""), HasSubstr("the client left"));
  EXPECT_FALSE(sent->client.is_watched());
  io_.restart();
  io_.run();
  EXPECT_EQ(gates_->aborted, 1u);
}

TEST_F(WaitingHandlersTest, TheClientIsWatchedOnlyWhileTheHandlerWaits) {
  const auto sent = send(Verb::post, "/event");
  EXPECT_EQ(reply_of(*sent).response.status, 200u);
  EXPECT_FALSE(sent->client.is_watched());
}

TEST_F(WaitingHandlersTest, WhatTheyThrowBecomes500) {
  const Reply reply = ask(Verb::get, "/throws");
  EXPECT_EQ(reply.response.status, 500u);
  EXPECT_EQ(reply.route, "/throws");
  EXPECT_EQ(reply.problem, "broken");
}

TEST_F(WaitingHandlersTest, EndEarlierWhenTheServerEnds) {
  const auto sent = send(Verb::get, "/wait");
  api_->waiting()->end_by(steady_clock::now());
  EXPECT_EQ(reply_of(*sent).response.status, 504u);
  EXPECT_EQ(ask(Verb::get, "/wait").response.status, 504u) << "so do those that come later";
}

TEST_F(WaitingHandlersTest, AreAllCancelledAtOnce) {
  const auto first = send(Verb::get, "/wait");
  const auto second = send(Verb::get, "/wait");
  api_->waiting()->cancel();
  EXPECT_EQ(reply_of(*first).response.status, 500u);
  EXPECT_EQ(reply_of(*second).response.status, 500u);
  EXPECT_EQ(gates_->aborted, 2u);
}

TEST_F(WaitingHandlersTest, AnErrorBecomesTheAnswerByItsCode) {
  using base::ErrorCode;
  const auto fails = [&](ErrorCode code, bool retryable = false) {
    return ask(Verb::get, "/fails/" + std::to_string(static_cast<int>(code)) +
                              (retryable ? "?retryable=true" : ""));
  };
  const Reply unavailable = fails(ErrorCode::unavailable, true);
  EXPECT_EQ(unavailable.response.status, 503u);
  EXPECT_THAT(unavailable.response.headers, HasSubstr("retry-after: 1"));
  EXPECT_THAT(unavailable.response.body, HasSubstr(R"("retryable":true)"));
  EXPECT_THAT(unavailable.response.body, Not(HasSubstr("10.1.2.3")));
  EXPECT_THAT(unavailable.response.body, Not(HasSubstr("no table")));
  EXPECT_EQ(unavailable.problem, "no table: host 10.1.2.3");
  EXPECT_EQ(fails(ErrorCode::timed_out).response.status, 504u);
  EXPECT_EQ(fails(ErrorCode::unavailable).response.status, 504u) << "perhaps something was done";
  for (const ErrorCode code : {ErrorCode::invalid, ErrorCode::not_found, ErrorCode::too_large,
                               ErrorCode::refused, ErrorCode::internal}) {
    const Reply reply = fails(code);
    EXPECT_EQ(reply.response.status, 500u);
    EXPECT_THAT(reply.response.body, HasSubstr(R"("retryable":false)"));
  }
}

TEST_F(WaitingHandlersTest, TheirResourcesMustBeTheOnesThatAreMade) {
  const auto nothing = make(resources::Resources());
  ASSERT_FALSE(nothing);
  EXPECT_THAT(nothing.error().message,
              HasSubstr("the handler of operation 'event_post' uses penstock::http::(anonymous "
                        "namespace)::Gates, but handlers(Operations{...}, make) is given no "
                        "function that makes it"));
  const auto others = make(resources::Resources(std::make_unique<int>(7)));
  ASSERT_FALSE(others);
  EXPECT_THAT(others.error().message, HasSubstr("is given a function that makes int"));
}

TEST_F(WaitingHandlersTest, AreCountedInMetrics) {
  static_cast<void>(ask(Verb::post, "/late"));
  const auto waiting = send(Verb::get, "/wait");
  std::string out;
  api_->waiting()->write_metrics(out);
  EXPECT_THAT(out, HasSubstr("penstock_handlers_late_total{operation=\"late_post\"} 1\n"));
  EXPECT_THAT(out, HasSubstr("penstock_handlers_in_flight{operation=\"wait_get\"} 1\n"));
  EXPECT_THAT(out, HasSubstr("penstock_handlers_in_flight_max{operation=\"event_post\"} 256\n"));
  EXPECT_THAT(out, Not(HasSubstr("fails_get"))) << "its handler does not wait";
}

TEST_F(WaitingHandlersTest, TenThousandAgainAndAgainAllocateTheSame) {
  constexpr size_t kMany = 10'000;
  std::vector<size_t> rounds;
  for (int round = 0; round < 4; ++round) {
    std::vector<std::shared_ptr<Sent>> sent;
    sent.reserve(kMany);
    const size_t before = test::allocations();
    for (size_t i = 0; i < kMany; ++i) sent.push_back(send(Verb::get, "/many"));
    EXPECT_EQ(api_->waiting()->in_flight(), kMany);
    gates_->many.cancel();
    for (const auto& one : sent) ASSERT_EQ(reply_of(*one).response.status, 200u);
    EXPECT_EQ(api_->waiting()->in_flight(), 0u);
    rounds.push_back(test::allocations() - before);
  }
  // The first round fills what is kept.
  EXPECT_LE(rounds[2], rounds[1]);
  EXPECT_LE(rounds[3], rounds[2]);
}

// Counts what handle() and plan() allocate for the same request.
Awaitable<> count_allocations(Api& api, const RequestMessage& message, size_t& handling,
                              size_t& planning) {
  for (int round = 0; round < 3; ++round) {  // The first ones fill what is kept.
    const size_t before = test::allocations();
    Reply reply = co_await api.handle(message);
    const size_t between = test::allocations();
    Api::Plan plan = api.plan(message);
    handling = between - before;
    planning = test::allocations() - between;
  }
}

// Asio keeps the frame of a coroutine for the next one if it has 1,020 bytes at most. handle() must
// not grow beyond that: see Api::go_on().
TEST_F(WaitingHandlersTest, ARequestThatDoesNotWaitNeedsNoFrameOfItsOwn) {
  RequestMessage message;
  message.set_start_line(Verb::get, "GET", "/fails/0");
  size_t handling = 0;
  size_t planning = 1;
  bool ended = false;
  boost::asio::co_spawn(io_, count_allocations(*api_, message, handling, planning),
                        [&](const std::exception_ptr& failure) { ended = failure == nullptr; });
  io_.restart();
  io_.poll();
  ASSERT_TRUE(ended);
  EXPECT_EQ(handling, planning);
}

TEST_F(WaitingHandlersTest, MayOutliveTheirServer) {
  const auto sent = send(Verb::get, "/stubborn");
  static_cast<void>(reply_of(*sent));
  EXPECT_EQ(api_->waiting()->in_flight(), 1u);
  api_.reset();
}

}  // namespace
}  // namespace penstock::http
