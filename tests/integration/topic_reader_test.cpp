#include "local/records/topic_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "local/kafka/memory_broker.h"
#include "local/records/record_writer.h"
#include "support/kafka_client.h"
#include "support/kafka_log.h"
#include "support/real_kafka.h"

namespace penstock::local {
namespace {

using std::chrono::steady_clock;
using test::NewRecord;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr const char* kTopic = "events";
constexpr int kPatienceMs = 30'000;

TopicReader::Time soon() {
  return steady_clock::now() + test::kPatience;
}

std::vector<NewRecord> numbered(int count, int32_t partition = 0) {
  std::vector<NewRecord> records;
  for (int i = 0; i < count; ++i) {
    records.push_back({.value = std::to_string(i), .partition = partition});
  }
  return records;
}

std::vector<std::string> positions(const std::vector<Record>& records) {
  std::vector<std::string> result;
  for (const Record& record : records) {
    result.push_back(record.topic_partition.text(record.offset));
  }
  return result;
}

class TopicReaderInMemory : public ::testing::Test {
 protected:
  void serve(int partitions) {
    broker_.emplace(std::move(MemoryBroker::start(kTopic, partitions).value()));
    reader_.emplace(std::move(TopicReader::open({broker_->bootstrap()}).value()));
  }
  void store(const std::vector<NewRecord>& records) {
    const auto stored = test::produce(broker_->bootstrap(), kTopic, records);
    ASSERT_TRUE(stored) << stored.error().message;
  }

  std::optional<MemoryBroker> broker_;
  std::optional<TopicReader> reader_;
};

TEST_F(TopicReaderInMemory, ReadsExactlyARangeAgainAndAgain) {
  serve(2);
  store(numbered(10, 1));
  for (const int64_t first : {3, 0, 5}) {
    const auto range = reader_->read_range({kTopic, {1}}, {first}, {first + 1}, soon());
    ASSERT_TRUE(range) << range.error().message;
    EXPECT_THAT(positions(range->records), ElementsAre("events-1@" + std::to_string(first),
                                                       "events-1@" + std::to_string(first + 1)));
    EXPECT_EQ(range->records[0].value, std::to_string(first));
    EXPECT_EQ(range->missing_text(), "");
    EXPECT_EQ(range->next.value, first + 2);
  }
}

TEST_F(TopicReaderInMemory, KeepsAHeaderWithoutAValueApartFromAnEmptyOne) {
  serve(1);
  auto writer = RecordWriter::open({broker_->bootstrap()}, kTopic);
  ASSERT_TRUE(writer);
  const decltype(local::NewRecord::headers) headers{{"none", std::nullopt}, {"empty", ""}};
  const auto stored = (*writer)->write({{.value = "x", .headers = headers}}, {});
  ASSERT_TRUE(stored) << stored.error().message;
  const auto range = reader_->read_range({kTopic, {0}}, {0}, {0}, soon());
  ASSERT_TRUE(range) << range.error().message;
  ASSERT_EQ(range->records.size(), 1u);
  EXPECT_EQ(range->records[0].headers, headers);
}

TEST_F(TopicReaderInMemory, SaysWhatHasNotBeenWrittenYet) {
  serve(1);
  store(numbered(3));
  const auto range = reader_->read_range({kTopic, {0}}, {2}, {5}, soon());
  ASSERT_TRUE(range) << range.error().message;
  EXPECT_THAT(positions(range->records), ElementsAre("events-0@2"));
  EXPECT_EQ(range->missing_text(), "3..5");
  EXPECT_EQ(range->next.value, 6);
  EXPECT_EQ(reader_->read_range({kTopic, {0}}, {7}, {7}, soon())->missing_text(), "7");
}

TEST_F(TopicReaderInMemory, StopsAtABoundAndSaysWhereToGoOn) {
  serve(1);
  store(numbered(5));
  auto range =
      reader_->read_range({kTopic, {0}}, {0}, {4}, soon(), {.records = 2, .bytes = 1'000'000});
  ASSERT_TRUE(range) << range.error().message;
  EXPECT_THAT(positions(range->records), ElementsAre("events-0@0", "events-0@1"));
  EXPECT_EQ(range->next.value, 2);
  EXPECT_EQ(range->missing_text(), "");
  // One record is read whatever the bound, so that repeated reads come to an end.
  range = reader_->read_range({kTopic, {0}}, range->next, {4}, soon(), {.records = 10, .bytes = 1});
  ASSERT_TRUE(range) << range.error().message;
  EXPECT_THAT(positions(range->records), ElementsAre("events-0@2"));
  EXPECT_EQ(range->next.value, 3);
}

TEST_F(TopicReaderInMemory, GivesTheNewestRecordsOfAllPartitions) {
  serve(3);
  store(numbered(3, 0));
  store(numbered(5, 1));
  const auto all = reader_->partitions(kTopic, soon());
  ASSERT_TRUE(all) << all.error().message;
  ASSERT_EQ(all->size(), 3u);
  const auto newest = [&](size_t records, size_t bytes) {
    return positions(reader_->newest(*all, soon(), {.records = records, .bytes = bytes}).value());
  };
  EXPECT_THAT(newest(2, 1'000'000), ElementsAre("events-1@3", "events-1@4"));
  EXPECT_THAT(newest(6, 1'000'000), ElementsAre("events-0@2", "events-1@0", "events-1@1",
                                                "events-1@2", "events-1@3", "events-1@4"));
  EXPECT_EQ(newest(100, 1'000'000).size(), 8u);
  EXPECT_THAT(newest(100, 1), ElementsAre("events-1@4"));
}

TEST_F(TopicReaderInMemory, OfAnEmptyTopicGivesNothing) {
  serve(2);
  EXPECT_TRUE(reader_->extent({kTopic, {1}}, soon())->empty());
  EXPECT_TRUE(reader_->newest({{kTopic, {0}}, {kTopic, {1}}}, soon(), {})->empty());
}

class TopicReaderWithKafka : public test::RealKafkaTest {
 protected:
  void make(const std::string& topic) {
    topic_ = topic;
    ASSERT_TRUE(test::create_topic(kafka().bootstrap(), topic, 1));
    reader_.emplace(std::move(TopicReader::open({kafka().bootstrap()}).value()));
  }
  void store(int count) {
    const auto stored = test::produce(kafka().bootstrap(), topic_, numbered(count));
    ASSERT_TRUE(stored) << stored.error().message;
  }
  void delete_records_before(int64_t offset) {
    const auto deleted = test::delete_records_before(kafka().bootstrap(), {topic_, {0}}, {offset});
    ASSERT_TRUE(deleted) << deleted.error().message;
  }
  void store_in_transaction(int count, bool commit) {
    const auto stored =
        test::produce_in_transaction(kafka().bootstrap(), topic_, numbered(count), commit);
    ASSERT_TRUE(stored) << stored.error().message;
  }

  std::string topic_;
  std::optional<TopicReader> reader_;
};

TEST_F(TopicReaderWithKafka, SaysWhichOffsetsHaveExpired) {
  make("expired");
  store(6);
  delete_records_before(3);
  const auto range = reader_->read_range({topic_, {0}}, {1}, {4}, soon());
  ASSERT_TRUE(range) << range.error().message;
  EXPECT_THAT(positions(range->records), ElementsAre("expired-0@3", "expired-0@4"));
  EXPECT_EQ(range->missing_text(), "1..2");
  const auto gone = reader_->read_range({topic_, {0}}, {0}, {1}, soon());
  ASSERT_TRUE(gone) << gone.error().message;
  EXPECT_TRUE(gone->records.empty());
  EXPECT_EQ(gone->missing_text(), "0..1");
  EXPECT_EQ(gone->next.value, 2);
}

TEST_F(TopicReaderWithKafka, LeavesOutWhatWasAbortedAndLooksFurtherBackForTheNewest) {
  make("transactions");
  store(1);                        // 0
  store_in_transaction(2, false);  // 1 and 2; the transaction's end marker is at 3.
  store_in_transaction(1, true);   // 4; its end marker is at 5.
  const auto range = reader_->read_range({topic_, {0}}, {0}, {5}, soon());
  ASSERT_TRUE(range) << range.error().message;
  EXPECT_THAT(positions(range->records), ElementsAre("transactions-0@0", "transactions-0@4"));
  EXPECT_EQ(range->missing_text(), "1..3, 5");
  const auto newest = reader_->newest({{topic_, {0}}}, soon(), {.records = 2, .bytes = 1'000'000});
  ASSERT_TRUE(newest) << newest.error().message;
  EXPECT_THAT(positions(*newest), ElementsAre("transactions-0@0", "transactions-0@4"));
}

TEST_F(TopicReaderWithKafka, LeavesNoGroupBehind) {
  make("groupless");
  store(3);
  ASSERT_EQ(reader_->newest({{topic_, {0}}}, soon(), {})->size(), 3u);
  const auto client =
      kafka::make_client(RD_KAFKA_PRODUCER, {{"bootstrap.servers", kafka().bootstrap()}});
  ASSERT_TRUE(client);
  const rd_kafka_group_list* groups = nullptr;
  ASSERT_EQ(rd_kafka_list_groups(client->get(), nullptr, &groups, kPatienceMs),
            RD_KAFKA_RESP_ERR_NO_ERROR);
  EXPECT_EQ(groups->group_cnt, 0);
  rd_kafka_group_list_destroy(groups);
}

TEST_F(TopicReaderWithKafka, SaysWhatDoesNotExist) {
  make("existing");
  const auto topic = reader_->partitions("nowhere", soon());
  ASSERT_FALSE(topic);
  EXPECT_EQ(topic.error().code, base::ErrorCode::not_found);
  EXPECT_THAT(topic.error().message, HasSubstr("topic 'nowhere' does not exist at 127.0.0.1:"));
  const auto partition = reader_->read_range({topic_, {7}}, {0}, {1}, soon());
  ASSERT_FALSE(partition);
  EXPECT_EQ(partition.error().code, base::ErrorCode::not_found);
  EXPECT_THAT(partition.error().message, HasSubstr("partition existing-7 does not exist"));
}

TEST(TopicReaderAlone, GivesUpAtTheDeadline) {
  auto reader = TopicReader::open({"127.0.0.1:1"}).value();
  const auto began = steady_clock::now();
  const auto partitions = reader.partitions("events", began + std::chrono::milliseconds(300));
  ASSERT_FALSE(partitions);
  EXPECT_EQ(partitions.error().code, base::ErrorCode::unavailable);
  EXPECT_THAT(partitions.error().message, HasSubstr("no broker answers at 127.0.0.1:1"));
  EXPECT_LT(steady_clock::now() - began, std::chrono::seconds(10));
  EXPECT_FALSE(TopicReader::open({"127.0.0.1:1", {{"no.such.property", "1"}}}));
}

}  // namespace
}  // namespace penstock::local
