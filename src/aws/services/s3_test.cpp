#include "aws/services/s3.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/fake_endpoint.h"

namespace penstock::aws {
namespace {

using base::ErrorCode;
using test::FakeEndpoint;
using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;
using Reply = FakeEndpoint::Reply;

const base::Environment kKeys{{"AWS_ACCESS_KEY_ID", "AKID"}, {"AWS_SECRET_ACCESS_KEY", "s"}};
constexpr const char* kArn = "arn:aws:s3:::failures";

std::string page(const std::string& keys, const std::string& next = "") {
  return "<?xml version=\"1.0\" "
         "encoding=\"UTF-8\"?>\n<ListBucketResult><EncodingType>url</EncodingType>" +
         keys +
         (next.empty() ? "<IsTruncated>false</IsTruncated>"
                       : "<IsTruncated>true</IsTruncated><NextContinuationToken>" + next +
                             "</NextContinuationToken>") +
         "</ListBucketResult>";
}

std::string entry(const std::string& key) {
  return "<Contents><Key>" + key + "</Key><Size>7</Size></Contents>";
}

class S3Test : public testing::Test {
 protected:
  S3Test() : endpoint_([](const std::string&) { return Reply{.body = "content"}; }) {}

  S3Bucket bucket() {
    auto made =
        S3Bucket::at(kArn, credential_chain_of(kKeys),
                     {{"AWS_ENDPOINT_URL_S3", endpoint_.url()}, {"AWS_REGION", "eu-central-1"}});
    EXPECT_TRUE(made);
    return std::move(*made);
  }
  void answer(const Reply& reply) {
    endpoint_.answer_with([reply](const std::string&) { return reply; });
  }

  FakeEndpoint endpoint_;
};

TEST_F(S3Test, PutsAndGetsByAnyKey) {
  ASSERT_TRUE(bucket().put("a b/+ü?", std::string("\0{}", 3), "application/json", {}));
  EXPECT_THAT(endpoint_.requests().at(0),
              AllOf(StartsWith("PUT /failures/a%20b/%2B%C3%BC%3F HTTP/1.1\r\n"),
                    HasSubstr("\r\nContent-Type: application/json\r\n"),
                    HasSubstr("/eu-central-1/s3/aws4_request, "),
                    EndsWith(std::string("\r\n\r\n\0{}", 7))));
  const auto got = bucket().get("//x/", {});
  ASSERT_TRUE(got) << got.error().message;
  EXPECT_EQ(*got, "content");
  EXPECT_THAT(endpoint_.requests().at(1), StartsWith("GET /failures///x/ HTTP/1.1\r\n"));
}

TEST_F(S3Test, LimitsTheSizeOfAnObject) {
  answer({.body = std::string(S3Bucket::kObjectBytesMax, 'x')});
  EXPECT_TRUE(bucket().get("k", {}));
  answer({.body = std::string(S3Bucket::kObjectBytesMax + 1, 'x')});
  EXPECT_EQ(bucket().get("k", {}).error().code, ErrorCode::too_large);
  const std::string large(S3Bucket::kObjectBytesMax + 1, 'x');
  EXPECT_EQ(bucket().put("k", large, "text/plain", {}).error().message,
            "s3:PutObject on arn:aws:s3:::failures: the object has 16777217 bytes, but at most 16 "
            "MiB are allowed");
  for (const std::string& key : {std::string(), std::string(1025, 'k'), std::string("\xff")}) {
    EXPECT_EQ(bucket().get(key, {}).error().code, ErrorCode::invalid);
    EXPECT_EQ(bucket().put(key, "", "text/plain", {}).error().code, ErrorCode::invalid);
  }
}

TEST_F(S3Test, SaysWhatIsMissingAndWhatIsDenied) {
  answer({.body = "<Error><Code>NoSuchKey</Code><Message>none</Message></Error>",
          .status = "404 Not Found"});
  auto error = bucket().get("k", {}).error();
  EXPECT_EQ(error.code, ErrorCode::not_found);
  EXPECT_THAT(error.message, StartsWith("s3:GetObject on arn:aws:s3:::failures/k: "));
  answer({.body = "<Error><Code>AccessDenied</Code></Error>", .status = "403 Forbidden"});
  error = bucket().get("k", {}).error();
  EXPECT_EQ(error.code, ErrorCode::refused);
  EXPECT_THAT(
      error.message,
      EndsWith("; allow s3:GetObject on it to the credentials of environment (AKID); without the "
               "permission s3:ListBucket, S3 denies access to a missing key, too"));
}

TEST_F(S3Test, ListsPageByPage) {
  endpoint_.answer_with([](const std::string& request) {
    if (request.find("continuation-token=t%2F1") != std::string::npos) {
      return Reply{.body = page(entry("c"))};
    }
    return Reply{.body = page(entry("a+b%2Bc/%C3%BC") + entry("b"), "t/1")};
  });
  auto listing = bucket().list("p/ x", {});
  ASSERT_TRUE(listing) << listing.error().message;
  ASSERT_EQ(listing->objects.size(), 3U);
  EXPECT_EQ(listing->objects[0].key, "a b+c/ü");
  EXPECT_EQ(listing->objects[0].size, 7U);
  EXPECT_EQ(listing->objects[2].key, "c");
  EXPECT_TRUE(listing->complete);
  EXPECT_THAT(
      endpoint_.requests().at(0),
      StartsWith("GET /failures?list-type=2&encoding-type=url&max-keys=1000&prefix=p%2F%20x "
                 "HTTP/1.1\r\n"));
  listing = bucket().list("", {}, 2, "0");
  EXPECT_EQ(listing->objects.size(), 2U);
  EXPECT_FALSE(listing->complete);
  EXPECT_THAT(endpoint_.requests().at(2), HasSubstr("&max-keys=2&start-after=0 HTTP"));
  EXPECT_EQ(endpoint_.requests().size(), 3U);
}

TEST_F(S3Test, EndsAListThatGoesOnForever) {
  answer({.body = page("", "again")});
  auto listing = bucket().list("", {});
  ASSERT_TRUE(listing);
  EXPECT_FALSE(listing->complete);
  EXPECT_EQ(endpoint_.requests().size(), 100U);
  answer({.body = page(entry("a") + entry("b") + entry("c"))});
  listing = bucket().list("", {}, 2);
  EXPECT_EQ(listing->objects.size(), 2U);
  EXPECT_FALSE(listing->complete) << "more than was asked for";
}

TEST_F(S3Test, RefusesGarbage) {
  for (const std::string& garbage :
       {std::string(), std::string("{}"), std::string("<a/>"), page("<Contents/>"),
        page(entry("%4")), page(entry("%zz")), page(entry("%FF")),
        page("<Contents><Key>a</Key><Size>-1</Size></Contents>"),
        std::string("<ListBucketResult><IsTruncated>true</IsTruncated></ListBucketResult>")}) {
    answer({.body = garbage});
    const auto listing = bucket().list("", {});
    ASSERT_FALSE(listing) << garbage;
    EXPECT_EQ(listing.error().code, ErrorCode::invalid);
  }
}

TEST(S3Page, AcceptsKeysThatAreNotEncoded) {
  const auto plain = parse_s3_page(
      "<ListBucketResult><Contents><Key>a+%41</Key><Size>0</Size></Contents></ListBucketResult>");
  ASSERT_TRUE(plain);
  EXPECT_EQ(plain->objects.at(0).key, "a+%41");
}

TEST(S3BucketUrl, HasItsOwnHostAtAwsUnlessTheCertificateWouldNotMatch) {
  const auto url = [](const std::string& name, const base::Environment& environment) {
    const auto bucket =
        S3Bucket::at("arn:aws:s3:::" + name, credential_chain_of(kKeys), environment);
    return bucket ? bucket->url() : bucket.error().message;
  };
  EXPECT_EQ(url("failures", {{"AWS_REGION", "eu-central-1"}}),
            "https://failures.s3.eu-central-1.amazonaws.com");
  EXPECT_EQ(url("my.failures", {{"AWS_REGION", "eu-central-1"}}),
            "https://s3.eu-central-1.amazonaws.com/my.failures");
  EXPECT_EQ(url("failures", {{"AWS_ENDPOINT_URL_S3", "http://localhost:5000"}}),
            "http://localhost:5000/failures");
}

TEST(S3BucketArn, NamesABucketInTheRegionOfTheEnvironment) {
  const auto problem = [](const std::string& arn, const base::Environment& environment) {
    const auto bucket = S3Bucket::at(arn, credential_chain_of(kKeys), environment);
    return bucket ? "none" : bucket.error().message;
  };
  const base::Environment region{{"AWS_REGION", "eu-central-1"}};
  EXPECT_EQ(problem(kArn, region), "none");
  EXPECT_EQ(problem("arn:aws:s3:::with.dots", region), "none");
  EXPECT_EQ(problem(kArn, {}), "the region of S3 is not known: set AWS_REGION");
  for (const std::string wrong :
       {"b", "arn:aws:s3:::b", "arn:aws:s3:::evil.com/", "arn:aws:s3:::UPPER", "arn:aws:s3:::a..b",
        "arn:aws:s3:eu-central-1::bucket", "arn:aws:sqs:::bucket"}) {
    EXPECT_EQ(problem(wrong, region),
              "'" + wrong + "' is not the ARN of a bucket: write arn:aws:s3:::NAME");
  }
}

}  // namespace
}  // namespace penstock::aws
