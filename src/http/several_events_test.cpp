#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/json/parse.hpp>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "http/api.h"

namespace penstock::http {
namespace {

using namespace std::chrono_literals;
using events::DeliveryOutcome;
using events::DeliveryReport;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::string_view kContract = R"(
openapi: 3.1.0
info: {title: t, version: 1.0.0}
paths:
  /several:
    post:
      operationId: several
      parameters: [{name: what, in: query, schema: {type: string}}]
      x-events:
        events:
          - {type: t.placed, topic: placed, key: /id, schema: {type: object, required: [id]}}
          - {type: t.paid, topic: paid}
          - {type: t.seen, topic: seen, delivery: best_effort}
      responses: {'202': {description: d}}
  /atomic:
    post:
      operationId: atomic
      parameters: [{name: what, in: query, schema: {type: string}}]
      x-events:
        atomic: true
        events: [{type: t.placed, topic: placed, key: /id}, {type: t.paid, topic: paid}]
      responses: {'202': {description: d}}
  /keyed:
    post:
      operationId: keyed
      x-penstock-idempotency: {}
      parameters: [{name: what, in: query, schema: {type: string}}]
      x-events: {events: [{type: t.placed, topic: placed, key: /id}, {type: t.paid, topic: paid}]}
      responses: {'202': {description: d}}
  /keyed-atomic:
    post:
      operationId: keyed_atomic
      x-penstock-idempotency: {}
      parameters: [{name: what, in: query, schema: {type: string}}]
      x-events:
        atomic: true
        events: [{type: t.placed, topic: placed, key: /id}, {type: t.paid, topic: paid}]
      responses: {'202': {description: d}}
  /one:
    post:
      operationId: one
      parameters: [{name: what, in: query, schema: {type: string}}]
      x-event: {type: t.one, topic: one}
      responses: {'202': {description: d}}
)";

// Publishes what the request asks for: "placed,paid" is one event of each type.
Answer publish(const Request& request) {
  Answer answer = empty(202);
  std::string_view left = request.query("what");
  while (!left.empty()) {
    const std::string_view type = left.substr(0, left.find(','));
    left.remove_prefix(std::min(left.size(), type.size() + 1));
    if (type == "untyped") {
      std::move(answer).publish(object{{"id", "u"}});
    } else {
      std::move(answer).publish("t." + std::string(type),
                                object{{type == "paid" ? "amount" : "id", "7"}});
    }
  }
  return answer;
}

const Handlers kHandlers{{"several", publish},
                         {"atomic", publish},
                         {"keyed", publish},
                         {"keyed_atomic", publish},
                         {"one", publish}};

// Reports what the test wants for each topic, at once or when the test says so.
class FakeSink final : public events::Sink {
 public:
  std::optional<DeliveryReport> submit(const events::Event& event, events::Ticket ticket) override {
    submitted.push_back(event.topic);
    ids.push_back(event.id);
    if (throws_for == event.topic) throw 42;
    if (outcomes[event.topic] == DeliveryOutcome::not_stored) {
      return DeliveryReport{.outcome = DeliveryOutcome::not_stored, .reason = "the queue is full"};
    }
    if (reports_later) {
      tickets.emplace_back(event.topic, ticket);
    } else {
      report(event.topic, ticket);
    }
    return std::nullopt;
  }
  std::optional<DeliveryReport> obstacle(const events::Event& event) const override {
    if (event.topic != no_topic) return std::nullopt;
    return DeliveryReport{.outcome = DeliveryOutcome::refused, .reason = "there is no such topic"};
  }
  void set_report_listener(ReportListener listener) override { listener_ = std::move(listener); }

  void report(const std::string& topic, events::Ticket ticket) {
    DeliveryReport report{.outcome = outcomes[topic], .reason = "because of " + topic};
    if (report.outcome == DeliveryOutcome::stored) {
      report.stored_at = events::StoredAt{{1}, {static_cast<int64_t>(topic.size())}};
    }
    listener_(ticket, std::move(report));
  }

  std::map<std::string, DeliveryOutcome> outcomes{{"placed", DeliveryOutcome::stored},
                                                  {"paid", DeliveryOutcome::stored},
                                                  {"seen", DeliveryOutcome::stored},
                                                  {"one", DeliveryOutcome::stored}};
  std::string no_topic;
  std::string throws_for;
  bool reports_later = false;
  std::vector<std::pair<std::string, events::Ticket>> tickets;
  std::vector<std::string> submitted;
  std::vector<std::string> ids;

 private:
  ReportListener listener_;
};

class FakeAtomicSink final : public events::AtomicSink {
 public:
  void submit(std::vector<events::Event> events, Time /*deadline*/,
              events::AtomicWaiter& waiter) override {
    sets.push_back(events);
    waiter.done(events::AtomicReport(report));
    if (releases) listener_->released(events.size(), 0);
  }
  void set_listener(Listener& listener) override { listener_ = &listener; }

  events::AtomicReport report{.outcome = DeliveryOutcome::stored,
                              .stored_at = {{{0}, {5}}, {{1}, {6}}}};
  bool releases = true;
  std::vector<std::vector<events::Event>> sets;

 private:
  Listener* listener_ = nullptr;
};

class SeveralEventsTest : public testing::Test {
 protected:
  SeveralEventsTest() {
    publishing_.store_sets_in(atomic_);
    auto contract = contract::Contract::parse(kContract, "test.yaml");
    if (!contract) throw std::runtime_error(contract.error().message);
    api_ = std::move(Api::make(std::move(*contract), kHandlers, {.topic = "", .event_source = "/t"},
                               publishing_, log_)
                         .value());
  }

  Reply ask(const std::string& path, const std::string& what) {
    RequestMessage request;
    request.set_start_line(Verb::post, "POST", target_ = path + "?what=" + what);
    request.add_header(Field::host, "Host", "api.example.com");
    if (!key_.empty()) request.add_header(Field::unknown, "Idempotency-Key", key_);
    std::optional<Reply> reply;
    boost::asio::co_spawn(io_.get_executor(), api_->handle(request),
                          [&](const std::exception_ptr& failure, Reply made) {
                            if (failure) std::rethrow_exception(failure);
                            reply = std::move(made);
                          });
    io_.restart();
    while (!reply && io_.run_one_for(30s) > 0) {
      for (const auto& [topic, ticket] : std::exchange(sink_.tickets, {})) {
        sink_.report(topic, ticket);
      }
    }
    return std::move(reply.value());
  }

  static std::vector<std::string> outcomes(const Reply& reply) {
    std::vector<std::string> all;
    const auto document = boost::json::parse(reply.response.body);
    for (const auto& event : document.at("events").as_array()) {
      all.push_back(std::string(event.at("type").as_string()) + ' ' +
                    std::string(event.at("outcome").as_string()));
    }
    return all;
  }

  log::Log log_{::open("/dev/null", O_WRONLY | O_CLOEXEC), log::Level::error};
  boost::asio::io_context io_{1};
  FakeSink sink_;
  FakeAtomicSink atomic_;
  events::Publisher publisher_{
      sink_, {.deadline = 2000ms, .in_flight_max = 3, .bytes_max = 1000}, log_};
  Publishing publishing_{io_, publisher_};
  std::unique_ptr<Api> api_;
  std::string target_;
  std::string key_;
};

TEST_F(SeveralEventsTest, HaveTheSameIdsInEachRepetitionOfAKey) {
  key_ = "a";
  sink_.outcomes["paid"] = DeliveryOutcome::unknown;
  EXPECT_EQ(ask("/keyed", "placed,paid").response.status, 504u);
  sink_.outcomes["paid"] = DeliveryOutcome::stored;
  EXPECT_EQ(ask("/keyed", "placed,paid").response.status, 202u);
  ASSERT_EQ(sink_.ids.size(), 4u);
  EXPECT_NE(sink_.ids[0], sink_.ids[1]);
  EXPECT_EQ(sink_.ids[0], sink_.ids[2]);
  EXPECT_EQ(sink_.ids[1], sink_.ids[3]);
  const Reply again = ask("/keyed", "placed,paid");
  EXPECT_EQ(again.response.status, 202u);
  EXPECT_THAT(again.response.headers, HasSubstr("idempotent-replayed: true"));
  EXPECT_EQ(ask("/keyed", "paid,placed").response.status, 422u);
  EXPECT_EQ(sink_.ids.size(), 4u) << "nothing is published again";
}

TEST_F(SeveralEventsTest, OfAnAtomicSetHaveTheSameIdsInEachRepetitionOfAKey) {
  key_ = "a";
  const events::AtomicReport stored =
      std::exchange(atomic_.report, {.outcome = DeliveryOutcome::unknown, .reason = "no answer"});
  EXPECT_EQ(ask("/keyed-atomic", "placed,paid").response.status, 504u);
  atomic_.report = stored;
  EXPECT_EQ(ask("/keyed-atomic", "placed,paid").response.status, 202u);
  EXPECT_THAT(ask("/keyed-atomic", "placed,paid").response.headers,
              HasSubstr("idempotent-replayed: true"));
  ASSERT_EQ(atomic_.sets.size(), 2u);
  ASSERT_EQ(atomic_.sets[0].size(), 2u);
  EXPECT_NE(atomic_.sets[0][0].id, atomic_.sets[0][1].id);
  EXPECT_EQ(atomic_.sets[0][0].id, atomic_.sets[1][0].id);
  EXPECT_EQ(atomic_.sets[0][1].id, atomic_.sets[1][1].id);
}

TEST(AnswerTest, KeepsWhatItHasWhereItIsAssignedToItself) {
  Answer answer = json("b").header("X-A", "1").publish(object{{"id", "1"}});
  answer = std::move(answer).publish("t.paid", object{{"id", "2"}});
  answer = std::move(answer).publish("t.seen", object{{"id", "3"}});
  ASSERT_EQ(answer.events().size(), 3u);
  EXPECT_EQ(answer.events()[0].event.at("id"), "1");
  EXPECT_EQ(answer.events()[2].type, "t.seen");
  EXPECT_EQ(answer.body().value(), "b");
  EXPECT_EQ(answer.headers().size(), 1u);
  Answer other(201);
  other = std::move(answer);
  EXPECT_EQ(other.status(), 200u);
  EXPECT_EQ(other.events().size(), 3u);
}

TEST_F(SeveralEventsTest, AreAllStoredBeforeTheAnswer) {
  sink_.reports_later = true;
  const Reply reply = ask("/several", "placed,paid,placed");
  EXPECT_EQ(reply.response.status, 202u);
  EXPECT_THAT(sink_.submitted, ElementsAre("placed", "paid", "placed"));
  ASSERT_EQ(reply.several->all.size(), 3u);
  for (const PublishedEvent& one : reply.several->all) {
    EXPECT_EQ(one.report.outcome, DeliveryOutcome::stored);
    EXPECT_TRUE(one.report.stored_at);
  }
  EXPECT_EQ(reply.event_id, reply.several->all.front().event.id);
  EXPECT_EQ(publisher_.counts().stored, 3u);
  EXPECT_EQ(publisher_.in_flight(), 0u);
}

TEST_F(SeveralEventsTest, AreUnknownTogetherIfSomeAreStored) {
  sink_.outcomes["paid"] = DeliveryOutcome::not_stored;
  const Reply reply = ask("/several", "placed,paid,seen");
  EXPECT_EQ(reply.response.status, 504u);
  EXPECT_THAT(outcomes(reply),
              ElementsAre("t.placed stored", "t.paid not_stored", "t.seen not_stored"));
  EXPECT_THAT(sink_.submitted, ElementsAre("placed", "paid"))
      << "what nobody waits for is sent after the others";
  const auto document = boost::json::parse(reply.response.body);
  EXPECT_EQ(document.at("retryable"), true);
  EXPECT_EQ(document.at("events").at(0).at("id").as_string(), reply.several->all.front().event.id);
}

TEST_F(SeveralEventsTest, AreUnknownIfOneIs) {
  sink_.outcomes["placed"] = DeliveryOutcome::not_stored;
  sink_.outcomes["paid"] = DeliveryOutcome::unknown;
  const Reply reply = ask("/several", "placed,paid");
  EXPECT_EQ(reply.response.status, 504u);
  EXPECT_THAT(outcomes(reply), ElementsAre("t.placed not_stored", "t.paid unknown"));
}

TEST_F(SeveralEventsTest, MayBeTriedAgainIfNoneIsStored) {
  sink_.outcomes["placed"] = sink_.outcomes["paid"] = DeliveryOutcome::not_stored;
  const Reply reply = ask("/several", "placed,paid");
  EXPECT_EQ(reply.response.status, 503u);
  EXPECT_THAT(reply.response.body, HasSubstr("None of the events was stored."));
}

TEST_F(SeveralEventsTest, AreRefusedForGoodIfOneIsAndNoneIsStored) {
  sink_.outcomes["placed"] = DeliveryOutcome::refused;
  sink_.outcomes["paid"] = DeliveryOutcome::not_stored;
  const Reply reply = ask("/several", "placed,paid");
  EXPECT_EQ(reply.response.status, 500u);
  EXPECT_EQ(reply.problem, "because of placed; the queue is full");
}

TEST_F(SeveralEventsTest, NoneIsSentWhereItIsClearThatNotAllCanBe) {
  sink_.no_topic = "paid";
  EXPECT_EQ(ask("/several", "placed,paid").response.status, 500u);
  sink_.no_topic.clear();
  EXPECT_EQ(ask("/several", "placed,paid,placed,paid").response.status, 503u)
      << "there is room for three";
  EXPECT_TRUE(sink_.submitted.empty());
  EXPECT_EQ(publisher_.counts().refused, 2u);
  EXPECT_EQ(publisher_.counts().not_stored, 4u);
}

TEST_F(SeveralEventsTest, AnExceptionLeavesTheOthersTheirReports) {
  sink_.throws_for = "placed";
  const Reply reply = ask("/several", "placed,paid");
  EXPECT_EQ(reply.response.status, 504u);
  EXPECT_THAT(outcomes(reply), ElementsAre("t.placed unknown", "t.paid stored"));
}

TEST_F(SeveralEventsTest, WhatNobodyWaitsForMayBeAlone) {
  sink_.outcomes["seen"] = DeliveryOutcome::refused;
  EXPECT_EQ(ask("/several", "seen").response.status, 202u);
  EXPECT_THAT(sink_.submitted, ElementsAre("seen"));
}

TEST_F(SeveralEventsTest, NoneIsPublishedIfTheHandlerPublishesNone) {
  const Reply reply = ask("/several", "");
  EXPECT_EQ(reply.response.status, 202u);
  EXPECT_FALSE(reply.several);
}

TEST_F(SeveralEventsTest, MustKeepTheContract) {
  for (const char* what : {"untyped", "other", "placed,untyped", "paid,other"}) {
    EXPECT_EQ(ask("/several", what).response.status, 500u) << what;
  }
  std::string seventeen = "paid";
  for (size_t i = 0; i < contract::kPublishedEventsMax; ++i) seventeen += ",paid";
  const Reply reply = ask("/several", seventeen);
  EXPECT_EQ(reply.response.status, 500u);
  EXPECT_THAT(reply.problem.value(), HasSubstr("publishes 17 events, but may publish 16"));
  EXPECT_TRUE(sink_.submitted.empty());
}

TEST_F(SeveralEventsTest, AnOperationWithOneEventPublishesOne) {
  EXPECT_EQ(ask("/one", "one").response.status, 202u);
  EXPECT_EQ(ask("/one", "untyped").response.status, 202u);
  EXPECT_THAT(sink_.submitted, ElementsAre("one", "one"));
  for (const char* what : {"one,one", "untyped,untyped", "untyped,one", "placed"}) {
    EXPECT_EQ(ask("/one", what).response.status, 500u) << what;
  }
  EXPECT_EQ(sink_.submitted.size(), 2u);
}

TEST_F(SeveralEventsTest, GoToTheSinkOfSetsIfTheyAreAtomic) {
  const Reply reply = ask("/atomic", "placed,paid");
  EXPECT_EQ(reply.response.status, 202u);
  EXPECT_TRUE(sink_.submitted.empty());
  ASSERT_EQ(atomic_.sets.size(), 1u);
  EXPECT_EQ(atomic_.sets[0][1].type, "t.paid");
  ASSERT_TRUE(reply.several->all[1].report.stored_at);
  EXPECT_EQ(reply.several->all[1].report.stored_at->offset, base::Offset{6});
  EXPECT_EQ(publisher_.counts().stored, 2u);
}

TEST_F(SeveralEventsTest, OneNeedsNoTransaction) {
  EXPECT_EQ(ask("/atomic", "paid").response.status, 202u);
  EXPECT_THAT(sink_.submitted, ElementsAre("paid"));
  EXPECT_TRUE(atomic_.sets.empty());
}

TEST_F(SeveralEventsTest, AnAtomicSetHasOneOutcome) {
  atomic_.report = {.outcome = DeliveryOutcome::unknown, .reason = "no answer"};
  const Reply reply = ask("/atomic", "placed,paid");
  EXPECT_EQ(reply.response.status, 504u);
  EXPECT_THAT(outcomes(reply), ElementsAre("t.placed unknown", "t.paid unknown"));
  EXPECT_THAT(reply.response.body, HasSubstr("all of them or none"));
  atomic_.report.outcome = DeliveryOutcome::not_stored;
  EXPECT_EQ(ask("/atomic", "placed,paid").response.status, 503u);
  atomic_.report.outcome = DeliveryOutcome::refused;
  EXPECT_EQ(ask("/atomic", "placed,paid").response.status, 500u);
}

TEST_F(SeveralEventsTest, AnAtomicSetKeepsItsRoomUntilItIsReleased) {
  atomic_.releases = false;
  EXPECT_EQ(ask("/atomic", "placed,paid").response.status, 202u);
  EXPECT_EQ(publisher_.in_flight(), 2u);
  EXPECT_EQ(ask("/atomic", "placed,paid").response.status, 503u);
  EXPECT_EQ(ask("/several", "placed,paid").response.status, 503u);
  EXPECT_EQ(ask("/one", "one").response.status, 202u);
}

}  // namespace
}  // namespace penstock::http
