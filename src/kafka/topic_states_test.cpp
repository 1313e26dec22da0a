#include "kafka/topic_states.h"

#include <gtest/gtest.h>

namespace penstock::kafka {
namespace {

using Change = TopicStates::Change;
using Standing = TopicStates::Standing;

constexpr auto kNone = RD_KAFKA_RESP_ERR_NO_ERROR;
constexpr auto kAbsent = RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART;
constexpr auto kForbidden = RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED;
const TopicStates::Time kStart{};

TEST(TopicStates, AreNotReadyBeforeKafkaHasAnswered) {
  TopicStates states({"b", "a"}, true);
  EXPECT_EQ(states.to_create(), (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(states.standing("a"), Standing::pending);
  EXPECT_EQ(states.standing("another"), Standing::pending);
  EXPECT_EQ(
      states.not_ready_reason(),
      "topic 'a' is not known to exist: Kafka has not answered yet; these are not ready, too: 'b'");
  states.creation_failed("no broker");
  EXPECT_EQ(states.take_creation("b", RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS, "there"),
            Change::none);
  EXPECT_EQ(states.not_ready_reason(), "topic 'a' is not known to exist: no broker");
  EXPECT_EQ(states.take_creation("a", kNone, ""), Change::created);
  EXPECT_EQ(states.not_ready_reason(), "");
  EXPECT_EQ(states.standing("a"), Standing::usable);
}

TEST(TopicStates, AskAgainAfterAnErrorThatPasses) {
  TopicStates states({"a"}, true);
  EXPECT_EQ(states.take_creation("a", RD_KAFKA_RESP_ERR_NOT_CONTROLLER, "not me"), Change::none);
  EXPECT_EQ(states.to_create(), std::vector<std::string>{"a"});
  EXPECT_EQ(states.not_ready_reason(), "topic 'a' is not known to exist: not me");
  EXPECT_EQ(states.take_look("a", kAbsent), Change::none) << "it is still to be created";
  EXPECT_EQ(states.take_look("a", kNone), Change::none);
  EXPECT_TRUE(states.to_create().empty()) << "somebody else has created it";
}

TEST(TopicStates, TellKafkasReasonAndNameTheIamActionOnlyWhereRightsAreMissing) {
  TopicStates states({"a_b", "given"}, true);
  EXPECT_EQ(states.take_creation("a_b", RD_KAFKA_RESP_ERR_TOPIC_EXCEPTION,
                                 "Topic 'a_b' collides with existing topic: a.b"),
            Change::refused);
  EXPECT_EQ(states.take_creation("given", kForbidden, "Authorization failed."), Change::refused);
  EXPECT_EQ(states.not_ready_reason(), "") << "both may exist already";
  EXPECT_EQ(states.refusal("a_b"), "Topic 'a_b' collides with existing topic: a.b");
  EXPECT_EQ(states.refusal("given"),
            "Authorization failed. (with IAM, it needs kafka-cluster:CreateTopic)");
  EXPECT_EQ(states.take_look("given", kNone), Change::none);
  EXPECT_EQ(states.take_look("a_b", kAbsent), Change::missing);
  EXPECT_EQ(states.take_look("a_b", kAbsent), Change::none) << "it is logged once";
  EXPECT_EQ(states.not_ready_reason(),
            "topic 'a_b' does not exist and cannot be created: Topic 'a_b' collides with existing "
            "topic: a.b");
  EXPECT_EQ(states.standing("a_b"), Standing::missing);
  EXPECT_EQ(states.standing("given"), Standing::usable);
  EXPECT_EQ(states.not_ready_reason("given"), "");
  const auto readiness = states.readiness();
  ASSERT_EQ(readiness.size(), 2u);
  EXPECT_EQ(readiness[0].name, "a_b");
  EXPECT_FALSE(readiness[0].ready);
  EXPECT_TRUE(readiness[1].ready);
}

TEST(TopicStates, AreReadyAgainWhenTheTopicIsMadeByHand) {
  TopicStates states({"a"}, false);
  EXPECT_EQ(states.not_ready_reason(), "");
  EXPECT_EQ(states.take_look("a", kAbsent), Change::missing);
  EXPECT_TRUE(states.any_in_doubt());
  EXPECT_EQ(states.not_ready_reason(), "topic 'a' does not exist");
  EXPECT_EQ(states.take_look("a", kNone), Change::found);
  EXPECT_FALSE(states.any_in_doubt());
  EXPECT_EQ(states.not_ready_reason(), "");
}

TEST(TopicStates, BelieveOnlyASecondLookThatATopicWasDeleted) {
  TopicStates states({"a"}, true);
  EXPECT_EQ(states.take_creation("a", kNone, ""), Change::created);
  EXPECT_EQ(states.take_look("a", kAbsent), Change::none);
  EXPECT_TRUE(states.any_in_doubt());
  EXPECT_EQ(states.take_look("a", kNone), Change::none);
  EXPECT_FALSE(states.any_in_doubt());
  EXPECT_EQ(states.take_look("a", kAbsent), Change::none);
  EXPECT_EQ(states.take_look("a", kAbsent), Change::missing);
  EXPECT_EQ(states.not_ready_reason(), "topic 'a' does not exist");
}

TEST(TopicStates, AreReadyWhereKafkaDoesNotAllowToLookUntilAReportSaysMore) {
  TopicStates states({"a"}, false);
  EXPECT_EQ(states.take_look("a", kForbidden), Change::none);
  EXPECT_EQ(states.not_ready_reason(), "");
  EXPECT_EQ(states.take_report("a", RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC, kStart), Change::missing);
  EXPECT_EQ(states.not_ready_reason(), "topic 'a' does not exist");
  EXPECT_EQ(states.standing("a"), Standing::usable) << "only an event shows that it is back";
  EXPECT_EQ(states.take_look("a", kForbidden), Change::none);
  states.forget_reports(kStart + TopicStates::kReportBelieved);
  EXPECT_NE(states.not_ready_reason(), "");
  states.forget_reports(kStart + TopicStates::kReportBelieved + std::chrono::seconds(1));
  EXPECT_EQ(states.not_ready_reason(), "") << "nothing is published while it is not ready";
  EXPECT_EQ(states.take_report("a", RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC, kStart), Change::missing);
  EXPECT_EQ(states.take_report("a", kNone, kStart), Change::found);
  EXPECT_EQ(states.take_report("a", RD_KAFKA_RESP_ERR__MSG_TIMED_OUT, kStart), Change::none);
  EXPECT_EQ(states.not_ready_reason(), "");
}

TEST(TopicStates, BelieveALookMoreThanAReport) {
  TopicStates states({"a"}, false);
  EXPECT_EQ(states.take_look("a", kNone), Change::none);
  EXPECT_EQ(states.take_report("a", RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC, kStart), Change::none);
  EXPECT_EQ(states.not_ready_reason(), "");
}

TEST(TopicStates, NameAFewOfManyTopics) {
  std::vector<std::string> names;
  for (char c = 'a'; c <= 'j'; ++c) names.emplace_back(1, c);
  TopicStates states(names, false);
  for (const std::string& name : names) (void)states.take_look(name, kAbsent);
  EXPECT_EQ(states.not_ready_reason(),
            "topic 'a' does not exist; these are not ready, too: 'b', 'c', 'd', 'e' and 5 more");
}

}  // namespace
}  // namespace penstock::kafka
