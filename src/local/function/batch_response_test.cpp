#include "local/function/batch_response.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace penstock::local {
namespace {

using ::testing::HasSubstr;

EventBatch batch_of(const std::vector<std::pair<int32_t, int64_t>>& records) {
  EventBatch batch;
  for (const auto& [partition, offset] : records) {
    Record record{.topic_partition = {"events", {partition}}, .offset = {offset}};
    batch.add(record, record_json(record));
  }
  return batch;
}

std::string item(const std::string& partition, int64_t offset) {
  return R"({"itemIdentifier":{"partition":")" + partition + R"(","offset":)" +
         std::to_string(offset) + "}}";
}

std::string response(const std::string& items) {
  return R"({"batchItemFailures":[)" + items + "]}";
}

const EventBatch kBatch = batch_of({{0, 5}, {0, 6}, {1, 9}, {0, 7}});

// As the BatchProcessor of Powertools for AWS Lambda (Python) 3.37.0 answers.
TEST(BatchResponse, NamesTheRecordsThatFailed) {
  const auto read = read_batch_response(
      response(item("events-0", 7) + "," + item("events-1", 9) + "," + item("events-0", 6)),
      kBatch);
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->failures, (RecordSet{{{"events", {0}}, {{6}, {7}}}, {{"events", {1}}, {{9}}}}));
  EXPECT_FALSE(read->has_old_identifier);
}

TEST(BatchResponse, MayNameThemAsAnOlderCopyOfThePageSaid) {
  const std::string old = R"({"itemIdentifier":{"topic-partition":"events-0","offset":6}})";
  const auto read = read_batch_response(response(item("events-1", 9) + "," + old), kBatch);
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->failures, (RecordSet{{{"events", {0}}, {{6}}}, {{"events", {1}}, {{9}}}}));
  EXPECT_TRUE(read->has_old_identifier);
}

TEST(BatchResponse, SucceedsIfItNamesNothing) {
  for (const char* nothing : {"", " \n", "null", "{}", R"({"batchItemFailures":null})",
                              R"({"batchItemFailures":[]})", R"({"other":1})"}) {
    const auto read = read_batch_response(nothing, kBatch);
    ASSERT_TRUE(read) << nothing;
    EXPECT_TRUE(read->failures.empty()) << nothing;
  }
}

TEST(BatchResponse, MayHaveMembersThatAMappingDoesNotRead) {
  std::string many = R"({"batchItemFailures":[],"seen":{"0":0)";
  for (int i = 1; i <= 10'001; ++i) many += ",\"" + std::to_string(i) + "\":0";
  for (const std::string& text :
       {many + "}}", std::string(R"({"batchItemFailures":[],"at":1,"at":2})"),
        std::string(R"({"batchItemFailures":[],"n":1e400})")}) {
    const auto read = read_batch_response(text, kBatch);
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_TRUE(read->failures.empty());
  }
}

TEST(BatchResponse, FailsTheBatchIfItCannotBeUnderstood) {
  const std::pair<std::string, const char*> rows[] = {
      {"garbage", "is not JSON"},
      {"\"text\"", "is not an object"},
      {R"({"batchItemFailures":1})", "that is not a list"},
      {response("1"), "without"},
      {response("{}"), "without"},
      {response(R"({"itemIdentifier":"5"})"), "itemIdentifier is a string and not an object"},
      {response(R"({"itemIdentifier":{"partition":"events-0"}})"), "without"},
      {response(R"({"itemIdentifier":{"partition":"events-0","offset":"5"}})"),
       "offset is a string and not a whole number"},
      {response(R"({"itemIdentifier":{"partition":"events-0","offset":5.0}})"),
       "offset is a number with a fraction or an exponent and not a whole number"},
      {response(R"({"itemIdentifier":{"partition":0,"offset":5}})"),
       "partition is a whole number and not a string"},
      {response(R"({"itemIdentifier":{"partition":null,"topic-partition":"events-0","offset":5}})"),
       "partition is null and not a string"},
      {response(item("events-0", 8)), "names events-0@8, which is not in the batch"},
      {response(item(R"(x\n\u001b)", 8)), R"(names x\x0a\x1b@8, which is not in the batch)"},
      {response(item("events-2", 5)), "not in the batch"},
      {response(item("events-0", 5) + "," + item("", 5)), "not in the batch"},
  };
  for (const auto& [text, expected] : rows) {
    const auto read = read_batch_response(text, kBatch);
    ASSERT_FALSE(read) << text;
    EXPECT_THAT(read.error().message, HasSubstr(expected)) << text;
  }
}

TEST(BatchResponse, IsNoticedByAMappingThatDoesNotAskForIt) {
  EXPECT_TRUE(names_failures(response(item("events-0", 5))));
  EXPECT_FALSE(names_failures(response("")));
  EXPECT_FALSE(names_failures("null"));
  EXPECT_FALSE(names_failures("\"batchItemFailures\""));
  EXPECT_FALSE(names_failures("batchItemFailures"));
}

}  // namespace
}  // namespace penstock::local
