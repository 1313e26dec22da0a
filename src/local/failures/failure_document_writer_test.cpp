#include "local/failures/failure_document_writer.h"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

namespace penstock::local {
namespace {

constexpr base::SystemTime kNow{std::chrono::milliseconds(1'573'691'886'021)};
const FailureContext kContext{"arn:aws:lambda:us-east-1:123456789012:function:myfunction",
                              {"arn:aws:kafka:us-east-1:123456789012:cluster/c/1", "b:9098"}};

EventBatch batch() {
  EventBatch batch;
  for (const auto& [partition, offset] : {std::pair<int32_t, int64_t>{0, 5}, {1, 7}, {0, 6}}) {
    const Record record{.topic_partition = {"Topic", {partition}},
                        .offset = {offset},
                        .timestamp_ms = 1'573'691'884'835 + offset,
                        .key = "test-key",
                        .value = "a \"b\""};
    batch.add(record, record_json(record));
  }
  return batch;
}

// The example of AWS's page with other numbers.
TEST(FailureDocumentWriter, WritesTheShapeOfAwsForAQueue) {
  const EventBatch records = batch();
  const FailedBatch failed{records, "RetryAttemptsExhausted", 11, "316aa6d0-8154"};
  const auto size = std::to_string(records.payload(kContext.envelope).size());
  EXPECT_EQ(boost::json::parse(batch_document(failed, kContext, kNow)), boost::json::parse(R"({
    "requestContext": {"requestId": "316aa6d0-8154",
      "functionArn": "arn:aws:lambda:us-east-1:123456789012:function:myfunction",
      "condition": "RetryAttemptsExhausted", "approximateInvokeCount": 11},
    "responseContext":
      {"statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled"},
    "version": "1.0", "timestamp": "2019-11-14T00:38:06.021Z",
    "KafkaBatchInfo": {
      "batchSize": 3,
      "eventSourceArn": "arn:aws:kafka:us-east-1:123456789012:cluster/c/1",
      "bootstrapServers": "b:9098", "payloadSize": )" + size + R"(,
      "recordsInfo": {
        "Topic-0": {"firstRecordOffset": "5", "lastRecordOffset": "6",
          "firstRecordTimestamp": "2019-11-14T00:38:04.840Z",
          "lastRecordTimestamp": "2019-11-14T00:38:04.841Z"},
        "Topic-1": {"firstRecordOffset": "7", "lastRecordOffset": "7",
          "firstRecordTimestamp": "2019-11-14T00:38:04.842Z",
          "lastRecordTimestamp": "2019-11-14T00:38:04.842Z"}}}})"));
}

TEST(FailureDocumentWriter, WritesNoResponseForAPayloadThatIsTooLarge) {
  const EventBatch records = batch();
  const auto document = boost::json::parse(
      batch_document({records, "MaximumPayloadSizeExceeded", 0, ""}, kContext, kNow));
  EXPECT_TRUE(document.at("responseContext").is_null());
  EXPECT_EQ(document.at("requestContext").at("condition"), "MaximumPayloadSizeExceeded");
}

// A record's timestamp is whatever its producer has written.
TEST(FailureDocumentWriter, WritesAnyTimestampAsATime) {
  EXPECT_EQ(iso_milliseconds(-1), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(iso_milliseconds(253'402'300'799'999), "9999-12-31T23:59:59.999Z");
  EXPECT_EQ(iso_milliseconds(253'402'300'800'000), "9999-12-31T23:59:59.999Z");
  EXPECT_EQ(iso_milliseconds(INT64_MAX), "9999-12-31T23:59:59.999Z");
}

TEST(FailureDocumentWriter, WritesTheEventAsAStringForABucket) {
  const EventBatch records = batch();
  const FailedBatch failed{records, "RetryAttemptsExhausted", 1, "id"};
  auto with = boost::json::parse(batch_document_with_event(failed, kContext, kNow)).as_object();
  EXPECT_EQ(with.at("payload").as_string(), records.payload(kContext.envelope));
  with.erase("payload");
  EXPECT_EQ(boost::json::value(with), boost::json::parse(batch_document(failed, kContext, kNow)));
}

TEST(FailureDocumentWriter, WritesAboutOneRecordForATopic) {
  const EventBatch records = batch();
  const FailedBatch failed{records, "RetryAttemptsExhausted", 3, "id"};
  const auto document =
      boost::json::parse(record_document(failed, records.entries()[1], kContext, kNow));
  EXPECT_EQ(document.at("requestContext").at("condition"), "RetriesExhausted");
  EXPECT_EQ(document.at("requestContext").at("functionArn").as_string(),
            kContext.function_arn + ":$LATEST");
  EXPECT_EQ(document.at("KafkaBatchInfo").at("batchSize"), 1);
  EXPECT_EQ(boost::json::serialize(document.at("KafkaBatchInfo").at("recordInfo")),
            R"({"offset":"7","timestamp":"2019-11-14T00:38:04.842Z"})");
  const auto& list = document.at("payload").at("records").as_object();
  ASSERT_EQ(list.size(), 1u);
  EXPECT_EQ(list.at("Topic-1").as_array().size(), 1u);
  EXPECT_EQ(list.at("Topic-1").at(0).at("key"), "dGVzdC1rZXk=");
  EXPECT_EQ(document.at("payload").at("eventSource"), "aws:kafka");
}

TEST(FailureDocumentWriter, WithoutItsPayloadADocumentNamesTheRecord) {
  const EventBatch records = batch();
  const FailedBatch failed{records, "RetryAttemptsExhausted", 3, "id"};
  const auto& entry = records.entries()[1];
  const auto whole = boost::json::parse(record_document(failed, entry, kContext, kNow));
  const auto document =
      boost::json::parse(record_document_without_payload(failed, entry, kContext, kNow));
  EXPECT_EQ(document.at("requestContext"), whole.at("requestContext"));
  EXPECT_FALSE(document.as_object().contains("payload"));
  EXPECT_TRUE(document.at("payloadOmitted").is_string());
  const auto& info = document.at("KafkaBatchInfo");
  EXPECT_EQ(info.at("payloadSize"), whole.at("KafkaBatchInfo").at("payloadSize"));
  EXPECT_EQ(info.at("recordInfo"), whole.at("KafkaBatchInfo").at("recordInfo"));
  EXPECT_EQ(info.at("recordsInfo"), boost::json::parse(R"({"Topic-1":
    {"firstRecordOffset": "7", "lastRecordOffset": "7",
     "firstRecordTimestamp": "2019-11-14T00:38:04.842Z",
     "lastRecordTimestamp": "2019-11-14T00:38:04.842Z"}})"));
}

}  // namespace
}  // namespace penstock::local
