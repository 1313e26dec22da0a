#include "local/failures/failure_document_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "local/failures/failure_document_writer.h"

namespace penstock::local {
namespace {

using ::testing::HasSubstr;

EventBatch batch() {
  EventBatch batch;
  for (const auto& [partition, offset] : {std::pair<int32_t, int64_t>{0, 5}, {1, 7}, {0, 6}}) {
    const Record record{
        .topic_partition = {"my-topic", {partition}}, .offset = {offset}, .value = "v"};
    batch.add(record, record_json(record));
  }
  return batch;
}

const FailureContext kContext{"arn:f", {"arn:c", "b:9098"}};

TEST(FailureDocumentReader, ReadsTheDocumentsOfTheWriter) {
  const EventBatch records = batch();
  const FailedBatch failed{records, "RetryAttemptsExhausted", 1, "id"};
  const auto document = FailureDocument::parse(batch_document(failed, kContext, {}));
  ASSERT_TRUE(document) << document.error().message;
  EXPECT_EQ(document->condition, "RetryAttemptsExhausted");
  EXPECT_EQ(document->bootstrap, "b:9098");
  EXPECT_EQ(document->batch_size, 3);
  EXPECT_EQ(document->text(), "my-topic-0 5..6, my-topic-1 7");
  EXPECT_FALSE(document->event);

  const auto in_bucket = FailureDocument::parse(batch_document_with_event(failed, kContext, {}));
  ASSERT_TRUE(in_bucket);
  EXPECT_EQ(in_bucket->event, records.payload(kContext.envelope));
  const auto in_topic =
      FailureDocument::parse(record_document(failed, records.entries()[1], kContext, {}));
  ASSERT_TRUE(in_topic);
  EXPECT_THAT(in_topic->event.value(),
              HasSubstr(R"("records":{"my-topic-1":[{"topic":"my-topic","partition":1,)"));
}

TEST(FailureDocumentReader, ReadsWhichRecordADocumentWithoutPayloadIsAbout) {
  const EventBatch records = batch();
  const FailedBatch failed{records, "RetryAttemptsExhausted", 1, "id"};
  const auto document = FailureDocument::parse(
      record_document_without_payload(failed, records.entries()[1], kContext, {}));
  ASSERT_TRUE(document) << document.error().message;
  EXPECT_FALSE(document->event);
  EXPECT_EQ(document->batch_size, 1);
  EXPECT_EQ(document->text(), "my-topic-1 7");
}

TEST(FailureDocumentReader, RefusesOtherTexts) {
  const std::pair<const char*, const char*> rows[] = {
      {"", "at byte 0"},
      {"[]", "has no KafkaBatchInfo"},
      {R"({"KafkaBatchInfo":1})", "batchSize"},
      {R"({"KafkaBatchInfo":{"batchSize":0}})", "batchSize must be from 1 to 10000"},
      {R"({"KafkaBatchInfo":{"batchSize":1}})", "neither"},
      {R"({"KafkaBatchInfo":{"batchSize":1,"recordsInfo":{}}})", "neither"},
      {R"({"KafkaBatchInfo":{"batchSize":1,"recordsInfo":{"t":{}}}})", "not TOPIC-PARTITION"},
      {R"({"KafkaBatchInfo":{"batchSize":1,"recordsInfo":{"t-x":{}}}})", "not TOPIC-PARTITION"},
      {R"({"KafkaBatchInfo":{"batchSize":1,"recordsInfo":{"t-0":)"
       R"({"firstRecordOffset":"5","lastRecordOffset":"4"}}}})",
       "no valid offsets for t-0"},
      {R"({"KafkaBatchInfo":{"batchSize":1,"recordsInfo":{"t-0":)"
       R"({"firstRecordOffset":"x","lastRecordOffset":"4"}}}})",
       "no valid offsets for t-0"},
      {R"({"KafkaBatchInfo":{"batchSize":1,"recordsInfo":{"t-0":)"
       R"({"firstRecordOffset":"5","lastRecordOffset":"9223372036854775807"}}}})",
       "no valid offsets for t-0"},
      {R"({"KafkaBatchInfo":{"batchSize":1,"recordsInfo":{"t-0":)"
       R"({"firstRecordOffset":5,"lastRecordOffset":9223372036854775807}}}})",
       "no valid offsets for t-0"},
      {R"({"KafkaBatchInfo":{"batchSize":1},"payload":5})", "payload is neither"},
  };
  for (const auto& [text, expected] : rows) {
    const auto document = FailureDocument::parse(text);
    ASSERT_FALSE(document) << text;
    EXPECT_THAT(document.error().message, HasSubstr(expected)) << text;
  }
}

}  // namespace
}  // namespace penstock::local
