#include "local/stories/story_store.h"

#include <gtest/gtest.h>

#include <chrono>

#include "json/parse.h"

namespace penstock::local {
namespace {

using namespace std::chrono_literals;

const base::SystemTime kNow{std::chrono::seconds(1'800'000'000)};

boost::json::value parsed(const std::string& text) {
  return json::parse(text).value();
}

// Adds the story of a record with this offset.
Story& add(StoryStore& store, int64_t offset, const std::string& event_id = "") {
  Story& story = store.begin(false, kNow);
  store.set_record(story, {"events", {0}}, {offset});
  if (!event_id.empty()) store.set_names(story, {.event_id = event_id});
  return story;
}

TEST(StoryStore, HoldsHundredThousandStoriesWithinItsBounds) {
  StoryStore store("s-", {});
  for (int64_t offset = 0; offset < 100'000; ++offset) {
    Story& story = add(store, offset, "event-" + std::to_string(offset));
    story.add({StepKind::stored, kNow, std::string(200, 'x')});
    story.add({StepKind::done, kNow, std::string(100, 'y')});
    store.changed(story, kNow);
    ASSERT_LE(store.size(), 10'000U);
    ASSERT_LE(store.bytes(), size_t{32} << 20);
  }
  EXPECT_EQ(store.size(), 10'000U);
  EXPECT_EQ(store.dropped(), 90'000);
  EXPECT_EQ(store.find("event-89999"), nullptr);
  EXPECT_EQ(store.find("events-0@89999"), nullptr);
  EXPECT_EQ(store.find("s-90000"), nullptr);
  ASSERT_NE(store.find("event-90000"), nullptr);
  EXPECT_EQ(store.find("event-90000"), store.find("events-0@90000"));
  EXPECT_EQ(store.find("event-90000"), store.find("s-90001"));
}

TEST(StoryStore, HoldsLargeStoriesWithinItsBytes) {
  constexpr size_t kBytes = 8 << 20;
  StoryStore store("s-", {.bytes = kBytes});
  for (int64_t offset = 0; offset < 500; ++offset) {
    Story& story = add(store, offset);
    for (int i = 0; i < 200; ++i) {
      story.add({StepKind::log, kNow, std::string(Story::kTextBytesMax, 'x')});
    }
    EXPECT_EQ(story.lines, Story::kLinesMax);
    EXPECT_EQ(story.left_out, 150U);
    store.changed(story, kNow);
    ASSERT_LE(store.bytes(), kBytes);
  }
  EXPECT_GT(store.size(), 50U);
  EXPECT_LT(store.size(), 100U);
  EXPECT_NE(store.find("events-0@499"), nullptr);
}

TEST(StoryStore, CountsNoBytesWhenItIsEmpty) {
  StoryStore store("s-", {.stories = 1});
  for (int64_t offset = 0; offset < 10; ++offset) {
    Story& story = add(store, offset, "e");
    store.changed(story, kNow);
    store.changed(story, kNow);
    EXPECT_EQ(store.bytes(), story.memory());
  }
}

TEST(StoryStore, FindsTheNewestOfSeveral) {
  StoryStore store("s-", {.stories = 2});
  add(store, 0, "same");
  const Story& second = add(store, 1, "same");
  EXPECT_EQ(store.find("same"), &second);
  add(store, 2, "other");  // The first one goes, and the name stays.
  EXPECT_EQ(store.find("same"), store.find("events-0@1"));
  add(store, 3);
  EXPECT_EQ(store.find("same"), nullptr);
}

TEST(StoryStore, FindsARecordWhoseNameIsTheEventIdOfAnother) {
  StoryStore store("s-", {});
  const Story& first = add(store, 0, "event-0");
  const Story& other = add(store, 1, "events-0@0");
  EXPECT_EQ(store.find("events-0@0"), &first);
  EXPECT_EQ(store.find("events-0@1"), &other);
}

TEST(StoryStore, ReadsTheNamesOfRecords) {
  const auto record = record_named("my-topic.x-12@345");
  ASSERT_TRUE(record);
  EXPECT_EQ(record->topic_partition, (TopicPartition{"my-topic.x", {12}}));
  EXPECT_EQ(record->offset.value, 345);
  for (const char* wrong : {"", "@", "-", "-@", "a-@1", "a-1@", "a-1", "a@1", "a-x@1", "a-1@x",
                            "a-99999999999@1", "a-1@99999999999999999999", "a--1@1", "a-1@-1"}) {
    if (std::string(wrong) == "a--1@1") continue;  // The topic "a-".
    EXPECT_FALSE(record_named(wrong)) << wrong;
  }
}

TEST(StoryStore, ListsWhatAFilterPasses) {
  StoryStore store("s-", {});
  for (int64_t i = 0; i < 6; ++i) {
    Story& story = add(store, i, "event-" + std::to_string(i));
    story.route = i % 2 == 0 ? "/a" : "/b";
    story.status = 200 + 100 * i;
    story.outcome = i == 3 ? StoryOutcome::done : StoryOutcome::stored;
    story.names.key = i == 4 ? "key" : "keys";
    store.changed(story, kNow);
  }
  const auto ids = [&](const StoryFilter& filter) {
    std::string text;
    const auto list = parsed(store.list(filter));
    for (const auto& story : list.at("stories").as_array()) {
      text += std::string(story.at("id").as_string()) + " ";
    }
    return text;
  };
  EXPECT_EQ(ids({}), "s-6 s-5 s-4 s-3 s-2 s-1 ");
  EXPECT_EQ(ids({.limit = 2}), "s-6 s-5 ");
  EXPECT_EQ(ids({.before = "s-3"}), "s-2 s-1 ");
  EXPECT_EQ(ids({.before = "s-99"}), "");
  EXPECT_EQ(ids({.route = "/b"}), "s-6 s-4 s-2 ");
  EXPECT_EQ(ids({.status = "4xx"}), "s-3 ");
  EXPECT_EQ(ids({.status = "400"}), "s-3 ");
  EXPECT_EQ(ids({.status = "404"}), "");
  EXPECT_EQ(ids({.outcome = "done"}), "s-4 ");
  EXPECT_EQ(ids({.key = "key"}), "s-5 ");
  EXPECT_EQ(ids({.text = "vent-2"}), "s-3 ");
  EXPECT_EQ(ids({.text = "events"}), "s-6 s-5 s-4 s-3 s-2 s-1 ");
}

TEST(StoryStore, TellsEachChangeOnce) {
  StoryStore store("s-", {});
  uint64_t sequence = store.sequence();
  EXPECT_EQ(store.changes(sequence, 10), "");
  Story& one = add(store, 0);
  store.changed(one, kNow);
  Story& two = add(store, 1);
  store.changed(two, kNow);
  store.changed(one, kNow);
  auto changes = parsed(store.changes(sequence, 10));
  ASSERT_EQ(changes.at("stories").as_array().size(), 2U);
  EXPECT_EQ(changes.at("stories").at(0).at("id"), "s-1");
  EXPECT_EQ(changes.at("stories").at(1).at("id"), "s-2");
  EXPECT_EQ(changes.at("left_out"), 0);
  EXPECT_EQ(store.changes(sequence, 10), "");
  store.changed(two, kNow);
  changes = parsed(store.changes(sequence, 10));
  EXPECT_EQ(changes.at("stories").as_array().size(), 1U);
  EXPECT_EQ(sequence, store.sequence());
}

TEST(StoryStore, CountsWhatAReaderDoesNotGet) {
  StoryStore store("s-", {});
  uint64_t early = store.sequence();
  store.leave_out(10);
  uint64_t late = store.sequence();
  store.leave_out(5);
  for (int64_t i = 0; i < 20; ++i) store.changed(add(store, i), kNow);
  store.leave_out(3);
  auto changes = parsed(store.changes(early, 4));
  EXPECT_EQ(changes.at("stories").as_array().size(), 4U);
  EXPECT_EQ(changes.at("stories").at(0).at("id"), "s-20");
  EXPECT_EQ(changes.at("left_out"), 10 + 5 + 3 + 16);
  changes = parsed(store.changes(late, 100));
  EXPECT_EQ(changes.at("left_out"), 5 + 3);
  EXPECT_EQ(store.left_out(), 18);
}

TEST(StoryStore, KeepsOnlySoManyChanges) {
  StoryStore store("s-", {.stories = 10});
  uint64_t sequence = 0;
  for (int64_t i = 0; i < 100'000; ++i) store.changed(add(store, i), kNow);
  const auto changes = parsed(store.changes(sequence, 100));
  EXPECT_EQ(changes.at("stories").as_array().size(), 10U);
}

TEST(Story, WritesTimesInMillisecondsWithTheirMicroseconds) {
  EXPECT_EQ(milliseconds_text(0), "0");
  EXPECT_EQ(milliseconds_text(1'000), "1");
  EXPECT_EQ(milliseconds_text(1'203), "1.203");
  EXPECT_EQ(milliseconds_text(7), "0.007");
  EXPECT_EQ(milliseconds_text(-1'500), "-1.500");
  EXPECT_EQ(milliseconds_text(base::SystemTime(1'800'000'000'123'456us)), "1800000000123.456");
}

TEST(Story, SortsItsStepsByTime) {
  Story story;
  story.add({StepKind::stored, kNow + 2s, "third"});
  story.add({StepKind::received, kNow, "first"});
  story.add({StepKind::answered, kNow + 2s, "fourth"});
  story.add({StepKind::handled, kNow + 1s, "second"});
  std::string order;
  for (const StoryStep& step : story.steps) order += step.text + " ";
  EXPECT_EQ(order, "first second third fourth ");
}

TEST(Story, ShowsItsEndHoweverManyStepsItHas) {
  Story story;
  for (int i = 0; i < 1000; ++i) story.add({StepKind::failed, kNow, "again"});
  story.outcome = StoryOutcome::given_up;
  story.add({StepKind::given_up, kNow, "given up"});
  EXPECT_EQ(story.steps.size(), Story::kStepsMax);
  EXPECT_EQ(story.steps.back().text, "given up");
}

TEST(RecordNames, OfARecordAndOfABatchAreTheSame) {
  const std::vector<Record> records = {
      {.topic_partition = {"events", {0}},
       .offset = {1},
       .key = "customer-1",
       .value = "{}",
       .headers = {{"ce_type", "order.created"},
                   {"ce_id", "e-1"},
                   {"traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"}}},
      {.topic_partition = {"events", {0}}, .offset = {2}},
      {.topic_partition = {"events", {0}},
       .offset = {3},
       .key = std::string("\x00\xff\x80<b>", 6),
       .value = std::string(1 << 20, 'x'),
       .headers = {{"headers", "[]"},
                   {",\"headers\":[", "x"},
                   {"ce_id", std::string("\xff\x00\"\\<script>", 12)},
                   {"ce_id", "second"},
                   {"ce_type", std::nullopt}}},
      {.topic_partition = {"events", {0}},
       .offset = {4},
       .key = std::string(1 << 20, 'k'),
       .headers = {{"ce_id", std::string(10'000, 'i')}, {"traceparent", "00-XYZ"}}},
  };
  for (const Record& record : records) {
    EventBatch batch;
    batch.add(record, record_json(record));
    const RecordNames alone = names_of(record);
    const RecordNames in_batch = names_of(batch.entries()[0]);
    EXPECT_EQ(alone.key, in_batch.key);
    EXPECT_EQ(alone.event_id.substr(0, 200), in_batch.event_id.substr(0, 200));
    EXPECT_EQ(alone.event_type, in_batch.event_type);
    EXPECT_EQ(alone.trace_id, in_batch.trace_id);
    EXPECT_LE(alone.event_id.size(), Story::kNameBytesMax);
    EXPECT_LE(alone.key.value_or("").size(), 100U);
  }
  EXPECT_EQ(names_of(records[0]).event_id, "e-1");
  EXPECT_EQ(names_of(records[0]).trace_id, "4bf92f3577b34da6a3ce929d0e0e4736");
  EXPECT_EQ(names_of(records[1]).key, std::nullopt);
  EXPECT_EQ(names_of(records[2]).key, "\\x00\\xff\\x80<b>");
}

}  // namespace
}  // namespace penstock::local
