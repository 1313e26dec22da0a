#include "http/api.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <chrono>
#include <new>
#include <optional>
#include <stdexcept>

namespace penstock::http {
namespace {

using namespace std::chrono_literals;
using events::DeliveryOutcome;
using testing::HasSubstr;

constexpr std::string_view kContract = R"(
openapi: 3.0.3
info: {title: t, version: 1.0.0}
paths:
  /hello:
    get:
      operationId: hello_get
      responses: {'200': {description: d, content: {application/json: {schema: {type: object}}}}}
  /greet:
    get:
      operationId: greet_get
      parameters:
        - name: name
          in: query
          required: true
          schema: {type: string, maxLength: 5, pattern: '^[a-z]*$'}
      x-event:
        {type: t.greeting, topic: greetings, key: /name, delivery: acknowledged,
         schema: {type: object, required: [name]}}
      responses:
        '200':
          description: d
          content: {application/json: {schema: {type: object, required: [name]}}}
    post:
      operationId: greet_post
      x-event: {type: t.greeting, topic: greetings, delivery: best_effort}
      responses: {'202': {description: d}}
  /made:
    put:
      operationId: made_put
      x-event: {type: t.made, topic: greetings, delivery: acknowledged}
      responses:
        '201': {description: d, headers: {location: {required: true, schema: {type: string}}}}
  /large:
    get:
      operationId: large_get
      x-event: {type: t.large, topic: greetings, delivery: acknowledged,
                schema: {type: array, items: {type: integer}}}
      responses: {'202': {description: d}}
  /broken:
    get:
      operationId: broken_get
      responses:
        '200':
          {description: d, content: {application/json: {schema: {type: object, required: [x]}}}}
  /unwritten:
    get: {operationId: unwritten_get, responses: {'200': {description: d}}}
  /throws:
    get: {operationId: throws_get, responses: {'200': {description: d}}}
  /throws_42:
    get: {operationId: throws_42_get, responses: {'200': {description: d}}}
  /form:
    post:
      operationId: form_post
      requestBody: {content: {multipart/form-data: {}}}
      responses: {'200': {description: d}}
  /no_memory:
    get: {operationId: no_memory_get, responses: {'200': {description: d}}}
)";

const Handlers kHandlers{
    {"hello_get", [](const Request&) { return json({{"message", "hi"}}); }},
    {"greet_get",
     [](const Request& request) {
       const object greeting{{"name", request.query("name")}};
       return json(greeting).publish(greeting);
     }},
    {"greet_post", [](const Request&) { return empty(202).publish(object{{"a", 1}}); }},
    {"made_put",
     [](const Request&) {
       return empty(201).header("location", "/made/1").publish(object{{"a", 1}});
     }},
    {"large_get",
     [](const Request&) {
       return empty(202).publish(boost::json::array(contract::Steps::kMax / 4, 1));
     }},
    {"broken_get", [](const Request&) { return json({{"y", 1}}); }},
    {"unwritten_get", [](const Request&) { return not_written(); }},
    {"throws_get",
     [](const Request& request) { return json(object{{"q", request.query("undeclared")}}); }},
    {"throws_42_get", [](const Request&) -> Answer { throw 42; }},
    {"no_memory_get", [](const Request&) -> Answer { throw std::bad_alloc(); }}};

class FakeSink final : public events::Sink {
 public:
  std::optional<events::DeliveryReport> submit(const events::Event& event,
                                               events::Ticket ticket) override {
    submitted.push_back(event);
    if (throws) throw 42;
    if (answer.outcome == DeliveryOutcome::not_stored) return answer;
    report(ticket, events::DeliveryReport(answer));
    return std::nullopt;
  }
  void set_report_listener(ReportListener listener) override { report = std::move(listener); }

  events::DeliveryReport answer{.outcome = DeliveryOutcome::stored,
                                .stored_at = events::StoredAt{{2}, {40}},
                                .reason = "because"};
  bool throws = false;
  std::vector<events::Event> submitted;
  ReportListener report;
};

class ApiTest : public testing::Test {
 protected:
  ApiTest() {
    auto contract = contract::Contract::parse(kContract, "test.yaml");
    api_ = std::move(Api::make(std::move(contract.value()), kHandlers,
                               {.topic = "", .event_source = "/t"}, publishing_, log_)
                         .value());
  }

  Reply ask(Verb verb, std::string_view target, std::string_view trace = {}) {
    RequestMessage request;
    request.set_start_line(verb, boost::beast::http::to_string(verb), target);
    request.add_header(Field::host, "Host", "api.example.com");
    if (!trace.empty()) request.add_header(Field::unknown, "traceparent", trace);
    for (const auto& [name, value] : extra_) request.add_header(Field::unknown, name, value);
    request.received_at = base::SystemTime{1000s};
    request.may_wait = may_wait_;
    std::exception_ptr failure;
    std::optional<Reply> made;
    boost::asio::co_spawn(io_.get_executor(), api_->handle(request),
                          [&](std::exception_ptr e, Reply reply) {
                            failure = e;
                            made = std::move(reply);
                          });
    io_.restart();
    // A loaded machine may need seconds for the first step of a large event alone.
    const auto deadline = std::chrono::steady_clock::now() + 60s;
    while (!made && io_.run_one_until(deadline) > 0) {
    }
    if (!made) throw std::runtime_error("the request was not answered in 60 s");
    Reply reply = std::move(*made);
    if (failure) std::rethrow_exception(failure);
    api_->completed(request, reply, 1ms, reply.response.body.size());
    return reply;
  }

  boost::asio::io_context io_;
  log::Log log_{::open("/dev/null", O_WRONLY | O_CLOEXEC), log::Level::error};
  FakeSink sink_;
  events::Publisher publisher_{sink_, {}, log_};
  Publishing publishing_{io_, publisher_};
  std::unique_ptr<Api> api_;
  std::vector<std::pair<std::string, std::string>> extra_;  // Further headers of a request.
  bool may_wait_ = true;
};

TEST_F(ApiTest, AnOperationThatIsNotWrittenIs501WithoutBeingDeclared) {
  const Reply reply = ask(Verb::get, "/unwritten");
  EXPECT_EQ(reply.response.status, 501u);
  EXPECT_THAT(reply.response.body, HasSubstr("This operation is not written yet."));
  EXPECT_FALSE(reply.problem);
}

TEST_F(ApiTest, AnEventMayTakeMoreStepsThanARequest) {
  EXPECT_EQ(ask(Verb::get, "/large").response.status, 202u);
  EXPECT_EQ(sink_.submitted.size(), 1u);
}

TEST_F(ApiTest, AnswersByTheContract) {
  struct Row {
    Verb verb;
    std::string_view target;
    unsigned status;
    std::string_view body;
  };
  const Row rows[] = {
      {Verb::get, "/hello", 200, R"({"message":"hi"})"},
      {Verb::get, "http://api.example.com/hello", 200, R"({"message":"hi"})"},
      {Verb::head, "/hello", 200, R"({"message":"hi"})"},  // The connection leaves the body out.
      {Verb::get, "HTTPS://other/hello", 200, R"({"message":"hi"})"},
      {Verb::get, "ftp://api.example.com/hello", 404, R"("status":404)"},
      {Verb::get, "x?y://api.example.com/hello", 404, R"("status":404)"},
      {Verb::get, "/hello?", 200, R"({"message":"hi"})"},
      {Verb::get, "/hello?x=1", 400, R"("name":"x","keyword":"undeclared")"},
      {Verb::get, "/nothing", 404, R"("status":404)"},
      {Verb::delete_, "/nothing", 404, R"("status":404)"},
      {Verb::get, "//hello", 404, R"("status":404)"},
      {Verb::get, "*", 404, R"("status":404)"},
      {Verb::get, "/hello/", 307, ""},
      {Verb::post, "/hello", 405, R"("status":405)"},
      {Verb::get, "/greet", 400, R"("keyword":"required")"},
      {Verb::get, "/greet?name=A&name=b", 400, R"("keyword":"repeated")"},
      {Verb::get, "/greet?name=toolong1", 400, R"("keyword":"maxLength")"},
      {Verb::get, "/greet?name=ann", 200, R"({"name":"ann"})"},
      {Verb::get, "/greet?n%61me=%61nn", 200, R"({"name":"ann"})"},
      {Verb::post, "/greet", 202, ""},
      {Verb::get, "/broken", 500, R"("retryable":false)"},
  };
  for (const Row& row : rows) {
    const Reply answered = ask(row.verb, row.target);
    EXPECT_EQ(answered.response.status, row.status) << row.target;
    EXPECT_THAT(answered.response.body, HasSubstr(std::string(row.body))) << row.target;
  }
}

TEST_F(ApiTest, NamesTheAllowedMethodsAndRedirectsToTheRightPath) {
  EXPECT_EQ(ask(Verb::put, "/greet").response.headers, "allow: GET, HEAD, OPTIONS, POST\r\n");
  EXPECT_EQ(ask(Verb::get, "/hello/?x=1").response.headers,
            "location: http://api.example.com/hello?x=1\r\n");
  EXPECT_EQ(ask(Verb::get, "http://named.example.com:81/hello/?x=1").response.headers,
            "location: http://named.example.com:81/hello?x=1\r\n");
}

TEST_F(ApiTest, ATargetWithoutAPathIsTheRootOrTheServer) {
  EXPECT_EQ(ask(Verb::options, "http://api.example.com").response.status, 204u);
  EXPECT_EQ(ask(Verb::options, "http://api.example.com/").response.status, 404u);
  EXPECT_EQ(ask(Verb::get, "http://api.example.com?x=1").response.status, 404u);
}

TEST_F(ApiTest, APercentMustBeFollowedByTwoDigits) {
  for (const std::string target : {"/hello%", "/hello%2", "/hello%zz", "/%/hello", "/none%g0",
                                   "http://api.example.com/hello%", "/greet/%?name=ann"}) {
    const Reply answered = ask(Verb::get, target);
    EXPECT_EQ(answered.response.status, 400u) << target;
    EXPECT_THAT(answered.response.body, HasSubstr("not followed by two hexadecimal digits"));
    // The line of the log says why, too.
    EXPECT_THAT(answered.problem.value_or(""), HasSubstr("two hexadecimal digits")) << target;
  }
  for (const std::string query : {"?%", "?name=%", "?name=ann&x=%2", "?name=ann&%zz"}) {
    const Reply answered = ask(Verb::get, "/greet" + query);
    EXPECT_EQ(answered.response.status, 400u) << query;
    EXPECT_THAT(answered.response.body, HasSubstr("not followed by two hexadecimal digits"));
  }
  EXPECT_EQ(ask(Verb::get, "/h%65llo").response.status, 200u);
}

TEST_F(ApiTest, TheReplyHasTheRouteAndNeverTheRawPath) {
  EXPECT_EQ(ask(Verb::get, "/hello?x=secret").route, "/hello");
  EXPECT_EQ(ask(Verb::get, "/secret").route, "");
}

TEST_F(ApiTest, PublishesWhatTheOperationDeclares) {
  const std::string trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  const Reply answered = ask(Verb::get, "/greet?name=ann", trace);
  ASSERT_EQ(sink_.submitted.size(), 1u);
  const events::Event& event = sink_.submitted[0];
  EXPECT_EQ(event.topic, "greetings");
  EXPECT_EQ(event.type, "t.greeting");
  EXPECT_EQ(event.source, "/t");
  EXPECT_EQ(event.value, R"({"name":"ann"})");
  EXPECT_TRUE(event.has_key);
  EXPECT_EQ(event.key, "ann");
  EXPECT_EQ(event.trace.traceparent, trace);
  EXPECT_EQ(event.trace.tracestate, "");
  ASSERT_TRUE(answered.stored_at);
  EXPECT_EQ(answered.stored_at->partition, base::Partition{2});
  EXPECT_EQ(answered.stored_at->offset, base::Offset{40});
  EXPECT_EQ(ask(Verb::get, "/greet?name=ann", "00-junk").response.status, 200u);
  EXPECT_EQ(sink_.submitted[1].trace.traceparent, "");
}

TEST_F(ApiTest, PassesOnTheTraceOfARequest) {
  const std::string ids = "0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-";
  const auto trace_of = [&](const std::vector<std::string>& parents) {
    extra_ = {{"tracestate", "a=b"}, {"TraceState", " c=d,"}};
    for (const std::string& parent : parents) extra_.emplace_back("Traceparent", parent);
    EXPECT_EQ(ask(Verb::get, "/greet?name=ann").response.status, 200u);
    return sink_.submitted.back().trace;
  };
  const events::TraceContext known = trace_of({"00-" + ids + "01"});
  EXPECT_EQ(known.traceparent, "00-" + ids + "01");
  EXPECT_EQ(known.tracestate, "a=b,c=d");
  const events::TraceContext later = trace_of({"01-" + ids + "01-what-the-future-will-be"});
  EXPECT_EQ(later.traceparent, "00-" + ids + "01");
  EXPECT_EQ(later.tracestate, "a=b,c=d");
  // A state means nothing without its parent.
  for (const std::vector<std::string>& parents :
       {std::vector<std::string>{}, std::vector<std::string>{"junk"},
        std::vector<std::string>{"00-" + ids + "01", "00-" + ids + "01"},
        std::vector<std::string>{"00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01"}}) {
    const events::TraceContext none = trace_of(parents);
    EXPECT_EQ(none.traceparent, "");
    EXPECT_EQ(none.tracestate, "");
  }
}

TEST_F(ApiTest, HeadPublishesNothing) {
  EXPECT_EQ(ask(Verb::head, "/greet?name=ann").response.status, 200u);
  EXPECT_TRUE(sink_.submitted.empty());
}

TEST_F(ApiTest, TheAnswerSaysWhatBecameOfTheEvent) {
  sink_.answer = {.outcome = DeliveryOutcome::not_stored, .reason = "down"};
  Reply answered = ask(Verb::get, "/greet?name=ann");
  EXPECT_EQ(answered.response.status, 503u);
  EXPECT_THAT(answered.response.headers, HasSubstr("retry-after: 1\r\n"));
  EXPECT_THAT(answered.response.body, HasSubstr("\"retryable\":true"));
  EXPECT_EQ(answered.problem, "down");

  sink_.answer = {.outcome = DeliveryOutcome::unknown, .reason = "lost"};
  answered = ask(Verb::get, "/greet?name=ann");
  EXPECT_EQ(answered.response.status, 504u);
  EXPECT_THAT(answered.response.body,
              HasSubstr("\"event_id\":\"" + sink_.submitted.back().id + "\""));

  sink_.answer = {.outcome = DeliveryOutcome::refused, .reason = "forbidden"};
  answered = ask(Verb::get, "/greet?name=ann");
  EXPECT_EQ(answered.response.status, 500u);
  EXPECT_THAT(answered.response.body, HasSubstr("\"retryable\":false"));
}

TEST_F(ApiTest, AnEventThatIsNotStoredReplacesTheWholeAnswer) {
  sink_.answer.outcome = DeliveryOutcome::unknown;
  const Reply answered = ask(Verb::put, "/made");
  EXPECT_EQ(answered.response.status, 504u);
  EXPECT_EQ(answered.response.headers.find("location"), std::string::npos)
      << answered.response.headers;
}

TEST_F(ApiTest, BestEffortAnswersWhateverHappened) {
  sink_.answer = {.outcome = DeliveryOutcome::not_stored, .reason = "down"};
  EXPECT_EQ(ask(Verb::post, "/greet").response.status, 202u);
  EXPECT_EQ(publisher_.counts().not_stored, 1u);
}

TEST_F(ApiTest, LogsTheRouteOfAHandlerThatThrows) {
  const Reply reply = ask(Verb::get, "/throws");
  EXPECT_EQ(reply.response.status, 500u);
  EXPECT_EQ(reply.route, "/throws");
  ASSERT_TRUE(reply.problem);
  EXPECT_THAT(*reply.problem, HasSubstr("undeclared"));
  EXPECT_EQ(reply.response.body.find("undeclared"), std::string::npos);
}

TEST_F(ApiTest, WhateverAHandlerThrowsIsAnsweredWith500) {
  const std::pair<std::string, std::string> rows[] = {
      {"/throws_42", "something was thrown that is not a std::exception"},
      {"/no_memory", "std::bad_alloc"}};
  for (const auto& [target, reason] : rows) {
    const Reply reply = ask(Verb::get, target);
    EXPECT_EQ(reply.response.status, 500u);
    EXPECT_EQ(reply.route, target);
    EXPECT_EQ(reply.problem, reason);
    EXPECT_EQ(reply.response.body.find(reason), std::string::npos);
  }
}

TEST_F(ApiTest, ARequestThatMayNotWaitPublishesNothing) {
  may_wait_ = false;
  for (const auto& [verb, target] :
       {std::pair(Verb::get, "/greet?name=ann"), std::pair(Verb::post, "/greet")}) {
    const Reply answered = ask(verb, target);
    EXPECT_EQ(answered.response.status, 503u) << target;
    EXPECT_THAT(answered.response.headers, HasSubstr("retry-after: 1\r\n"));
    EXPECT_THAT(answered.response.body, HasSubstr("\"retryable\":true"));
    EXPECT_EQ(answered.route, "/greet");
  }
  EXPECT_EQ(ask(Verb::get, "/hello").response.status, 200u);
  EXPECT_EQ(ask(Verb::head, "/greet?name=ann").response.status, 200u);
  EXPECT_EQ(ask(Verb::get, "/greet").response.status, 400u);
  EXPECT_TRUE(sink_.submitted.empty());
}

TEST_F(ApiTest, AnEventWhoseSinkThrowsMayBeStored) {
  sink_.throws = true;
  const Reply answered = ask(Verb::get, "/greet?name=ann");
  EXPECT_EQ(answered.response.status, 504u);
  EXPECT_THAT(answered.response.body,
              HasSubstr("\"event_id\":\"" + sink_.submitted.back().id + "\""));
  EXPECT_EQ(answered.problem, "something was thrown that is not a std::exception");
  EXPECT_EQ(ask(Verb::post, "/greet").response.status, 202u);
  EXPECT_EQ(publisher_.counts().unknown, 2u);
}

TEST_F(ApiTest, HandlersAndOperationsMustMatch) {
  const Handlers wrong{{"hello_get", kHandlers[0].second}, {"other", kHandlers[0].second}};
  auto contract = contract::Contract::parse(kContract, "test.yaml");
  const auto api = Api::make(std::move(contract.value()), wrong, {}, publishing_, log_);
  ASSERT_FALSE(api);
  EXPECT_THAT(api.error().message,
              HasSubstr("test.yaml:11:7: operation 'greet_get' has no handler"));
  EXPECT_THAT(api.error().message, HasSubstr("the contract has no operation 'other'"));
}

}  // namespace
}  // namespace penstock::http
