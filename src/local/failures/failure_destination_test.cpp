#include "local/failures/failure_destination.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "aws/services/s3.h"
#include "local/failures/failure_document_reader.h"
#include "support/fake_endpoint.h"

namespace penstock::local {
namespace {

using test::FakeEndpoint;
using testing::HasSubstr;

class S3DestinationTest : public testing::Test {
 protected:
  // Sends a batch of one record of so many bytes.
  base::Result<std::string> send(size_t bytes) {
    Record record{.topic_partition = {"orders", {0}}, .offset = {7}};
    record.value = std::string(bytes, 'v');
    std::string json = record_json(record);
    EventBatch batch;
    batch.add(std::move(record), std::move(json));
    auto to = open_failure_destination("arn:aws:s3:::failures", {}, "mapping",
                                       {"arn:f", {"", "localhost:1"}},
                                       {{"AWS_ACCESS_KEY_ID", "AKID"},
                                        {"AWS_SECRET_ACCESS_KEY", "s"},
                                        {"AWS_REGION", "eu-central-1"},
                                        {"AWS_ENDPOINT_URL_S3", endpoint_.url()}});
    return (*to)->send({batch, "MaximumPayloadSizeExceeded", 0, "id"}, {});
  }
  // Returns the document in the body of the only request.
  FailureDocument document() {
    const std::string request = endpoint_.requests().at(0);
    return FailureDocument::parse(request.substr(request.find("\r\n\r\n") + 4)).value();
  }

  FakeEndpoint endpoint_{[](const std::string&) { return FakeEndpoint::Reply{}; }};
};

TEST_F(S3DestinationTest, ADocumentHasItsEvent) {
  const auto sent = send(100);
  ASSERT_TRUE(sent) << base::describe(sent.error());
  EXPECT_EQ(*sent, "");
  EXPECT_TRUE(document().event);
}

TEST_F(S3DestinationTest, ADocumentThatIsTooLargeIsSentWithoutItsEventOnce) {
  const auto sent = send(aws::S3Bucket::kObjectBytesMax);
  ASSERT_TRUE(sent) << base::describe(sent.error());
  EXPECT_THAT(*sent, HasSubstr("orders-0 7 would have"));
  EXPECT_THAT(*sent, HasSubstr("was sent without its event"));
  EXPECT_FALSE(document().event);
  EXPECT_EQ(document().text(), "orders-0 7");
}

}  // namespace
}  // namespace penstock::local
