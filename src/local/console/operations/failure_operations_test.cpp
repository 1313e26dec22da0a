#include "local/console/operations/failure_operations.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "local/console/operations/action_observer.h"
#include "local/kafka/memory_broker.h"
#include "local/records/record_writer.h"
#include "support/console_contract.h"
#include "support/silent_observer.h"

namespace penstock::local {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class Answering final : public Invoker {
 public:
  InvocationOutcome invoke(const Payload& payload, std::stop_token) override {
    event = std::string(payload.bytes());
    return outcome;
  }

  InvocationOutcome outcome{.request_id = "r1", .response = "null"};
  std::string event;
};

// Keeps what it hears of invocations, a sentence each.
struct Heard : test::SilentObserver {
  void invoking(const BatchInvocation& invocation) override {
    all.push_back(std::string(invocation.mapping) + " invokes with " + invocation.batch.text() +
                  ", attempt " + std::to_string(invocation.attempt));
  }
  void invoked(const BatchInvocation&, const BatchOutcome& outcome) override {
    all.push_back(std::string(outcome.request_id) + ": " + std::string(outcome.reason));
  }

  std::vector<std::string> all;
};

class FailureOperations : public ::testing::Test {
 protected:
  FailureOperations() {
    operations_ = failure_operations(
        io_, batches_, [this](const std::string&) { return target_; }, stop_.get_token());
  }
  void store(int count) {
    auto writer = RecordWriter::open(target_->cluster, "events");
    ASSERT_TRUE(writer);
    std::vector<NewRecord> records;
    for (int i = 0; i < count; ++i) records.push_back({.value = std::to_string(i)});
    const auto stored = (*writer)->write(records, {});
    ASSERT_TRUE(stored) << stored.error().message;
  }
  void give_up(const std::vector<int64_t>& offsets) {
    EventBatch batch;
    for (const int64_t offset : offsets) {
      batch.add({.topic_partition = {"events", {0}}, .offset = {offset}}, "{}");
    }
    observer_.given_up("events", batch, 3, "RetryAttemptsExhausted", "Broken:\nno", "");
  }
  test::ConsoleContract::Answered redrive(const std::string& id) {
    return contract_.ask(operations_, io_, "POST", "/api/failures/" + id + "/redrive");
  }
  boost::json::array failures() {
    return contract_.ask(operations_, io_, "GET", "/api/failures").json.at("failures").as_array();
  }

  MemoryBroker broker_ = MemoryBroker::start("events", 1).value();
  Answering function_;
  Heard heard_;
  base::Result<RedriveTarget> target_ = RedriveTarget{.cluster = {.bootstrap = broker_.bootstrap()},
                                                      .envelope = {"", broker_.bootstrap()},
                                                      .report_batch_item_failures = true,
                                                      .invoker = &function_,
                                                      .observer = &heard_};
  GivenUpBatches batches_;
  InvocationLines lines_;
  ActionObserver observer_{heard_, batches_, lines_};
  boost::asio::io_context io_{1};
  std::stop_source stop_;
  ConsoleOperations operations_;
  test::ConsoleContract contract_;
};

TEST_F(FailureOperations, BatchesThatWereGivenUpAreListedTheNewestFirst) {
  give_up({15, 16, 17});
  give_up({20});
  const auto list = failures();
  ASSERT_EQ(list.size(), 2u);
  EXPECT_EQ(list[0].at("batch"), "events-0 20");
  EXPECT_EQ(list[1].at("batch"), "events-0 15..17");
  EXPECT_EQ(list[1].at("records").as_int64(), 3);
  EXPECT_EQ(list[1].at("reason"), "Broken:\\x0ano");
  EXPECT_EQ(list[1].at("topic"), "events");
  EXPECT_FALSE(list[1].at("redriven").as_bool());
}

TEST_F(FailureOperations, ExactlyTheRecordsOfTheBatchAreHandedOverAgainOnce) {
  store(6);
  give_up({1, 2, 5});
  const auto answer = redrive("1");
  ASSERT_EQ(answer.status, 200u) << answer.body;
  EXPECT_EQ(answer.body,
            R"({"done":true,"records":3,"sentence":"the function has handled 3 records"})");
  const auto event = json::parse(function_.event);
  ASSERT_TRUE(event);
  const auto& records = event->at("records").at("events-0").as_array();
  ASSERT_EQ(records.size(), 3u);
  EXPECT_EQ(records[2].at("offset").as_int64(), 5);
  EXPECT_EQ(event->at("bootstrapServers").as_string().c_str(), broker_.bootstrap());
  EXPECT_THAT(heard_.all, ElementsAre("events invokes with events-0 1..5, attempt 4", "r1: "));
  EXPECT_TRUE(failures()[0].at("redriven").as_bool());
  const auto again = redrive("1");
  EXPECT_EQ(again.status, 409u);
  EXPECT_THAT(again.detail(), HasSubstr("redriven already"));
}

TEST_F(FailureOperations, AfterAPartialResponseOnlyTheRestIsHandedOver) {
  store(4);
  give_up({0, 1, 2, 3});
  function_.outcome.response =
      R"({"batchItemFailures":[{"itemIdentifier":{"partition":"events-0","offset":2}}]})";
  const auto first = redrive("1");
  EXPECT_FALSE(first.json.at("done").as_bool());
  EXPECT_THAT(first.json.at("sentence").as_string().c_str(),
              HasSubstr("the function has failed again: the function reports failures: {"));
  EXPECT_EQ(failures()[0].at("batch"), "events-0 2");
  function_.outcome.response = "";
  EXPECT_TRUE(redrive("1").json.at("done").as_bool());
  EXPECT_THAT(heard_.all.at(2), HasSubstr("events-0 2, attempt"));
}

TEST_F(FailureOperations, AFailureOfTheFunctionIsSaid) {
  store(1);
  give_up({0});
  function_.outcome = {.request_id = "r2", .error_type = "Broken", .error_message = "again"};
  const auto answer = redrive("1");
  EXPECT_FALSE(answer.json.at("done").as_bool());
  EXPECT_EQ(answer.json.at("sentence"), "the function has failed again: Broken: again");
  EXPECT_THAT(heard_.all.at(1), HasSubstr("r2: Broken: again"));
  EXPECT_FALSE(failures()[0].at("redriven").as_bool());
}

TEST_F(FailureOperations, AFailureThatTheMappingWouldNotSeeIsOneHere) {
  store(1);
  give_up({0});
  target_->report_batch_item_failures = false;
  function_.outcome.response =
      R"({"batchItemFailures":[{"itemIdentifier":{"partition":"events-0","offset":0}}]})";
  EXPECT_FALSE(redrive("1").json.at("done").as_bool());
}

TEST_F(FailureOperations, WhatKafkaNoLongerHasIsSaid) {
  store(2);
  give_up({1, 7, 8});
  const auto answer = redrive("1");
  EXPECT_TRUE(answer.json.at("done").as_bool());
  EXPECT_EQ(answer.json.at("sentence"),
            "the function has handled 1 record; Kafka no longer has the records events-0 7..8");
  give_up({50});
  const auto gone = redrive("2");
  EXPECT_FALSE(gone.json.at("done").as_bool());
  EXPECT_THAT(gone.json.at("sentence").as_string().c_str(),
              HasSubstr("Kafka no longer has the records events-0 50"));
}

TEST_F(FailureOperations, WhatCannotBeRedrivenIsRefusedWithASentence) {
  EXPECT_EQ(redrive("9").status, 404u);
  give_up({0});
  target_ = base::Error{.code = base::ErrorCode::not_found, .message = "no such mapping runs"};
  const auto answer = redrive("1");
  EXPECT_EQ(answer.status, 404u);
  EXPECT_EQ(answer.detail(), "no such mapping runs");
}

TEST_F(FailureOperations, TheListIsBounded) {
  for (size_t i = 0; i < GivenUpBatches::kBatchesMax + 3; ++i) give_up({1});
  EXPECT_EQ(failures().size(), GivenUpBatches::kBatchesMax);
  EXPECT_EQ(batches_.find("3"), nullptr);
  EXPECT_NE(batches_.find("4"), nullptr);
  // Offsets with gaps need memory each.
  std::vector<int64_t> gaps;
  for (int64_t i = 0; i < 10'000; ++i) gaps.push_back(2 * i);
  for (int i = 0; i < 15; ++i) give_up(gaps);
  EXPECT_LE(failures().size(), 11u);
}

}  // namespace
}  // namespace penstock::local
