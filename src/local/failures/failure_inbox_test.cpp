#include "local/failures/failure_inbox.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>

#include "support/fake_endpoint.h"

namespace penstock::local {
namespace {

using test::FakeEndpoint;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Reply = FakeEndpoint::Reply;

std::unique_ptr<FailureInbox> open(const FakeEndpoint& endpoint, const std::string& arn) {
  auto inbox = open_failure_inbox(arn, std::chrono::seconds(30),
                                  {{"AWS_ACCESS_KEY_ID", "AKID"},
                                   {"AWS_SECRET_ACCESS_KEY", "s"},
                                   {"AWS_REGION", "eu-central-1"},
                                   {"AWS_ENDPOINT_URL", endpoint.url()}});
  EXPECT_TRUE(inbox);
  return std::move(*inbox);
}

// Returns the names of the inbox's documents, each with "!" if it has a problem.
std::vector<std::string> names_of(FailureInbox& inbox) {
  std::vector<std::string> names;
  while (true) {
    const auto item = inbox.next({});
    EXPECT_TRUE(item) << item.error().message;
    if (!item || !*item) return names;
    names.push_back((*item)->name + ((*item)->problem.empty() ? "" : "!"));
  }
}

std::string message(const std::string& id) {
  return R"({"Messages":[{"MessageId":")" + id + R"(","ReceiptHandle":"r","Body":"{}"}]})";
}

TEST(QueueInbox, PassesOverMessagesThatItHasSeen) {
  std::atomic<size_t> at = 0;
  const std::vector<std::string> order{"left", "left", "left", "new", "left", "last"};
  const FakeEndpoint endpoint([&](const std::string&) {
    const size_t i = at++;
    return Reply{.body = i < order.size() ? message(order[i]) : "{}"};
  });
  const auto inbox = open(endpoint, "arn:aws:sqs:eu-central-1:123456789012:failures");
  EXPECT_THAT(names_of(*inbox), ElementsAre("message left", "message new", "message last"));
  EXPECT_EQ(inbox->rest(), "");
}

TEST(QueueInbox, SaysThatThereMayBeMoreBehindWhatIsRepeated) {
  const FakeEndpoint endpoint([](const std::string&) { return Reply{.body = message("left")}; });
  const auto inbox = open(endpoint, "arn:aws:sqs:eu-central-1:123456789012:failures");
  EXPECT_THAT(names_of(*inbox), ElementsAre("message left"));
  EXPECT_THAT(inbox->rest(), HasSubstr("run the same command again"));
}

TEST(QueueInbox, SaysThatMessagesMayBeInvisibleWhenItFindsNone) {
  const FakeEndpoint endpoint([](const std::string&) { return Reply{.body = "{}"}; });
  const auto inbox = open(endpoint, "arn:aws:sqs:eu-central-1:123456789012:failures");
  EXPECT_THAT(names_of(*inbox), ElementsAre());
  EXPECT_THAT(inbox->rest(), HasSubstr("the queue shows no message. Those that another run has "
                                       "read, also one with --dry-run, are invisible"));
}

std::string listing(const std::vector<std::string>& keys, bool complete) {
  std::string body = "<ListBucketResult>";
  for (const std::string& key : keys) {
    body += "<Contents><Key>" + key + "</Key><Size>7</Size></Contents>";
  }
  return body +
         (complete ? "<IsTruncated>false</IsTruncated>"
                   : "<IsTruncated>true</IsTruncated>"
                     "<NextContinuationToken>again</NextContinuationToken>") +
         "</ListBucketResult>";
}

TEST(BucketInbox, GoesOnBehindAnObjectThatCannotBeRead) {
  const FakeEndpoint endpoint([](const std::string& request) {
    if (request.find("list-type=2") != std::string::npos) {
      return Reply{
          .body = listing({"a", "archived", "customer_key", "gone", "huge", "kms", "z"}, true)};
    }
    const auto refused = [](const std::string& code, const std::string& status) {
      return Reply{.body = "<Error><Code>" + code + "</Code></Error>", .status = status};
    };
    if (request.starts_with("GET /failures/archived ")) {
      return refused("InvalidObjectState", "403 Forbidden");
    }
    if (request.starts_with("GET /failures/customer_key ")) {
      return refused("InvalidRequest", "400 Bad Request");
    }
    if (request.starts_with("GET /failures/kms ")) {
      return refused("AccessDenied", "403 Forbidden");
    }
    if (request.starts_with("GET /failures/gone ")) {
      return Reply{.body = "<Error><Code>NoSuchKey</Code></Error>", .status = "404 Not Found"};
    }
    if (request.starts_with("GET /failures/huge ")) {
      return Reply{.raw = "HTTP/1.1 200 OK\r\nContent-Length: 999999999\r\n\r\n"};
    }
    return Reply{.body = "{}"};
  });
  const auto inbox = open(endpoint, "arn:aws:s3:::failures");
  EXPECT_THAT(names_of(*inbox),
              ElementsAre("a", "archived!", "customer_key!", "gone!", "huge!", "kms!", "z"));
}

TEST(BucketInbox, EndsAfterAHundredRefusalsInARow) {
  std::vector<std::string> keys;
  for (int i = 1000; i < 1200; ++i) keys.push_back(std::to_string(i));
  const FakeEndpoint endpoint([&](const std::string& request) {
    if (request.find("list-type=2") != std::string::npos) return Reply{.body = listing(keys, true)};
    if (request.starts_with("GET /failures/1050 ")) return Reply{.body = "{}"};
    return Reply{.body = "<Error><Code>AccessDenied</Code></Error>", .status = "403 Forbidden"};
  });
  const auto inbox = open(endpoint, "arn:aws:s3:::failures");
  for (int i = 1000; i < 1150; ++i) {
    const auto item = inbox->next({});
    ASSERT_TRUE(item && *item) << i;
    EXPECT_EQ((*item)->problem.empty(), i == 1050) << i;
  }
  const auto last = inbox->next({});
  ASSERT_FALSE(last);
  EXPECT_THAT(last.error().message, HasSubstr("100 objects in a row"));
  EXPECT_THAT(last.error().message, HasSubstr("allow s3:GetObject"));
}

TEST(BucketInbox, EndsIfS3CannotBeUsed) {
  const FakeEndpoint endpoint([&](const std::string& request) {
    if (request.find("list-type=2") != std::string::npos) {
      return Reply{.body = listing({"a", "b"}, true)};
    }
    return Reply{.body = "<Error><Code>ExpiredToken</Code></Error>", .status = "400 Bad Request"};
  });
  EXPECT_FALSE(open(endpoint, "arn:aws:s3:::failures")->next({}));
}

TEST(BucketInbox, DoesNotTakeAListingThatEndsEarlyForItsEnd) {
  const FakeEndpoint endpoint([](const std::string&) { return Reply{.body = listing({}, false)}; });
  const auto item = open(endpoint, "arn:aws:s3:::failures")->next({});
  ASSERT_FALSE(item);
  EXPECT_THAT(item.error().message, HasSubstr("says that there are more"));
}

}  // namespace
}  // namespace penstock::local
