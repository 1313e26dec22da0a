#include <gtest/gtest.h>

#include <string>

#include "contract/openapi/contract.h"

namespace penstock::contract {
namespace {

// Returns a document whose operation has this `x-events`.
std::string with(const std::string& events, const std::string& more = "") {
  return "openapi: 3.1.0\ninfo: {title: t, version: '1'}\npaths:\n  /a:\n    get:\n      "
         "x-events: " +
         events + "\n" + more + "      responses: {'200': {description: d}}\n";
}

std::string problem(const std::string& events, const std::string& more = "") {
  const auto contract = Contract::parse(with(events, more), "t.yaml");
  return contract ? "" : contract.error().message;
}

TEST(DeclaredEvents, AreThoseOfTheList) {
  const Contract contract =
      Contract::parse(with("{events: [{type: t.a, topic: as, key: /id}, {type: t.b, topic: bs, "
                           "delivery: best_effort}]}"),
                      "t.yaml")
          .value();
  const Operation& operation = contract.paths()[0].operations[0];
  ASSERT_EQ(operation.events.size(), 2u);
  EXPECT_TRUE(operation.several_events);
  EXPECT_FALSE(operation.atomic);
  EXPECT_EQ(operation.event("t.a"), &operation.events[0]);
  EXPECT_EQ(operation.event("t.b")->topic, "bs");
  EXPECT_FALSE(operation.event("t.b")->acknowledged);
  EXPECT_EQ(operation.event("t.c"), nullptr);
  EXPECT_EQ(contract.topics(""), (std::vector<std::string>{"as", "bs"}));
  EXPECT_EQ(contract.topics("all"), (std::vector<std::string>{"all"}));
  EXPECT_TRUE(contract.topics("", true).empty());
}

TEST(DeclaredEvents, MayBeAtomic) {
  const Contract contract =
      Contract::parse(with("{atomic: true, events: [{type: t.a, topic: as}]}"), "t.yaml").value();
  EXPECT_TRUE(contract.paths()[0].operations[0].atomic);
  EXPECT_EQ(contract.topics("", true), (std::vector<std::string>{"as"}));
}

TEST(DeclaredEvents, OfOneXEventAreOne) {
  const std::string document =
      "openapi: 3.1.0\ninfo: {title: t, version: '1'}\npaths: {/a: {get: {x-event: {type: t.a, "
      "topic: as}, responses: {'200': {description: d}}}}}";
  const Contract contract = Contract::parse(document, "t.yaml").value();
  const Operation& operation = contract.paths()[0].operations[0];
  EXPECT_EQ(operation.events.size(), 1u);
  EXPECT_FALSE(operation.several_events);
}

TEST(DeclaredEvents, AreCheckedAsEachAlone) {
  std::string seventeen = "{events: [";
  for (int i = 0; i < 17; ++i) seventeen += "{type: t.a" + std::to_string(i) + ", topic: as}, ";
  struct Row {
    std::string events;
    std::string problem;
    std::string more = {};
  };
  const Row rows[] = {
      {"[]", "t.yaml:6:17: x-events must be an object"},
      {"{atomic: true}", "t.yaml:6:17: x-events needs 'events', a list with an event or several"},
      {"{events: []}", "t.yaml:6:26: x-events needs 'events', a list with an event or several"},
      {"{events: {}}", "t.yaml:6:26: x-events needs 'events', a list with an event or several"},
      {"{events: [{type: t, topic: t}], atomc: true}",
       "t.yaml:6:49: x-events: 'atomc' is not supported; correct or remove it"},
      {"{events: [{type: t, topic: t}], atomic: 1}", "t.yaml:6:57: atomic must be true or false"},
      {"{events: [1]}", "t.yaml:6:27: x-event must be an object"},
      {"{events: [{type: t, topic: t}, {type: t, topic: s}]}",
       "t.yaml:6:48: x-events declares events of type 't' twice; remove one: a handler may publish "
       "several events of a type"},
      {"{atomic: true, events: [{type: t, topic: t, delivery: best_effort}]}",
       "t.yaml:6:41: x-events: with atomic the delivery must be acknowledged, since all events of "
       "a request are stored or none is"},
      {"{events: [{type: t, topic: a.b}, {type: u, topic: a_b}]}",
       "t.yaml:6:67: x-event: Kafka cannot have topic 'a_b' beside 'a.b' of t.yaml:6:44, because "
       "its metrics show '.' and '_' alike; rename one of them"},
      {"{events: [{type: t, topic: t}]}",
       "t.yaml:6:17: 'x-event' and 'x-events' exclude one another; write all events in x-events",
       "      x-event: {type: t, topic: t}\n"},
      {seventeen + "]}", "t.yaml:6:26: x-events has 17 events, but may have at most 16"},
  };
  for (const Row& row : rows) EXPECT_EQ(problem(row.events, row.more), row.problem) << row.events;
}

}  // namespace
}  // namespace penstock::contract
