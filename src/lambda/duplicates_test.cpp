#include "lambda/duplicates.h"

#include <gtest/gtest.h>
#include <malloc.h>

#include <string>

namespace penstock::lambda {
namespace {

Record record_at(int64_t offset, std::string_view id = {}, std::string_view source = "/a") {
  Record record;
  record.topic = "events";
  record.offset = {offset};
  if (!id.empty()) record.headers = {{"ce_id", id}, {"ce_source", source}};
  return record;
}

bool contains(Duplicates& duplicates, const Record& record) {
  return duplicates.contains(duplicates.name_of(record));
}

void add_handled(Duplicates& duplicates, const Record& record) {
  duplicates.add_handled(duplicates.name_of(record));
}

TEST(Duplicates, HaveTheSameEventIdOrTheSameOffsetAndTime) {
  Duplicates duplicates;
  add_handled(duplicates, record_at(1, "x"));
  duplicates.finish_handled();
  EXPECT_TRUE(contains(duplicates, record_at(1, "x")));
  EXPECT_FALSE(contains(duplicates, record_at(1, "y"))) << "it is of another cluster";
  EXPECT_TRUE(contains(duplicates, record_at(2, "x"))) << "its producer has stored it twice";
  EXPECT_FALSE(contains(duplicates, record_at(2, "x", "/b")))
      << "an id is unique within its source";
  EXPECT_FALSE(contains(duplicates, record_at(2)));
  add_handled(duplicates, record_at(1));
  duplicates.finish_handled();
  EXPECT_TRUE(contains(duplicates, record_at(1)));
  Record elsewhere = record_at(1);
  elsewhere.partition = {1};
  EXPECT_FALSE(contains(duplicates, elsewhere));
  Record later = record_at(1);
  later.timestamp = std::chrono::milliseconds(5);
  EXPECT_FALSE(contains(duplicates, later)) << "it is of a recreated topic";
}

TEST(Duplicates, DoNotIncludeRetries) {
  Duplicates duplicates;
  add_handled(duplicates, record_at(1));
  EXPECT_FALSE(contains(duplicates, record_at(1))) << "the invocation is not finished";
  duplicates.forget_handled();
  duplicates.finish_handled();
  EXPECT_FALSE(contains(duplicates, record_at(1)));
}

TEST(Duplicates, AreForgottenOldestFirst) {
  Duplicates duplicates(2);
  for (const int64_t offset : {1, 2, 3}) {
    add_handled(duplicates, record_at(offset, "id" + std::to_string(offset)));
  }
  duplicates.finish_handled();
  EXPECT_FALSE(contains(duplicates, record_at(1, "id1")));
  EXPECT_TRUE(contains(duplicates, record_at(2, "id2")));
  EXPECT_TRUE(contains(duplicates, record_at(9, "id3")));
}

// Whoever writes the source and the id must not make two records look like one.
TEST(Duplicates, AreNotMadeByMovingBytesBetweenSourceAndId) {
  using namespace std::literals;
  Duplicates duplicates;
  add_handled(duplicates, record_at(1, "b\0c"sv, "a"));
  add_handled(duplicates, record_at(1, "1i1"sv, ""));
  add_handled(duplicates, record_at(1));
  duplicates.finish_handled();
  EXPECT_TRUE(contains(duplicates, record_at(2, "b\0c"sv, "a")));
  EXPECT_FALSE(contains(duplicates, record_at(2, "c", "a\0b"sv)));
  EXPECT_FALSE(contains(duplicates, record_at(2, "1", "1i")));
  EXPECT_FALSE(contains(duplicates, record_at(2, "0\n1\n0", "events\n")));
}

// A large block has its own mapping, which uordblks does not count.
size_t bytes_in_use() {
  const struct mallinfo2 info = ::mallinfo2();
  return info.uordblks + info.hblkhd;
}

TEST(Duplicates, TakeAMegabyteHoweverLongTheIdsAre) {
  Duplicates duplicates;
  const std::string tail(5000, 'x');
  const size_t before = bytes_in_use();
  for (int64_t i = 0; i < 15'000; ++i) {
    add_handled(duplicates, record_at(i, std::to_string(i) + tail));
    if (i % 100 == 99) duplicates.finish_handled();
  }
  EXPECT_LT(bytes_in_use() - before, 1'100'000u);
  EXPECT_TRUE(contains(duplicates, record_at(0, "5000" + tail)));
  EXPECT_FALSE(contains(duplicates, record_at(0, "4999" + tail)));
}

TEST(Duplicates, KeepNoMemoryOfALongId) {
  Duplicates duplicates;
  const size_t before = bytes_in_use();
  EXPECT_FALSE(contains(duplicates, record_at(0, std::string(5'000'000, 'x'))));
  EXPECT_FALSE(contains(duplicates, record_at(0, "short")));
  EXPECT_LT(bytes_in_use() - before, 100'000u);
}

}  // namespace
}  // namespace penstock::lambda
