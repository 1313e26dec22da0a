// These tests use a topic of a real Apache Kafka as a failure destination, and read it again.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "local/failures/failure_destination.h"
#include "local/failures/failure_document_reader.h"
#include "local/records/record_writer.h"
#include "support/kafka_client.h"
#include "support/real_kafka.h"

namespace penstock::local {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const FailureContext kContext{"arn:f", {"", "localhost:1"}};

EventBatch batch_of(const std::vector<NewRecord>& records) {
  EventBatch batch;
  for (const NewRecord& record : records) {
    Record made{.topic_partition = {"orders", {0}},
                .offset = {static_cast<int64_t>(batch.size())},
                .key = record.key,
                .value = record.value};
    std::string json = record_json(made);
    batch.add(std::move(made), std::move(json));
  }
  return batch;
}

std::vector<NewRecord> records_of(size_t count, size_t bytes) {
  return {count, NewRecord{.key = "k", .value = std::string(bytes, 'v')}};
}

class FailureTopic : public test::RealKafkaTest {
 protected:
  // Makes a topic of one partition whose records have at most this many bytes.
  void make(const std::string& topic, int bytes_max) {
    topic_ = topic;
    const auto made = test::create_topic(kafka().bootstrap(), topic, 1,
                                         {{"max.message.bytes", std::to_string(bytes_max)}});
    ASSERT_TRUE(made) << made.error().message;
  }
  [[nodiscard]] Cluster cluster() const { return {.bootstrap = kafka().bootstrap()}; }
  std::unique_ptr<FailureDestination> destination() {
    return open_failure_destination("kafka://" + topic_, cluster(), "", kContext, {}).value();
  }
  base::Result<std::string> send(FailureDestination& to, const std::vector<NewRecord>& records) {
    const EventBatch batch = batch_of(records);
    return to.send({batch, "RetryAttemptsExhausted", 1, "id"}, {});
  }
  std::vector<Record> stored() { return test::read_topic(kafka().bootstrap(), topic_).value(); }
  // Returns the offsets that the stored documents are about, in the order of the topic.
  std::vector<int64_t> offsets() {
    std::vector<int64_t> offsets;
    for (const Record& record : stored()) {
      const auto document = boost::json::parse(record.value.value());
      offsets.push_back(std::stoll(
          document.at("KafkaBatchInfo").at("recordInfo").at("offset").as_string().c_str()));
    }
    return offsets;
  }

  std::string topic_;
};

std::vector<int64_t> sorted(std::vector<int64_t> numbers) {
  std::sort(numbers.begin(), numbers.end());
  return numbers;
}

std::vector<int64_t> from_zero(int64_t count) {
  std::vector<int64_t> numbers(static_cast<size_t>(count));
  for (int64_t i = 0; i < count; ++i) numbers[static_cast<size_t>(i)] = i;
  return numbers;
}

TEST_F(FailureTopic, DocumentsThatAreTooLargeTogetherAreStoredOneByOne) {
  make("narrow", 65'536);
  const auto to = destination();
  const auto sent = send(*to, records_of(100, 12'000));
  ASSERT_TRUE(sent) << base::describe(sent.error());
  EXPECT_EQ(*sent, "");
  EXPECT_EQ(sorted(offsets()), from_zero(100));  // Each once.
  // From then on they keep their order.
  ASSERT_TRUE(send(*to, records_of(50, 12'000)));
  const auto all = offsets();
  EXPECT_EQ(std::vector<int64_t>(all.begin() + 100, all.end()), from_zero(50));
}

TEST_F(FailureTopic, ADocumentThatIsTooLargeAloneIsStoredWithoutItsPayload) {
  make("small", 4'000);
  auto records = records_of(5, 500);
  records[1].value = std::string(5'000, 'v');
  records[3] = {.key = std::string(5'000, 'k'), .value = "v"};
  const auto to = destination();
  const auto sent = send(*to, records);
  ASSERT_TRUE(sent) << base::describe(sent.error());
  EXPECT_THAT(*sent, AllOf(HasSubstr("topic 'small' takes no record as large as the documents of "
                                     "orders-0@1, orders-0@3, which"),
                           HasSubstr("max.message.bytes")));
  EXPECT_EQ(sorted(offsets()), from_zero(5));
  std::vector<std::string> without;
  for (const Record& record : stored()) {
    const auto document = FailureDocument::parse(record.value.value());
    ASSERT_TRUE(document) << document.error().message;
    EXPECT_EQ(document->condition, "RetriesExhausted");
    if (document->event) continue;
    without.push_back(document->text());
    EXPECT_THAT(*record.value, HasSubstr("payloadOmitted"));
    // A small key stays with its document.
    EXPECT_EQ(record.key,
              document->text() == "orders-0 1" ? std::optional<std::string>("k") : std::nullopt);
  }
  EXPECT_THAT(without, ElementsAre("orders-0 1", "orders-0 3"));
}

TEST_F(FailureTopic, WhatTheClientItselfRefusesIsTooLargeToo) {
  make("client", 1'000'000);
  Cluster limited = cluster();
  limited.properties = {{"message.max.bytes", "2000"}};
  const auto writer = RecordWriter::open(limited, topic_);
  ASSERT_TRUE(writer);
  std::vector<NewRecord> records = records_of(3, 500);
  records[1].value = std::string(3'000, 'v');
  const auto too_large = (*writer)->write(records, {});
  ASSERT_TRUE(too_large) << base::describe(too_large.error());
  EXPECT_THAT(*too_large, ElementsAre(1u));
  EXPECT_EQ(stored().size(), 2u);
}

TEST_F(FailureTopic, ABatchIsNotDeliveredWhileADocumentIsMissing) {
  make("tiny", 300);
  const auto to = destination();
  const auto sent = send(*to, records_of(2, 10));
  ASSERT_FALSE(sent);
  EXPECT_THAT(sent.error().message, AllOf(HasSubstr("topic 'tiny' takes no record of "),
                                          HasSubstr("Raise its max.message.bytes")));
  EXPECT_THAT(stored(), IsEmpty());
}

TEST_F(FailureTopic, AKeyThatIsTooLargeBesideADocumentWithoutPayloadIsLeftOut) {
  make("keys", 1'500);
  std::vector<NewRecord> records = records_of(3, 10);
  records[1] = {.key = std::string(1'000, 'k'), .value = "v"};
  const auto to = destination();
  const auto sent = send(*to, records);
  ASSERT_TRUE(sent) << base::describe(sent.error());
  EXPECT_THAT(*sent, HasSubstr("the documents of orders-0@1, which were sent without"));
  EXPECT_EQ(sorted(offsets()), from_zero(3));
  for (const Record& record : stored()) {
    const bool is_large = record.value->find("payloadOmitted") != std::string::npos;
    EXPECT_EQ(record.key, is_large ? std::nullopt : std::optional<std::string>("k"));
  }
}

TEST_F(FailureTopic, DocumentsThatTheTopicHasAreNotSentAgainWithTheOthers) {
  // A compacted topic refuses a record without a key.
  const auto made =
      test::create_topic(kafka().bootstrap(), "compacted", 1,
                         {{"max.message.bytes", "4000"}, {"cleanup.policy", "compact"}});
  ASSERT_TRUE(made) << made.error().message;
  topic_ = "compacted";
  std::vector<NewRecord> records = records_of(4, 1'500);
  records[2] = {.key = std::string(5'000, 'k'), .value = "v"};
  const auto to = destination();
  for (int i = 0; i < 3; ++i) {
    EXPECT_FALSE(send(*to, records));
    EXPECT_THAT(sorted(offsets()), ElementsAre(0, 1, 3));
  }
  records[2].key = "k";  // As if the topic now took large records.
  const auto sent = send(*to, records);
  ASSERT_TRUE(sent) << base::describe(sent.error());
  EXPECT_EQ(sorted(offsets()), from_zero(4));
  // The documents are forgotten when the batch is done.
  ASSERT_TRUE(send(*to, records));
  EXPECT_EQ(offsets().size(), 8u);
}

TEST_F(FailureTopic, AWholeBatchIsSentOneByOneInTime) {
  make("slow", 2'000);
  const auto writer = RecordWriter::open(cluster(), topic_);
  ASSERT_TRUE(writer);
  const auto too_large =
      (*writer)->write(records_of(static_cast<size_t>(EventBatch::kRecordsMax), 1'000), {});
  ASSERT_TRUE(too_large) << base::describe(too_large.error());
  EXPECT_THAT(*too_large, IsEmpty());
  EXPECT_EQ(stored().size(), static_cast<size_t>(EventBatch::kRecordsMax));
}

}  // namespace
}  // namespace penstock::local
