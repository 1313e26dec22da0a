#include "local/mapping/delivery.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace penstock::local {
namespace {

using ::testing::ElementsAre;
using Texts = std::vector<std::string>;

constexpr base::SystemTime kNow{std::chrono::seconds(1'700'000'000)};
constexpr size_t kBytesMax = 100'000;
const RetryRules kFromFirst{.report_batch_item_failures = true,
                            .partial_retry = PartialRetry::from_first};

Record record(int32_t partition, int64_t offset, std::chrono::seconds age = {}) {
  const auto time =
      std::chrono::duration_cast<std::chrono::milliseconds>((kNow - age).time_since_epoch());
  return {.topic_partition = {"t", {partition}}, .offset = {offset}, .timestamp_ms = time.count()};
}

EventBatch batch_of(const std::vector<Record>& records) {
  EventBatch batch;
  for (const Record& one : records) batch.add(one, record_json(one));
  return batch;
}

Offsets ends_of(const EventBatch& batch) {
  Offsets ends;
  for (const auto& [topic_partition, range] : batch.ranges()) {
    ends[topic_partition] = range.offsets.last + 1;
  }
  return ends;
}

// A function that fails for some records, in one of the ways that AWS documents.
struct Script {
  std::vector<std::string> bad = {};  // Names such as "t-0@3".
  int cured_after = 1'000;            // The number of invocations after which no record is bad.
  std::function<InvocationOutcome(const EventBatch&, int number)> answer = {};
};

std::vector<std::string> names(const EventBatch& batch) {
  std::vector<std::string> all;
  for (const auto& entry : batch.entries()) {
    all.push_back(batch.topic_partition(entry).text(entry.offset));
  }
  return all;
}

bool likes(const Script& script, const std::string& name, int number) {
  return number >= script.cured_after ||
         std::find(script.bad.begin(), script.bad.end(), name) == script.bad.end();
}

// Fails for the whole batch.
InvocationOutcome whole(const Script& script, const EventBatch& batch, int number) {
  for (const auto& name : names(batch)) {
    if (!likes(script, name, number)) return {.error_type = "Error", .error_message = name};
  }
  return {};
}

// Answers with a partial response that names the bad records.
InvocationOutcome partial(const Script& script, const EventBatch& batch, int number) {
  std::string items;
  for (const auto& entry : batch.entries()) {
    if (likes(script, batch.topic_partition(entry).text(entry.offset), number)) continue;
    items += items.empty() ? "" : ",";
    items += R"({"itemIdentifier":{"partition":")" + batch.topic_partition(entry).text() +
             R"(","offset":)" + base::to_text(entry.offset) + "}}";
  }
  return {.response = "{\"batchItemFailures\":[" + items + "]}"};
}

// Describes a batch as its text() does. If a partition has gaps, the number of records follows.
std::string text(const EventBatch& batch) {
  int64_t expected = 0;
  for (const auto& [topic_partition, range] : batch.ranges()) {
    expected += range.offsets.last.value - range.offsets.first.value + 1;
  }
  const auto size = static_cast<int64_t>(batch.size());
  return batch.text() + (size == expected ? "" : " (" + std::to_string(size) + ")");
}

// Returns the steps of a delivery as lines: "invoke t-0 0..3", "discard …", and "at t-0@2" for each
// change of the offsets that could be stored.
Texts play(const std::vector<Record>& records, const RetryRules& rules, const Script& script,
           int steps_max = 40) {
  EventBatch batch = batch_of(records);
  const Offsets ends = ends_of(batch);
  Delivery delivery(std::move(batch), ends, rules);
  Texts lines;
  Offsets last = delivery.progress();
  for (int number = 0; !delivery.empty() && steps_max > 0; --steps_max) {
    if (delivery.next_step(kNow, kBytesMax) == Delivery::Step::discard) {
      lines.push_back("discard " + delivery.batch().text() + " " +
                      std::string(delivery.condition()) + " " +
                      std::to_string(delivery.invocations()));
      EXPECT_EQ(delivery.reason().empty(), delivery.invocations() == 0) << lines.back();
      delivery.mark_discarded();
    } else {
      lines.push_back("invoke " + text(delivery.batch()));
      const InvocationOutcome outcome = script.answer ? script.answer(delivery.batch(), number)
                                        : rules.report_batch_item_failures
                                            ? partial(script, delivery.batch(), number)
                                            : whole(script, delivery.batch(), number);
      ++number;
      const auto verdict = delivery.judge(outcome);
      const bool again = delivery.comes_again(verdict);
      delivery.apply(verdict);
      EXPECT_EQ(again, !verdict.reason.empty() && delivery.condition().empty()) << lines.back();
    }
    std::string line;
    for (const auto& [topic_partition, offset] : delivery.progress()) {
      if (last.at(topic_partition) != offset) line += " " + topic_partition.text(offset);
    }
    last = delivery.progress();
    if (!line.empty()) lines.push_back("at" + line);
  }
  if (steps_max == 0) lines.push_back("…");
  return lines;
}

std::vector<Record> records_of(int32_t partition, int count) {
  std::vector<Record> all;
  for (int i = 0; i < count; ++i) all.push_back(record(partition, i));
  return all;
}

TEST(Delivery, FinishesABatchThatSucceeds) {
  EXPECT_EQ(play(records_of(0, 4), {}, {}), (Texts{"invoke t-0 0..3", "at t-0@4"}));
}

TEST(Delivery, RetriesForEverWithoutBounds) {
  EXPECT_EQ(play(records_of(0, 2), {}, {.bad = {"t-0@1"}, .cured_after = 3}),
            (Texts{"invoke t-0 0..1", "invoke t-0 0..1", "invoke t-0 0..1", "invoke t-0 0..1",
                   "at t-0@2"}));
  EXPECT_EQ(play(records_of(0, 2), {}, {.bad = {"t-0@1"}}).size(), 41u);
}

TEST(Delivery, GivesUpAfterTenRetriesIfThereIsADestination) {
  const Texts lines = play(records_of(0, 2), {.has_destination = true}, {.bad = {"t-0@1"}});
  ASSERT_EQ(lines.size(), 13u);
  EXPECT_EQ(lines[10], "invoke t-0 0..1");
  EXPECT_EQ(lines[11], "discard t-0 0..1 RetryAttemptsExhausted 11");
  EXPECT_EQ(lines[12], "at t-0@2");
}

TEST(Delivery, DoesNotCountTheFirstAttemptAsARetry) {
  EXPECT_EQ(play(records_of(0, 2), {.maximum_retry_attempts = 1}, {.bad = {"t-0@0"}}),
            (Texts{"invoke t-0 0..1", "invoke t-0 0..1",
                   "discard t-0 0..1 RetryAttemptsExhausted 2", "at t-0@2"}));
  EXPECT_EQ(play(records_of(0, 1), {.maximum_retry_attempts = 0}, {.bad = {"t-0@0"}}),
            (Texts{"invoke t-0 0", "discard t-0 0 RetryAttemptsExhausted 1", "at t-0@1"}));
}

TEST(Delivery, FindsTheBadRecordByHalvingWhichIsNotARetry) {
  EXPECT_EQ(
      play(records_of(0, 4), {.maximum_retry_attempts = 1, .bisect_batch_on_function_error = true},
           {.bad = {"t-0@2"}}),
      (Texts{"invoke t-0 0..3", "invoke t-0 0..1", "at t-0@2", "invoke t-0 2..3", "invoke t-0 2",
             "invoke t-0 2", "discard t-0 2 RetryAttemptsExhausted 4", "at t-0@3", "invoke t-0 3",
             "at t-0@4"}));
}

TEST(Delivery, RetriesTheRecordsThatAPartialResponseNames) {
  EXPECT_EQ(play(records_of(0, 4), {.report_batch_item_failures = true},
                 {.bad = {"t-0@1", "t-0@3"}, .cured_after = 2}),
            (Texts{"invoke t-0 0..3", "at t-0@1", "invoke t-0 1..3 (2)", "invoke t-0 1..3 (2)",
                   "at t-0@4"}));
}

TEST(Delivery, OrRetriesAllFromTheFirstRecordThatItNames) {
  EXPECT_EQ(
      play(records_of(0, 4), kFromFirst, {.bad = {"t-0@1", "t-0@3"}, .cured_after = 2}),
      (Texts{"invoke t-0 0..3", "at t-0@1", "invoke t-0 1..3", "invoke t-0 1..3", "at t-0@4"}));
}

TEST(Delivery, FinishesThePartitionsThatAPartialResponseDoesNotName) {
  auto records = records_of(0, 3);
  for (const Record& other : records_of(1, 2)) records.push_back(other);
  EXPECT_EQ(play(records, kFromFirst, {.bad = {"t-0@1"}, .cured_after = 1}),
            (Texts{"invoke t-0 0..2, t-1 0..1", "at t-0@1 t-1@2", "invoke t-0 1..2", "at t-0@3"}));
  EXPECT_EQ(
      play(records, {.report_batch_item_failures = true}, {.bad = {"t-0@1"}, .cured_after = 1}),
      (Texts{"invoke t-0 0..2, t-1 0..1", "at t-0@1 t-1@2", "invoke t-0 1", "at t-0@3"}));
}

TEST(Delivery, SaysHowManyRecordsAPartialResponseNames) {
  const EventBatch batch = batch_of(records_of(0, 4));
  const RetryRules rules{.report_batch_item_failures = true};
  Delivery delivery(batch, ends_of(batch), rules);
  const auto verdict = delivery.judge(partial({.bad = {"t-0@1", "t-0@2", "t-0@3"}}, batch, 0));
  EXPECT_EQ(verdict.reason, "batchItemFailures: t-0@1 and 2 after it");
}

TEST(Delivery, CountsAttemptsFromZeroWhenAPartialResponseGetsFurther) {
  const Script script{.answer = [](const EventBatch& batch, int) {
    return partial({.bad = {names(batch).size() > 1 ? names(batch)[1] : names(batch)[0]}}, batch,
                   0);
  }};
  RetryRules rules = kFromFirst;
  rules.maximum_retry_attempts = 1;
  EXPECT_EQ(play(records_of(0, 3), rules, script),
            (Texts{"invoke t-0 0..2", "at t-0@1", "invoke t-0 1..2", "at t-0@2", "invoke t-0 2",
                   "discard t-0 2 RetryAttemptsExhausted 3", "at t-0@3"}));
}

TEST(Delivery, FailsTheBatchForAnUnknownItemOrGarbage) {
  for (const char* response :
       {R"({"batchItemFailures":[{"itemIdentifier":{"partition":"t-0","offset":77}}]})",
        R"({"batchItemFailures":[{}]})", "garbage"}) {
    const Script script{.answer = [&](const EventBatch&, int number) {
      return InvocationOutcome{.response = number == 0 ? response : "null"};
    }};
    EXPECT_EQ(play(records_of(0, 2), {.report_batch_item_failures = true}, script),
              (Texts{"invoke t-0 0..1", "invoke t-0 0..1", "at t-0@2"}))
        << response;
    // A mapping that does not ask for partial responses does not read them.
    EXPECT_EQ(play(records_of(0, 2), {}, script), (Texts{"invoke t-0 0..1", "at t-0@2"}))
        << response;
  }
}

TEST(Delivery, FailsTheBatchForAnErrorWithPartialResponsesToo) {
  const Script timeout{.answer = [](const EventBatch&, int number) {
    return number == 0 ? InvocationOutcome{.error_type = "Sandbox.Timedout",
                                           .error_message = "Task timed out"}
                       : InvocationOutcome{};
  }};
  EXPECT_EQ(play(records_of(0, 2), {.report_batch_item_failures = true}, timeout),
            (Texts{"invoke t-0 0..1", "invoke t-0 0..1", "at t-0@2"}));
}

TEST(Delivery, DoesNotTryRecordsThatAreTooOld) {
  std::vector<Record> records{record(0, 0, std::chrono::seconds(120)), record(0, 1),
                              record(1, 7, std::chrono::seconds(61)),
                              record(1, 8, std::chrono::seconds(60))};
  EXPECT_EQ(play(records, {.maximum_record_age = std::chrono::seconds(60)}, {}),
            (Texts{"discard t-0 0, t-1 7 RecordAgeExceeded 0", "at t-0@1 t-1@8",
                   "invoke t-0 1, t-1 8", "at t-0@2 t-1@9"}));
  records.resize(1);
  EXPECT_EQ(play(records, {.maximum_record_age = std::chrono::seconds(60)}, {}),
            (Texts{"discard t-0 0 RecordAgeExceeded 0", "at t-0@1"}));
}

TEST(Delivery, DoesNotStoreAnOldRecordBeforeAYoungOneInFrontOfIt) {
  const std::vector<Record> records{record(0, 0), record(0, 1, std::chrono::seconds(120))};
  EXPECT_EQ(play(records, {.maximum_record_age = std::chrono::seconds(60)}, {}),
            (Texts{"discard t-0 1 RecordAgeExceeded 0", "invoke t-0 0", "at t-0@2"}));
}

TEST(Delivery, SendsARecordThatIsTooLargeToTheDestination) {
  Record large = record(0, 0);
  large.value = std::string(kBytesMax, 'x');
  EXPECT_EQ(play({large}, {.has_destination = true}, {}),
            (Texts{"discard t-0 0 MaximumPayloadSizeExceeded 0", "at t-0@1"}));
  // Without a destination, the mapping fails the invocation itself.
  EXPECT_EQ(play({large}, {}, {}), (Texts{"invoke t-0 0", "at t-0@1"}));
}

TEST(Delivery, StoresRecordsThatWereFilteredOutWithTheRest) {
  Delivery nothing({}, {{{"t", {0}}, {9}}}, {});
  EXPECT_TRUE(nothing.empty());
  EXPECT_EQ(nothing.progress(), (Offsets{{{"t", {0}}, {9}}}));
}

TEST(Delivery, AnErrorOfTheFunctionIsOneLine) {
  EventBatch batch = batch_of(records_of(0, 1));
  const Offsets ends = ends_of(batch);
  const RetryRules rules;
  Delivery delivery(std::move(batch), ends, rules);
  EXPECT_EQ(
      delivery.judge({.error_type = "Type\n", .error_message = "\x1b[2J\nmapping | ok"}).reason,
      "Type\\x0a: \\x1b[2J\\x0amapping | ok");
  EXPECT_EQ(delivery.judge({.error_type = "Type", .error_message = std::string(9'999, 'x')})
                .reason.size(),
            InvocationOutcome::kErrorTextMax);
}

TEST(Delivery, DropsAPartitionThatIsRevoked) {
  auto records = records_of(0, 2);
  for (const Record& other : records_of(1, 2)) records.push_back(other);
  EventBatch batch = batch_of(records);
  const Offsets ends = ends_of(batch);
  const RetryRules rules{.maximum_retry_attempts = 0};
  Delivery delivery(std::move(batch), ends, rules);
  ASSERT_EQ(delivery.next_step(kNow, kBytesMax), Delivery::Step::invoke);
  delivery.revoke({"t", {1}});
  EXPECT_EQ(delivery.batch().size(), 4u);  // The function has the batch.
  EXPECT_FALSE(delivery.is_revoked());
  EXPECT_EQ(delivery.progress(), (Offsets{{{"t", {0}}, {0}}}));
  EXPECT_EQ(delivery.apply(delivery.judge({.error_type = "Error"})), 4u);
  ASSERT_EQ(delivery.next_step(kNow, kBytesMax), Delivery::Step::discard);
  EXPECT_EQ(delivery.batch().text(), "t-0 0..1");
  delivery.revoke({"t", {0}});
  EXPECT_TRUE(delivery.is_revoked());
  delivery.drop_revoked_records();
  EXPECT_TRUE(delivery.empty());
  delivery.mark_discarded();
  EXPECT_TRUE(delivery.empty());
  EXPECT_TRUE(delivery.progress().empty());
}

TEST(Delivery, IgnoresAFailureOfRecordsThatWereAllRevoked) {
  EventBatch batch = batch_of(records_of(0, 2));
  const RetryRules rules{};
  Delivery delivery(std::move(batch), {{{"t", {0}}, {2}}}, rules);
  ASSERT_EQ(delivery.next_step(kNow, kBytesMax), Delivery::Step::invoke);
  const auto verdict = delivery.judge({.error_type = "Error"});
  EXPECT_TRUE(delivery.comes_again(verdict));
  delivery.revoke({"t", {0}});
  EXPECT_FALSE(delivery.comes_again(verdict));
  delivery.apply(verdict);
  EXPECT_TRUE(delivery.empty());
}

}  // namespace
}  // namespace penstock::local
