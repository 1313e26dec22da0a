#include "local/topics/topic_browser.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "local/kafka/memory_broker.h"
#include "support/kafka_client.h"
#include "support/kafka_log.h"
#include "support/real_kafka.h"

namespace penstock::local {
namespace {

using test::NewRecord;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr const char* kTopic = "events";

std::vector<NewRecord> numbered(int count, int32_t partition = 0) {
  std::vector<NewRecord> records;
  for (int i = 0; i < count; ++i) {
    records.push_back(
        {.value = std::to_string(i), .key = i % 10 == 0 ? "ten" : "other", .partition = partition});
  }
  return records;
}

std::vector<std::string> positions(const std::vector<ShownRecord>& records) {
  std::vector<std::string> result;
  for (const auto& record : records) result.push_back(record.topic_partition.text(record.offset));
  return result;
}

class TopicBrowserInMemory : public ::testing::Test {
 protected:
  void serve(int partitions) {
    broker_.emplace(MemoryBroker::start(kTopic, partitions).value());
    cluster_.bootstrap = broker_->bootstrap();
  }
  void store(const std::vector<NewRecord>& records) {
    const auto stored = test::produce(cluster_.bootstrap, kTopic, records);
    ASSERT_TRUE(stored) << stored.error().message;
  }
  RecordsFound find(RecordQuery query) {
    query.topic = kTopic;
    auto found = browser_.find(cluster_, query, {});
    EXPECT_TRUE(found) << base::describe(found.error());
    return found ? std::move(*found) : RecordsFound{};
  }

  std::optional<MemoryBroker> broker_;
  Cluster cluster_;
  TopicBrowser browser_;
};

TEST_F(TopicBrowserInMemory, ListsTopicsWithTheirOffsets) {
  serve(2);
  ASSERT_TRUE(broker_->create("__consumer_offsets", 1));
  store(numbered(3, 1));
  const auto topics = browser_.list(cluster_, {});
  ASSERT_TRUE(topics) << base::describe(topics.error());
  ASSERT_EQ(topics->size(), 1u);
  EXPECT_EQ((*topics)[0].name, kTopic);
  ASSERT_EQ((*topics)[0].partitions.size(), 2u);
  EXPECT_TRUE((*topics)[0].partitions[0].extent.empty());
  EXPECT_EQ((*topics)[0].partitions[1].extent.end.value, 3);
}

TEST_F(TopicBrowserInMemory, FindsTheNewestRecordsOfAllPartitions) {
  serve(2);
  store(numbered(5, 0));
  store(numbered(5, 1));
  const auto found = find({.limit = 3});
  EXPECT_THAT(positions(found.records), ElementsAre("events-1@4", "events-1@3", "events-1@2"));
  EXPECT_EQ(found.examined, 6u);
  EXPECT_EQ(find({.limit = 50}).records.size(), 10u);
}

TEST_F(TopicBrowserInMemory, FindsRecordsFromAnOffsetOn) {
  serve(1);
  store(numbered(9));
  EXPECT_THAT(
      positions(
          find({.partition = base::Partition{0}, .offset = base::Offset{3}, .limit = 2}).records),
      ElementsAre("events-0@4", "events-0@3"));
  EXPECT_THAT(find({.offset = base::Offset{9}}).records, IsEmpty());
}

TEST_F(TopicBrowserInMemory, FindsRecordsFromATimeOn) {
  serve(1);
  store(numbered(3));
  const auto all = find({.from_ms = 1}).records;
  ASSERT_EQ(all.size(), 3u);
  const int64_t last = all.front().timestamp_ms;
  EXPECT_THAT(find({.from_ms = last + 1}).records, IsEmpty());
  const auto newest = find({.from_ms = last}).records;
  ASSERT_FALSE(newest.empty());
  EXPECT_EQ(newest.front().offset.value, 2);
}

TEST_F(TopicBrowserInMemory, FindsAKeyBehindManyOtherRecords) {
  serve(1);
  auto records = numbered(1'000);
  records[1].key = "rare";
  store(records);
  const auto found = find({.key = "rare", .limit = 10});
  EXPECT_THAT(positions(found.records), ElementsAre("events-0@1"));
  EXPECT_EQ(found.examined, 1'000u);
  EXPECT_THAT(positions(find({.key = "ten", .limit = 2}).records),
              ElementsAre("events-0@990", "events-0@980"));
}

TEST_F(TopicBrowserInMemory, ExaminesNoMoreThanItsBound) {
  serve(2);
  store(numbered(900, 0));
  store(numbered(300, 1));
  TopicBrowser browser({.records = 500});
  const auto found = browser.find(cluster_, {.topic = kTopic, .key = "none"}, {});
  ASSERT_TRUE(found) << base::describe(found.error());
  EXPECT_GE(found->examined, 400u);
  EXPECT_LE(found->examined, 500u);
}

TEST_F(TopicBrowserInMemory, ReadsAboutAsManyBytesAsItMay) {
  serve(1);
  std::vector<NewRecord> records;
  for (int i = 0; i < 300; ++i) records.push_back({.value = std::string(10'000, 'x')});
  store(records);
  TopicBrowser browser({.bytes = 1'000'000, .answer_bytes = 100'000});
  const auto found = browser.find(cluster_, {.topic = kTopic, .key = "none"}, {});
  ASSERT_TRUE(found) << base::describe(found.error());
  EXPECT_NEAR(static_cast<double>(found->examined), 100, 10);
  const auto newest = browser.find(cluster_, {.topic = kTopic, .limit = 50}, {});
  ASSERT_TRUE(newest) << base::describe(newest.error());
  EXPECT_EQ(newest->records.size(), 10u);
  EXPECT_EQ(newest->records.front().offset.value, 299);
}

TEST_F(TopicBrowserInMemory, ShowsOneRecordWholeAndSaysWhyThereIsNone) {
  serve(1);
  store({{.value = std::string(200'000, 'x'), .headers = {{"a", "b"}}}, {.value = std::nullopt}});
  EXPECT_EQ(find({}).records.back().value.text.size(), 64u * 1024);
  EXPECT_TRUE(find({}).records.back().value.cut);
  const auto whole = browser_.record(cluster_, {kTopic, {0}}, {0}, {});
  ASSERT_TRUE(whole) << base::describe(whole.error());
  EXPECT_EQ(whole->value.text.size(), 200'000u);
  EXPECT_FALSE(whole->value.cut);
  EXPECT_EQ(whole->headers.size(), 1u);
  EXPECT_EQ(browser_.record(cluster_, {kTopic, {0}}, {1}, {})->value.form, ShownBytes::Form::null);

  const auto later = browser_.record(cluster_, {kTopic, {0}}, {2}, {});
  ASSERT_FALSE(later);
  EXPECT_EQ(later.error().code, base::ErrorCode::not_found);
  EXPECT_THAT(later.error().message, HasSubstr("the last offset of the partition is 1"));
  EXPECT_THAT(browser_.record(cluster_, {kTopic, {1}}, {0}, {}).error().message,
              HasSubstr("has no partition 1. It has 1 partition, 0"));
  EXPECT_EQ(browser_.record(cluster_, {"other", {0}}, {0}, {}).error().code,
            base::ErrorCode::not_found);
}

TEST_F(TopicBrowserInMemory, StoresARecordInAPartitionAndATombstoneByItsKey) {
  serve(3);
  const auto stored = browser_.produce(
      cluster_, kTopic, base::Partition{2},
      {.key = "k", .value = std::string("\0\xff", 2), .headers = {{"h", std::nullopt}}}, {});
  ASSERT_TRUE(stored) << base::describe(stored.error());
  EXPECT_EQ(stored->partition.number, 2);
  EXPECT_EQ(stored->offset.value, 0);
  const auto record = browser_.record(cluster_, {kTopic, {2}}, {0}, {});
  ASSERT_TRUE(record) << base::describe(record.error());
  EXPECT_EQ(record->value.text, "AP8=");
  EXPECT_EQ(record->headers[0].second.form, ShownBytes::Form::null);

  const auto tombstone = browser_.produce(cluster_, kTopic, {}, {.key = "k"}, {});
  ASSERT_TRUE(tombstone) << base::describe(tombstone.error());
  EXPECT_EQ(
      browser_.record(cluster_, {kTopic, tombstone->partition}, tombstone->offset, {})->value.form,
      ShownBytes::Form::null);
}

TEST_F(TopicBrowserInMemory, StoresNothingWhereThereIsNoSuchTopicOrPartition) {
  serve(1);
  EXPECT_EQ(browser_.produce(cluster_, "typo", {}, {.value = "x"}, {}).error().code,
            base::ErrorCode::not_found);
  EXPECT_EQ(browser_.produce(cluster_, kTopic, base::Partition{1}, {.value = "x"}, {}).error().code,
            base::ErrorCode::not_found);
}

TEST(TopicBrowser, SaysThatNoBrokerAnswersAndEndsWhenAStopIsRequested) {
  const Cluster nobody{.bootstrap = "127.0.0.1:1"};
  TopicBrowser browser({.patience = std::chrono::milliseconds(500)});
  const auto topics = browser.list(nobody, {});
  ASSERT_FALSE(topics);
  EXPECT_EQ(topics.error().code, base::ErrorCode::unavailable);
  EXPECT_THAT(topics.error().message, HasSubstr("no broker answers at 127.0.0.1:1"));

  TopicBrowser patient({.patience = std::chrono::minutes(10)});
  std::stop_source stop;
  stop.request_stop();
  EXPECT_FALSE(patient.find(nobody, {.topic = kTopic}, stop.get_token()));
}

class TopicBrowserWithKafka : public test::RealKafkaTest {
 protected:
  TopicBrowserWithKafka() : cluster_{.bootstrap = kafka().bootstrap()} {}

  // Creates a topic, and returns when the broker shows it with all its partitions.
  void create(const std::string& topic, int partitions,
              const std::vector<std::pair<std::string, std::string>>& settings = {}) {
    const auto created = test::create_topic(cluster_.bootstrap, topic, partitions, settings);
    ASSERT_TRUE(created) << created.error().message;
    const auto deadline = std::chrono::steady_clock::now() + test::kPatience;
    size_t shown = 0;
    while (shown != static_cast<size_t>(partitions)) {
      ASSERT_LT(std::chrono::steady_clock::now(), deadline) << topic << " is not shown";
      const auto topics = browser_.list(cluster_, {});
      ASSERT_TRUE(topics) << base::describe(topics.error());
      for (const auto& one : *topics) {
        if (one.name == topic) shown = one.partitions.size();
      }
    }
  }

  Cluster cluster_;
  TopicBrowser browser_;
};

TEST_F(TopicBrowserWithKafka, LooksUpATimeAndAnswersFromTheFirstRecordOn) {
  create("times", 2);
  ASSERT_TRUE(test::produce(cluster_.bootstrap, "times", numbered(20, 0)));
  const auto all = browser_.find(cluster_, {.topic = "times"}, {});
  ASSERT_TRUE(all) << base::describe(all.error());
  ASSERT_EQ(all->records.size(), 20u);
  const int64_t last = all->records.front().timestamp_ms;
  const auto none = browser_.find(cluster_, {.topic = "times", .from_ms = last + 1}, {});
  ASSERT_TRUE(none) << base::describe(none.error());
  EXPECT_THAT(none->records, IsEmpty());
  const auto first = browser_.find(cluster_, {.topic = "times", .from_ms = 1, .limit = 2}, {});
  ASSERT_TRUE(first) << base::describe(first.error());
  EXPECT_THAT(positions(first->records), ElementsAre("times-0@1", "times-0@0"));
}

TEST_F(TopicBrowserWithKafka, ListsTopicsWithoutThoseOfKafkaItself) {
  ASSERT_TRUE(test::create_topic(cluster_.bootstrap, "__theirs", 1));
  create("mine", 3);
  const auto topics = browser_.list(cluster_, {});
  ASSERT_TRUE(topics) << base::describe(topics.error());
  bool found = false;
  for (const auto& topic : *topics) {
    EXPECT_NE(topic.name.substr(0, 2), "__");
    if (topic.name == "mine") {
      found = true;
      EXPECT_EQ(topic.partitions.size(), 3u);
    }
  }
  EXPECT_TRUE(found);
}

TEST_F(TopicBrowserWithKafka, GoesPastTransactionsAndDeletedRecordsAndSaysWhatThereIs) {
  create("gaps", 1);
  const TopicPartition gaps{"gaps", {0}};
  ASSERT_TRUE(test::produce(cluster_.bootstrap, "gaps", numbered(2)));  // 0 and 1.
  // 2 to 4 are aborted, with the marker at 5. 6 is committed, with its marker at 7.
  ASSERT_TRUE(test::produce_in_transaction(cluster_.bootstrap, "gaps", numbered(3), false));
  ASSERT_TRUE(test::produce_in_transaction(cluster_.bootstrap, "gaps", numbered(1), true));
  ASSERT_TRUE(test::delete_records_before(cluster_.bootstrap, gaps, {1}));
  const auto newest = browser_.find(cluster_, {.topic = "gaps", .limit = 1}, {});
  ASSERT_TRUE(newest) << base::describe(newest.error());
  EXPECT_THAT(positions(newest->records), ElementsAre("gaps-0@6"));
  const auto all = browser_.find(cluster_, {.topic = "gaps", .offset = base::Offset{0}}, {});
  ASSERT_TRUE(all) << base::describe(all.error());
  EXPECT_THAT(positions(all->records), ElementsAre("gaps-0@6", "gaps-0@1"));
  const auto why = [&](int64_t offset) {
    const auto record = browser_.record(cluster_, gaps, {offset}, {});
    return record ? "" : record.error().message;
  };
  EXPECT_THAT(why(0), HasSubstr("Kafka has deleted what was before offset 1"));
  EXPECT_THAT(why(3), HasSubstr("compaction has removed it, or the offset is a transaction's"));
  EXPECT_THAT(why(7), HasSubstr("compaction has removed it, or the offset is a transaction's"));
  EXPECT_THAT(why(8), HasSubstr("the last offset of the partition is 7"));
}

TEST_F(TopicBrowserWithKafka, SaysThatARecordIsLargerThanTheTopicAllows) {
  create("small", 1, {{"max.message.bytes", "1000"}});
  const auto stored =
      browser_.produce(cluster_, "small", {}, {.value = std::string(2'000, 'x')}, {});
  ASSERT_FALSE(stored);
  EXPECT_EQ(stored.error().code, base::ErrorCode::too_large);
  EXPECT_THAT(stored.error().message, HasSubstr("max.message.bytes"));
}

}  // namespace
}  // namespace penstock::local
