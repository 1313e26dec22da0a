// Tests requests with an Idempotency-Key: each row of the table in docs/idempotency.md.
#include "http/idempotent_requests.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/this_coro.hpp>
#include <chrono>
#include <memory>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "http/api.h"
#include "http/guard/admitted.h"
#include "idempotency/memory_store.h"

namespace penstock::http {
namespace {

using namespace std::chrono_literals;
using events::DeliveryOutcome;
using idempotency::Claim;
using idempotency::Entry;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::string_view kContract = R"(
openapi: 3.1.0
info: {title: t, version: 1.0.0}
x-penstock-idempotency: {}
paths:
  /orders:
    post:
      operationId: place
      parameters:
        - {name: X-Tenant, in: header, schema: {type: string}}
        - {name: X-Lines, in: header, schema: {type: array, items: {type: string}}}
        - {name: Idempotency-Key, in: header, schema: {type: string}}
        - {name: Traceparent, in: header, schema: {type: string}}
        - {name: region, in: cookie, schema: {type: string}}
      requestBody: {content: {application/json: {schema: {type: object}}}}
      x-event: {type: t.placed, topic: orders, delivery: acknowledged}
      responses: {default: {description: d, content: {application/json: {schema: {type: object}}}}}
    put:
      operationId: change
      x-penstock-idempotency: {required: true, hours: 48}
      requestBody: {content: {application/json: {schema: {type: object}}}}
      x-event: {type: t.changed, topic: orders, delivery: acknowledged}
      responses: {default: {description: d, content: {application/json: {schema: {type: object}}}}}
    get:
      operationId: list
      responses: {'200': {description: d}}
)";

// What the tests' handlers use: it counts their calls.
struct Calls {
  int placed = 0;
  int changed = 0;
};

Answer answer_of(const Request& request, int call) {
  const object& body = request.body().as_object();
  if (body.contains("throw")) throw std::runtime_error("broken");
  const auto status = body.contains("status") ? body.at("status").as_int64() : 201;
  Answer answer = json(
      object{{"call", call},
             {"text", std::string(body.contains("large") ? idempotency::kAnswerBytesMax : 1, 'x')}},
      static_cast<unsigned>(status));
  answer = std::move(answer).header("location", "/orders/7");
  if (status >= 400) return answer;
  return std::move(answer).publish(object{{"call", call}});
}
Answer place(const Request& request, Calls& calls) {
  return answer_of(request, ++calls.placed);
}
Awaitable<Answer> change(const Request& request, Calls& calls) {
  const int call = ++calls.changed;
  const async::Executor executor = co_await boost::asio::this_coro::executor;
  async::Timer timer(executor, std::chrono::steady_clock::now() + 1ms);
  co_await timer.async_wait(async::use_awaitable);
  co_return answer_of(request, call);
}

class FakeSink final : public events::Sink {
 public:
  std::optional<events::DeliveryReport> submit(const events::Event& event,
                                               events::Ticket ticket) override {
    ids.push_back(event.id);
    events::DeliveryReport answer{.outcome = outcome};
    if (outcome == DeliveryOutcome::not_stored) return answer;
    report(ticket, std::move(answer));
    return std::nullopt;
  }
  void set_report_listener(ReportListener listener) override { report = std::move(listener); }

  DeliveryOutcome outcome = DeliveryOutcome::stored;
  std::vector<std::string> ids;
  ReportListener report;
};

// Is a memory store that fails on demand.
class FakeStore final : public idempotency::Store {
 public:
  async::Awaitable<base::Result<Entry>> begin(const Claim& claim,
                                              async::SteadyTime deadline) override {
    claims.push_back(claim);
    if (begin_fails) {
      co_return base::Error{base::ErrorCode::unavailable, "the store is down"};
    }
    co_return co_await store.begin(claim, deadline);
  }
  async::Awaitable<base::Result<>> finish(const Claim& claim,
                                          const idempotency::StoredAnswer& answer,
                                          async::SteadyTime deadline) override {
    if (finish_fails) throw std::runtime_error("the store is down");
    co_return co_await store.finish(claim, answer, deadline);
  }
  async::Awaitable<base::Result<>> release(const Claim& claim, Left left,
                                           async::SteadyTime deadline) override {
    co_return co_await store.release(claim, left, deadline);
  }

  bool begin_fails = false;
  bool finish_fails = false;
  async::SteadyTime now{};
  std::vector<Claim> claims;
  idempotency::MemoryStore store{{}, [this] { return now; }};
};

class IdempotentRequestsTest : public testing::Test {
 protected:
  IdempotentRequestsTest() : api_(make(&store_)) {}

  std::unique_ptr<Api> make(idempotency::Store* store) {
    auto calls = std::make_unique<Calls>();
    calls_ = calls.get();
    const Handlers handlers{{"place", Handler(place)},
                            {"change", Handler(change)},
                            {"list", [](const Request&) { return empty(200); }}};
    return std::move(Api::make(contract::Contract::parse(kContract, "t.yaml").value(), handlers,
                               {.event_source = "/t",
                                .resources = resources::Resources(std::move(calls)),
                                .idempotency_store = store},
                               publishing_, log_)
                         .value());
  }

  Reply ask(std::string_view key, std::string body = "{}", Verb verb = Verb::post) {
    RequestMessage request;
    request.set_start_line(verb, boost::beast::http::to_string(verb), "/orders");
    request.add_header(Field::host, "Host", "api.example.com");
    if (!key.empty()) request.add_header(Field::unknown, "Idempotency-Key", key);
    for (const auto& [name, text] : headers_) request.add_header(Field::unknown, name, text);
    if (!second_key_.empty()) request.add_header(Field::unknown, "Idempotency-Key", second_key_);
    if (verb != Verb::get) {
      request.add_header(Field::content_type, "Content-Type", "application/json");
      request.body = std::move(body);
    }
    request.may_wait = may_wait_;
    set_caller(request, caller_);
    std::exception_ptr failure;
    std::optional<Reply> made;
    boost::asio::co_spawn(io_.get_executor(), api_->handle(request),
                          [&](std::exception_ptr thrown, Reply reply) {
                            failure = thrown;
                            made = std::move(reply);
                          });
    io_.restart();
    const auto deadline = std::chrono::steady_clock::now() + 60s;
    while (!made && io_.run_one_until(deadline) > 0) {
    }
    if (failure) std::rethrow_exception(failure);
    return std::move(made.value());
  }
  unsigned status(std::string_view key, std::string body = "{}", Verb verb = Verb::post) {
    return ask(key, std::move(body), verb).response.status;
  }

  boost::asio::io_context io_;
  log::Log log_{::open("/dev/null", O_WRONLY | O_CLOEXEC), log::Level::error};
  FakeSink sink_;
  events::Publisher publisher_{sink_, {}, log_};
  Publishing publishing_{io_, publisher_};
  FakeStore store_;
  Calls* calls_ = nullptr;
  std::unique_ptr<Api> api_;
  std::string second_key_;
  std::vector<std::pair<std::string, std::string>> headers_;
  auth::Caller caller_;
  bool may_wait_ = true;
};

TEST_F(IdempotentRequestsTest, GivesTheFirstAnswerAgainAndStoresNothing) {
  for (const Verb verb : {Verb::post, Verb::put}) {
    const Reply first = ask("\"a\"", "{}", verb);
    EXPECT_EQ(first.response.status, 201U);
    EXPECT_THAT(first.response.headers, testing::Not(HasSubstr("idempotent-replayed")));
    const Reply again = ask("a", "{}", verb);  // Without quotes it is the same key.
    EXPECT_EQ(again.response.status, 201U);
    EXPECT_EQ(again.response.body, first.response.body);
    EXPECT_EQ(again.response.content_type(), first.response.content_type());
    EXPECT_EQ(again.response.headers, first.response.headers + "idempotent-replayed: true\r\n");
    EXPECT_EQ(again.route, "/orders");
  }
  EXPECT_EQ(calls_->placed, 1);
  EXPECT_EQ(calls_->changed, 1);
  EXPECT_EQ(sink_.ids.size(), 2U);
  EXPECT_NE(sink_.ids.at(0), sink_.ids.at(1));  // Keys of two operations are apart.
}

TEST_F(IdempotentRequestsTest, HandlesOtherKeysAndRequestsWithoutOne) {
  EXPECT_EQ(status("a"), 201U);
  EXPECT_EQ(status("b"), 201U);
  EXPECT_EQ(status(""), 201U);
  EXPECT_EQ(status(""), 201U);
  EXPECT_EQ(calls_->placed, 4);
  EXPECT_EQ(std::set<std::string>(sink_.ids.begin(), sink_.ids.end()).size(), 4U);
  EXPECT_EQ(store_.claims.size(), 2U);
}

TEST_F(IdempotentRequestsTest, RefusesAMissingOrAWrongKey) {
  const Reply missing = ask("", "{}", Verb::put);
  EXPECT_EQ(missing.response.status, 400U);
  EXPECT_THAT(missing.response.body, HasSubstr("this operation requires the header"));
  EXPECT_EQ(status("a b"), 400U);
  EXPECT_EQ(status(std::string(256, 'x')), 400U);
  second_key_ = "a";
  EXPECT_EQ(status("a"), 400U);
  EXPECT_EQ(calls_->placed + calls_->changed, 0);
  EXPECT_THAT(store_.claims, IsEmpty());
}

TEST_F(IdempotentRequestsTest, TakesNoKeyWhereNothingIsStored) {
  EXPECT_EQ(status("a", "", Verb::get), 200U);
  EXPECT_THAT(store_.claims, IsEmpty());
}

TEST_F(IdempotentRequestsTest, RefusesTheKeyOfAnotherRequest) {
  EXPECT_EQ(status("a"), 201U);
  const Reply other = ask("a", R"({"other":1})");
  EXPECT_EQ(other.response.status, 422U);
  EXPECT_THAT(other.response.body, HasSubstr("Use a new key for each request."));
  EXPECT_EQ(calls_->placed, 1);
}

TEST_F(IdempotentRequestsTest, TellsRequestsApartByWhatTheirHandlersSee) {
  using Headers = std::vector<std::pair<std::string, std::string>>;
  const std::vector<Headers> requests{{},
                                      {{"X-Tenant", "a"}},
                                      {{"X-Tenant", "b"}},
                                      {{"X-Lines", "a,b"}},
                                      {{"X-Lines", "a"}, {"X-Lines", "c"}}};
  for (const Headers& first : requests) {
    for (const Headers& second : requests) {
      headers_ = first;
      const std::string key = "k" + std::to_string(calls_->placed);
      EXPECT_EQ(status(key), 201U);
      headers_ = second;
      EXPECT_EQ(status(key), &first == &second ? 201U : 422U) << key;
    }
  }
  EXPECT_EQ(calls_->placed, 25);
  const std::set<std::string> ids(sink_.ids.begin(), sink_.ids.end());
  EXPECT_EQ(ids.size(), 25U);
}

TEST_F(IdempotentRequestsTest, TellsRequestsApartByCookiesAndConditions) {
  for (const auto& [name, text, other] :
       {std::array{"Cookie", "region=eu; x=1", "region=us; x=1"},
        std::array{"If-Match", "\"1\"", "\"2\""}, std::array{"If-None-Match", "*", ""}}) {
    headers_ = {{name, text}};
    EXPECT_EQ(status(name), 201U);
    EXPECT_EQ(status(name), 201U) << name;
    headers_ = {{name, other}};
    EXPECT_EQ(status(name), 422U) << name;
  }
  headers_ = {{"Cookie", "region=eu; x=2"}};  // Nobody sees x.
  EXPECT_EQ(status("Cookie"), 201U);
  EXPECT_EQ(calls_->placed, 3);
}

TEST_F(IdempotentRequestsTest, KnowsARequestWhateverNamesTheAttempt) {
  const std::string trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b716920333";
  headers_ = {{"Traceparent", trace + "1-01"}, {"X-Undeclared", "1"}};
  EXPECT_EQ(status("a"), 201U);
  headers_ = {{"Traceparent", trace + "2-01"}, {"X-Undeclared", "2"}};
  EXPECT_EQ(status("\"a\""), 201U);  // The key is declared, and has another form now.
  EXPECT_EQ(calls_->placed, 1);
}

TEST_F(IdempotentRequestsTest, RefusesAKeyWhoseRequestIsBeingHandled) {
  sink_.outcome = DeliveryOutcome::not_stored;
  EXPECT_EQ(status("a"), 503U);
  Claim claim = store_.claims.back();
  claim.holder = "another task";
  bool begun = false;
  const auto on_begun = [&](const std::exception_ptr&, base::Result<Entry> entry) {
    begun = entry.has_value();
  };
  boost::asio::co_spawn(io_.get_executor(), store_.store.begin(claim, {}), on_begun);
  io_.restart();
  while (!begun && io_.run_one() > 0) {
  }
  sink_.outcome = DeliveryOutcome::stored;
  const Reply reply = ask("a");
  EXPECT_EQ(reply.response.status, 409U);
  EXPECT_THAT(reply.response.headers, HasSubstr("retry-after: 1"));
  EXPECT_EQ(calls_->placed, 1);
  EXPECT_GT(claim.lease, 5s);
  EXPECT_LT(claim.lease, 120s);
}

TEST_F(IdempotentRequestsTest, ChecksTheContractFirst) {
  EXPECT_EQ(status("a", "[]"), 400U);
  EXPECT_THAT(store_.claims, IsEmpty());
  EXPECT_EQ(status("a"), 201U);
}

TEST_F(IdempotentRequestsTest, KeepsAnswersOfTheClientsMistakes) {
  EXPECT_EQ(status("a", R"({"status":409})"), 409U);
  const Reply again = ask("a", R"({"status":409})");
  EXPECT_EQ(again.response.status, 409U);
  EXPECT_THAT(again.response.headers, HasSubstr("idempotent-replayed"));
  EXPECT_EQ(calls_->placed, 1);
}

TEST_F(IdempotentRequestsTest, FreesTheKeyIfNothingWasStored) {
  sink_.outcome = DeliveryOutcome::not_stored;
  EXPECT_EQ(status("a"), 503U);
  EXPECT_EQ(status("b", R"({"throw":1})"), 500U);
  EXPECT_EQ(store_.store.entries(), 0U);
  sink_.outcome = DeliveryOutcome::stored;
  EXPECT_EQ(status("a", R"({"other":1})"), 201U);  // Even another request may use it.
  EXPECT_EQ(status("b"), 201U);
}

TEST_F(IdempotentRequestsTest, PublishesWithTheSameIdsWhenNobodyKnows) {
  sink_.outcome = DeliveryOutcome::unknown;
  EXPECT_EQ(status("a"), 504U);
  EXPECT_EQ(status("a", R"({"other":1})"), 422U);
  sink_.outcome = DeliveryOutcome::not_stored;
  EXPECT_EQ(status("a"), 503U);  // The first one may still be stored.
  EXPECT_EQ(status("a", R"({"other":1})"), 422U);
  sink_.outcome = DeliveryOutcome::stored;
  EXPECT_EQ(status("a"), 201U);
  EXPECT_THAT(ask("a").response.headers, HasSubstr("idempotent-replayed"));
  ASSERT_EQ(sink_.ids.size(), 3U);
  EXPECT_EQ(sink_.ids.at(0), sink_.ids.at(1));
  EXPECT_EQ(sink_.ids.at(0), sink_.ids.at(2));
  EXPECT_EQ(sink_.ids.at(0).size(), 36U);
  EXPECT_EQ(sink_.ids.at(0).at(14), '8');  // Its version.
}

TEST_F(IdempotentRequestsTest, HasTheSameIdsInAnotherTask) {
  EXPECT_EQ(status("a"), 201U);
  FakeStore other;
  api_ = make(&other);
  EXPECT_EQ(status("a"), 201U);
  EXPECT_EQ(status("b"), 201U);
  ASSERT_EQ(sink_.ids.size(), 3U);
  EXPECT_EQ(sink_.ids.at(0), sink_.ids.at(1));
  EXPECT_NE(sink_.ids.at(0), sink_.ids.at(2));
}

TEST_F(IdempotentRequestsTest, TwoTasksShareAStore) {
  const Reply first = ask("a");
  sink_.outcome = DeliveryOutcome::unknown;
  EXPECT_EQ(status("b"), 504U);
  const std::unique_ptr<Api> first_task = std::exchange(api_, make(&store_));
  sink_.outcome = DeliveryOutcome::stored;
  const Reply again = ask("a");
  EXPECT_EQ(again.response.body, first.response.body);
  EXPECT_THAT(again.response.headers, HasSubstr("idempotent-replayed"));
  EXPECT_EQ(status("a", R"({"other":1})"), 422U);
  EXPECT_EQ(calls_->placed, 0);  // These are the calls of the second task.
  EXPECT_EQ(status("b"), 201U);
  ASSERT_EQ(sink_.ids.size(), 3U);
  EXPECT_EQ(sink_.ids.at(1), sink_.ids.at(2));
}

TEST_F(IdempotentRequestsTest, HandlesNothingWithoutTheStore) {
  store_.begin_fails = true;
  const Reply reply = ask("a");
  EXPECT_EQ(reply.response.status, 503U);
  EXPECT_THAT(reply.response.headers, HasSubstr("retry-after: 1"));
  EXPECT_THAT(*reply.problem, HasSubstr("the store is down"));
  EXPECT_EQ(calls_->placed, 0);
  store_.begin_fails = false;
  EXPECT_EQ(status("a"), 201U);
}

TEST_F(IdempotentRequestsTest, TellsTheTruthIfTheAnswerCannotBeKept) {
  store_.finish_fails = true;
  EXPECT_EQ(status("a"), 201U);
  store_.finish_fails = false;
  EXPECT_EQ(status("a"), 409U);  // It looks as if it were still being handled,
  store_.now += std::chrono::hours(1);
  EXPECT_EQ(status("a"), 201U);  // until its lease ends.
  ASSERT_EQ(sink_.ids.size(), 2U);
  EXPECT_EQ(sink_.ids.at(0), sink_.ids.at(1));
}

TEST_F(IdempotentRequestsTest, DoesNotKeepAnAnswerThatIsTooLarge) {
  EXPECT_EQ(status("a", R"({"large":1})"), 201U);
  EXPECT_EQ(status("a", R"({"large":1})"), 201U);
  EXPECT_EQ(calls_->placed, 2);
  ASSERT_EQ(sink_.ids.size(), 2U);
  EXPECT_EQ(sink_.ids.at(0), sink_.ids.at(1));
}

TEST_F(IdempotentRequestsTest, ForgetsAfterTheHoursOfTheContract) {
  EXPECT_EQ(status("a", "{}", Verb::put), 201U);
  store_.now += std::chrono::hours(47);
  EXPECT_EQ(status("a", "{}", Verb::put), 201U);
  EXPECT_EQ(calls_->changed, 1);
  store_.now += std::chrono::hours(2);
  EXPECT_EQ(status("a", "{}", Verb::put), 201U);
  EXPECT_EQ(calls_->changed, 2);
  EXPECT_EQ(store_.claims.back().keep, std::chrono::hours(48));
}

TEST_F(IdempotentRequestsTest, GivesNobodyTheAnswerOfAnother) {
  const auto principal = [](std::string scheme, std::string subject) {
    auto made = std::make_shared<auth::Principal>();
    made->scheme = std::move(scheme);
    made->subject = std::move(subject);
    return made;
  };
  const auto app = principal("app", "shop");
  std::vector<auth::Caller> callers(4);
  callers[1] = auth::Caller(app);
  callers[2] = auth::Caller(app);
  callers[2].add(principal("user", "ann"));
  callers[3] = auth::Caller(app);
  callers[3].add(principal("user", "bob"));
  for (const auth::Caller& caller : callers) {
    caller_ = caller;
    EXPECT_THAT(ask("a").response.headers, testing::Not(HasSubstr("idempotent-replayed")));
    EXPECT_THAT(ask("a").response.headers, HasSubstr("idempotent-replayed"));
  }
  EXPECT_EQ(calls_->placed, 4);
  EXPECT_EQ(std::set<std::string>(sink_.ids.begin(), sink_.ids.end()).size(), 4U);
}

TEST_F(IdempotentRequestsTest, NeedsRoomToWait) {
  may_wait_ = false;
  EXPECT_EQ(status("a"), 503U);
  EXPECT_THAT(store_.claims, IsEmpty());
}

TEST_F(IdempotentRequestsTest, RemembersByItselfWithoutAStore) {
  api_ = make(nullptr);
  EXPECT_EQ(status("a"), 201U);
  EXPECT_EQ(status("a"), 201U);
  EXPECT_EQ(calls_->placed, 1);
}

}  // namespace
}  // namespace penstock::http
