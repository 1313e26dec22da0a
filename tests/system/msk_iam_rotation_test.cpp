// These tests run the API program with MSK IAM credentials that end, rotate and fail, and with
// Kafka sessions that end after 10 s.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <set>
#include <thread>

#include "support/fixture.h"
#include "support/iam_api.h"
#include "support/kafka_client.h"

namespace penstock {
namespace {

using namespace std::chrono_literals;
using std::chrono::seconds;
using std::chrono::steady_clock;
using std::chrono::system_clock;
using test::eventually;
using test::expect_no_secret_in;
using test::FakeEndpoint;
using test::IamApi;
using test::IamKey;
using test::json_of;
using test::key_of;
using test::variable;
using testing::HasSubstr;
using testing::Not;
using Reply = FakeEndpoint::Reply;

class MskIamRotationTest : public test::IamKafkaTest {};

TEST_F(MskIamRotationTest, ServesUntilItsCredentialsEndSaysWhyAfterThatAndRecovers) {
  IamKey short_lived = key_of(0, std::chrono::floor<seconds>(system_clock::now()) + 12s);
  kafka_->know({short_lived});
  FakeEndpoint container([&](const std::string&) { return json_of(short_lived); });
  IamApi api(*kafka_, {{"AWS_CONTAINER_CREDENTIALS_FULL_URI", container.url()}});
  ASSERT_TRUE(api.becomes_ready()) << api.readiness() << api.output();
  container.answer_with(
      [](const std::string&) { return Reply{.body = "", .status = "404 Not Found"}; });
  EXPECT_TRUE(eventually([&] { return api.status(test::kStampPath + "Paul") == 200; }, 10s))
      << "the old credentials are valid for some seconds";
  ASSERT_TRUE(eventually([&] { return api.status(test::kStampPath + "Paul") == 503; }, 60s))
      << api.output();
  EXPECT_TRUE(eventually([&] { return api.readiness().find(" expired at ") != std::string::npos; }))
      << api.readiness();
  EXPECT_THAT(api.readiness(), HasSubstr("answered 404"));

  kafka_->know({key_of(1)});
  container.answer_with([](const std::string&) { return json_of(key_of(1)); });
  ASSERT_TRUE(api.becomes_ready()) << api.readiness() << api.output();
  EXPECT_TRUE(eventually([&] { return api.status(test::kStampPath + "Paul") == 200; }));
  expect_no_secret_in(api.output());
}

// Rotating is a container's credential endpoint. Its credentials end after 20 s, and it fails in
// every way between two of them.
class Rotating {
 public:
  explicit Rotating(test::IamKafka& kafka)
      : kafka_(kafka), endpoint_([this](const std::string&) { return answer(); }) {}
  [[nodiscard]] std::string url() const { return endpoint_.url(); }
  [[nodiscard]] int given() const { return given_; }

 private:
  Reply answer() {
    // One kind of failure comes before each new key. Where the client itself tries three times,
    // there are three failures.
    switch (requests_++) {
      case 1:
        return {.hang = true};
      case 3:
        return {.body = "{\"AccessKeyId\":"};
      case 5:
      case 6:
      case 7:
        return {.body = "", .status = "500 Internal Server Error"};
      case 9:
      case 10:
      case 11:
        return {.raw = "\r\n"};
      default:
        break;
    }
    const auto end = std::chrono::floor<seconds>(system_clock::now()) + 20s;
    // Kafka still knows the earlier keys, because this answer may get lost.
    keys_.push_back(key_of(given_ + 1, end));
    kafka_.know(keys_);
    return json_of(key_of(++given_, end));
  }

  test::IamKafka& kafka_;
  std::atomic<int> given_ = 0;
  int requests_ = 0;
  std::vector<IamKey> keys_;
  FakeEndpoint endpoint_;
};

TEST_F(MskIamRotationTest,
       AMinuteOfLoadLosesAndDoublesNothingWhileSessionsEndAndCredentialsRotate) {
  constexpr int kConnections = 64;
  constexpr auto kPace = 40ms;  // 1,600 requests a second in all.
  const size_t verdicts_before = kafka_->verdicts().size();
  Rotating container(*kafka_);
  IamApi api(*kafka_, {{"AWS_CONTAINER_CREDENTIALS_FULL_URI", container.url()},
                       {variable("AWS_MSK_CLUSTER_TOPIC"), "load"},
                       // A machine under load may need more than a second to connect again.
                       {variable("PUBLISH_DEADLINE"), "5"}});
  ASSERT_TRUE(api.becomes_ready()) << api.readiness() << api.output();

  std::atomic<int> stored = 0, others = 0;
  const auto end = steady_clock::now() + 60s;
  {
    std::vector<std::jthread> clients;
    for (int i = 0; i < kConnections; ++i) {
      clients.emplace_back([&, i] {
        net::HttpClient client("127.0.0.1", api.port());
        auto next = steady_clock::now() + kPace * i / kConnections;
        for (; next < end; next += kPace) {
          std::this_thread::sleep_until(next);  // The pace of the load.
          const auto response = client.request({.target = test::kStampPath + "Paul"}, 10s);
          ++(response && response->status == 200 ? stored : others);
        }
      });
    }
  }
  EXPECT_EQ(others, 0) << api.output().substr(0, 5000);
  EXPECT_GT(stored, 10'000);
  EXPECT_GE(container.given(), 5) << "credentials of 20 s are replaced after 10";

  const auto records = test::read_topic(kafka_->plain_bootstrap(), "load");
  ASSERT_TRUE(records) << records.error().message;
  EXPECT_EQ(records->size(), static_cast<size_t>(stored));
  std::set<std::string> ids;
  for (const auto& record : *records) {
    for (const auto& [name, value] : record.headers) {
      if (name == "ce_id" && value) ids.insert(*value);
    }
  }
  EXPECT_EQ(ids.size(), records->size()) << "no event twice";
  EXPECT_EQ(api.stop(), 0);
  EXPECT_THAT(api.output(), HasSubstr("cannot get AWS credentials"));
  expect_no_secret_in(api.output());
  const std::string verdicts = kafka_->verdicts().substr(verdicts_before);
  EXPECT_THAT(verdicts, Not(HasSubstr("refused")));
  EXPECT_GE(std::count(verdicts.begin(), verdicts.end(), '\n'), 6)
      << "a session lasts 10 s at most";
}

}  // namespace
}  // namespace penstock
