#include "local/console/operations/topic_operations.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "local/kafka/memory_broker.h"
#include "support/console_contract.h"

namespace penstock::local {
namespace {

using ::testing::HasSubstr;

class TopicOperations : public ::testing::Test {
 protected:
  TopicOperations() {
    EXPECT_TRUE(broker_.create("orders", 1));
    operations_ =
        topic_operations(io_, browser_,
                         {.cluster = [this] { return cluster_; },
                          .is_own = [](const std::string& topic) { return topic == "events"; }},
                         stop_.get_token());
  }
  test::ConsoleContract::Answered ask(std::string_view method, const std::string& target,
                                      const std::string& body = {}) {
    return contract_.ask(operations_, io_, method, target, body);
  }
  void produce(const std::string& body) {
    const auto answer = ask("POST", "/api/topics/events/records", body);
    EXPECT_EQ(answer.status, 200u) << answer.body;
  }

  MemoryBroker broker_ = MemoryBroker::start("events", 2).value();
  base::Result<Cluster> cluster_ = Cluster{.bootstrap = broker_.bootstrap()};
  boost::asio::io_context io_{1};
  std::stop_source stop_;
  TopicBrowser browser_;
  ConsoleOperations operations_;
  test::ConsoleContract contract_;
};

TEST_F(TopicOperations, ListTopicsSaysWhichAreOwn) {
  const auto answer = ask("GET", "/api/topics");
  ASSERT_EQ(answer.status, 200u) << answer.body;
  const auto& topics = answer.json.at("topics").as_array();
  ASSERT_EQ(topics.size(), 2u);
  EXPECT_TRUE(topics[0].at("own").as_bool());
  EXPECT_EQ(topics[0].at("partitions").as_array().size(), 2u);
  EXPECT_FALSE(topics[1].at("own").as_bool());
}

TEST_F(TopicOperations, ARecordThatIsProducedIsListedAndReadAlone) {
  const auto stored = ask("POST", "/api/topics/events/records",
                          R"({"partition": 1, "key": "k", "value": "{\"a\":1}",
              "headers": [{"name": "h", "value": "v"}, {"name": "n", "value": null}]})");
  EXPECT_EQ(stored.body, R"({"partition":1,"offset":0})");
  const auto list = ask("GET", "/api/topics/events/records?key=k");
  ASSERT_EQ(list.status, 200u) << list.body;
  EXPECT_EQ(list.json.at("examined").as_int64(), 1);
  const auto& record = list.json.at("records").as_array().at(0).as_object();
  EXPECT_EQ(record.at("value").at("form"), "json");
  EXPECT_EQ(record.at("value").at("text"), "{\"a\":1}");
  const auto alone = ask("GET", "/api/topics/events/records/1/0");
  ASSERT_EQ(alone.status, 200u) << alone.body;
  EXPECT_EQ(alone.json.as_object(), record);
  EXPECT_EQ(alone.json.at("headers").as_array().at(1).at("value").at("form"), "null");
}

TEST_F(TopicOperations, ATombstoneAndBytesAreProduced) {
  produce(R"({"partition": 0, "key": "gone"})");
  produce(R"({"partition": 0, "value": "AP8=", "encoding": "base64"})");
  const auto list = ask("GET", "/api/topics/events/records?partition=0&offset=0");
  const auto& records = list.json.at("records").as_array();
  ASSERT_EQ(records.size(), 2u) << list.body;
  EXPECT_EQ(records[0].at("value").at("form"), "bytes");
  EXPECT_EQ(records[0].at("value").at("text"), "AP8=");
  EXPECT_EQ(records[1].at("value").at("form"), "null");
  const auto refused =
      ask("POST", "/api/topics/events/records", R"({"value": "not base64", "encoding": "base64"})");
  EXPECT_EQ(refused.status, 400u);
  EXPECT_THAT(refused.detail(), HasSubstr("not base64"));
}

TEST_F(TopicOperations, MarkupAndDeepJsonStayText) {
  const std::string deep = std::string(3'000, '[') + std::string(3'000, ']');
  produce(R"({"partition": 0, "value": "<script>alert(1)</script>"})");
  produce(R"({"partition": 0, "value": ")" + deep + "\"}");
  const auto list = ask("GET", "/api/topics/events/records?partition=0");
  const auto& records = list.json.at("records").as_array();
  ASSERT_EQ(records.size(), 2u) << list.body;
  EXPECT_EQ(records[0].at("value").at("form"), "text");
  EXPECT_EQ(records[0].at("value").at("text").as_string().c_str(), deep);
  EXPECT_EQ(records[1].at("value").at("text"), "<script>alert(1)</script>");
}

TEST_F(TopicOperations, WhatIsNotThereIs404WithASentence) {
  EXPECT_EQ(ask("GET", "/api/topics/none/records").status, 404u);
  EXPECT_EQ(ask("GET", "/api/topics/events/records?partition=7").status, 404u);
  const auto record = ask("GET", "/api/topics/events/records/0/5");
  EXPECT_EQ(record.status, 404u);
  EXPECT_THAT(record.detail(), HasSubstr("there is no record at events-0@5"));
  EXPECT_EQ(ask("GET", "/api/topics/events/records/0/9007199254740991").status, 404u);
  EXPECT_EQ(ask("GET", "/api/topics/events/records/0/9007199254740992").status, 400u);
  EXPECT_EQ(ask("GET", "/api/topics/events/records?offset=1e300").status, 400u);
}

TEST_F(TopicOperations, WithoutABrokerTheAnswerSaysWhy) {
  cluster_ = base::Error{.code = base::ErrorCode::unavailable, .message = "the broker is stopped"};
  const auto answer = ask("GET", "/api/topics");
  EXPECT_EQ(answer.status, 503u);
  EXPECT_EQ(answer.detail(), "the broker is stopped");
}

TEST_F(TopicOperations, AStopEndsACallThatWaitsForABroker) {
  cluster_ = Cluster{.bootstrap = "127.0.0.1:1"};
  stop_.request_stop();
  EXPECT_EQ(ask("GET", "/api/topics").status, 503u);
}

}  // namespace
}  // namespace penstock::local
