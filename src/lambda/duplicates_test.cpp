#include "lambda/duplicates.h"

#include <gtest/gtest.h>

namespace penstock::lambda {
namespace {

Record record_at(int64_t offset, std::string_view id = {}, std::string_view source = "/a") {
  Record record;
  record.topic = "events";
  record.offset = {offset};
  if (!id.empty()) record.headers = {{"ce_id", id}, {"ce_source", source}};
  return record;
}

TEST(Duplicates, HaveTheSameEventIdOrTheSameOffsetAndTime) {
  Duplicates duplicates;
  duplicates.add_handled(record_at(1, "x"));
  duplicates.finish_handled();
  EXPECT_TRUE(duplicates.contains(record_at(1, "x")));
  EXPECT_FALSE(duplicates.contains(record_at(1, "y"))) << "it is of another cluster";
  EXPECT_TRUE(duplicates.contains(record_at(2, "x"))) << "its producer has stored it twice";
  EXPECT_FALSE(duplicates.contains(record_at(2, "x", "/b"))) << "an id is unique within its source";
  EXPECT_FALSE(duplicates.contains(record_at(2)));
  duplicates.add_handled(record_at(1));
  duplicates.finish_handled();
  EXPECT_TRUE(duplicates.contains(record_at(1)));
  Record elsewhere = record_at(1);
  elsewhere.partition = {1};
  EXPECT_FALSE(duplicates.contains(elsewhere));
  Record later = record_at(1);
  later.timestamp = std::chrono::milliseconds(5);
  EXPECT_FALSE(duplicates.contains(later)) << "it is of a recreated topic";
}

TEST(Duplicates, DoNotIncludeRetries) {
  Duplicates duplicates;
  duplicates.add_handled(record_at(1));
  EXPECT_FALSE(duplicates.contains(record_at(1))) << "the invocation is not finished";
  duplicates.forget_handled();
  duplicates.finish_handled();
  EXPECT_FALSE(duplicates.contains(record_at(1)));
}

TEST(Duplicates, AreForgottenOldestFirst) {
  Duplicates duplicates(2);
  for (const int64_t offset : {1, 2, 3}) {
    duplicates.add_handled(record_at(offset, "id" + std::to_string(offset)));
  }
  duplicates.finish_handled();
  EXPECT_FALSE(duplicates.contains(record_at(1, "id1")));
  EXPECT_TRUE(duplicates.contains(record_at(2, "id2")));
  EXPECT_TRUE(duplicates.contains(record_at(9, "id3")));
}

}  // namespace
}  // namespace penstock::lambda
