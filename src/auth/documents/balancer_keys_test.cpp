#include "auth/documents/balancer_keys.h"

#include <atomic>

#include "support/fake_endpoint.h"
#include "support/keeper_test.h"

namespace penstock::auth {
namespace {

using namespace std::chrono_literals;
using test::FakeEndpoint;
using testing::HasSubstr;
using testing::Not;
using Reply = FakeEndpoint::Reply;

constexpr const char* kId = "94edf27c-e689-45a0-921d-1fd2ed9a0000";
// This is the public key of the signature example of RFC 7515, appendix A.3.
constexpr const char* kPem =
    "-----BEGIN PUBLIC KEY-----\n"
    "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEf83OJ3D2xF1Bg8vub9tLe1gHMzV7\n"
    "6e8Tus9uPHvRVEXH8UTNG72bfocs3+257rn0s2ldbqkLJK2KRiMohYjlrQ==\n"
    "-----END PUBLIC KEY-----\n";

std::string id_of(size_t number) {
  std::string id(kId);
  const std::string digits = std::to_string(number);
  return id.replace(id.size() - digits.size(), digits.size(), digits);
}

class BalancerKeysTest : public KeeperTestBase {
 protected:
  Reply answer(const std::string&) {
    if (hangs) return {.hang = true};
    if (down) return {.status = "503 Service Unavailable"};
    return known ? Reply{.body = kPem} : Reply{.body = "<Error>", .status = "403 Forbidden"};
  }
  // Asks for the key, and says whether it is there.
  bool ask(const std::string& id) {
    Asked asked = Asked::waits;
    begin(id, asked);
    EXPECT_TRUE(comes_true([&] { return asked != Asked::waits; }));
    return asked == Asked::yes;
  }
  void begin(const std::string& id, Asked& result, std::chrono::milliseconds patience = 10s) {
    auto wait = [](BalancerKeys& keys, std::string key_id, Asked& r,
                   base::SteadyTime end) -> async::Awaitable<> {
      r = co_await keys.ask(std::move(key_id), end) ? Asked::yes : Asked::no;
    };
    const auto deadline = std::chrono::steady_clock::now() + patience;
    boost::asio::co_spawn(io_, wait(*keys_, id, result, deadline), boost::asio::detached);
  }

  std::atomic<bool> known = true, down = false, hangs = false;
  FakeEndpoint server_{[this](const std::string& request) { return answer(request); }};
  std::unique_ptr<BalancerKeys> keys_ =
      std::make_unique<BalancerKeys>(io_, log_, server_.url() + "/", KeeperTimes{.ask_pause = 0ms});
};

TEST_F(BalancerKeysTest, AreFetchedOnceEach) {
  EXPECT_EQ(keys_->find(kId), nullptr);
  EXPECT_TRUE(keys_->may_ask(kId));
  std::vector<Asked> results(BalancerKeys::kWaitersMax, Asked::waits);
  for (Asked& result : results) begin(kId, result);
  EXPECT_TRUE(comes_true([&] {
    return std::count(results.begin(), results.end(), Asked::yes) ==
           static_cast<long>(results.size());
  }));
  ASSERT_NE(keys_->find(kId), nullptr);
  EXPECT_NE(keys_->find(kId)->find(kId, jose::Algorithm::es256), nullptr);
  EXPECT_EQ(keys_->find(kId)->find(kId, jose::Algorithm::rs256), nullptr);
  EXPECT_TRUE(ask(kId));
  EXPECT_EQ(server_.requests().size(), 1U);
  EXPECT_THAT(server_.requests().at(0), testing::StartsWith("GET /" + std::string(kId) + " HTTP"));
  EXPECT_THAT(logged(), HasSubstr("got a load balancer's key"));
}

TEST_F(BalancerKeysTest, AreAskedForByAUuidOnly) {
  for (const char* id :
       {"", "..", "../secrets", "94edf27ce68945a0921d1fd2ed9a0000",
        "94edf27c-e689-45a0-921d-1fd2ed9a000g", "94edf27c-e689-45a0-921d-1fd2ed9a0000?",
        "94edf27c/e689-45a0-921d-1fd2ed9a0000"}) {
    EXPECT_FALSE(keys_->may_ask(id)) << id;
    EXPECT_FALSE(ask(id)) << id;
  }
  EXPECT_TRUE(server_.requests().empty());
}

TEST_F(BalancerKeysTest, AnUnknownIdIsNotAskedForAgain) {
  known = false;
  EXPECT_FALSE(ask(kId));
  EXPECT_FALSE(keys_->may_ask(kId));
  EXPECT_FALSE(ask(kId));
  EXPECT_EQ(server_.requests().size(), 1U);
  EXPECT_FALSE(ask(id_of(1)));
  EXPECT_EQ(keys_->failures(), 0U);
  const std::string log = logged();
  EXPECT_EQ(log.find("answered 403"), log.rfind("answered 403")) << log;  // Once.
  EXPECT_THAT(log, Not(HasSubstr(kId)));
}

TEST_F(BalancerKeysTest, AFailureIsTriedAgain) {
  down = true;
  EXPECT_FALSE(ask(kId));
  EXPECT_EQ(keys_->failures(), 1U);
  EXPECT_THAT(keys_->problem(), HasSubstr("answered 503"));
  down = false;
  EXPECT_TRUE(ask(kId));
  EXPECT_EQ(keys_->problem(), "");
}

TEST_F(BalancerKeysTest, AnUnknownIdIsAnAnswer) {
  down = true;
  EXPECT_FALSE(ask(kId));
  EXPECT_THAT(keys_->problem(), HasSubstr("answered 503"));
  down = known = false;
  EXPECT_FALSE(ask(id_of(1)));
  EXPECT_EQ(keys_->problem(), "");
}

TEST_F(BalancerKeysTest, AreFetchedAFewTimesAMinute) {
  for (size_t i = 0; i < BalancerKeys::kFetchesPerMinute; ++i) ASSERT_TRUE(ask(id_of(i))) << i;
  EXPECT_FALSE(keys_->may_ask(id_of(99)));
  EXPECT_TRUE(keys_->is_busy(id_of(99)));
  EXPECT_FALSE(keys_->is_busy(id_of(3))) << "it is there";
  EXPECT_FALSE(keys_->is_busy("x")) << "nobody will ever ask";
  EXPECT_FALSE(ask(id_of(99)));
  EXPECT_TRUE(ask(id_of(3)));
  EXPECT_EQ(server_.requests().size(), BalancerKeys::kFetchesPerMinute);
  EXPECT_EQ(keys_->size(), BalancerKeys::kFetchesPerMinute);
}

TEST_F(BalancerKeysTest, FewWaitAndTheyEndWithIt) {
  hangs = true;
  std::vector<Asked> results(BalancerKeys::kQueueMax + 1, Asked::waits);
  for (size_t i = 0; i < results.size(); ++i) begin(id_of(i), results[i]);
  EXPECT_TRUE(comes_true([&] { return results.back() == Asked::no; }));
  EXPECT_TRUE(keys_->is_busy(id_of(BalancerKeys::kQueueMax)));
  EXPECT_FALSE(keys_->is_busy(id_of(0))) << "it is being asked for, and more may wait";
  ASSERT_TRUE(comes_true([&] { return !server_.requests().empty(); }));
  Asked late = Asked::waits;
  begin(id_of(0), late, 5ms);
  EXPECT_TRUE(comes_true([&] { return late == Asked::no; }));
  const auto start = std::chrono::steady_clock::now();
  keys_.reset();
  EXPECT_LT(std::chrono::steady_clock::now() - start, KeeperTimes().answer_timeout / 2);
  EXPECT_TRUE(comes_true([&] { return results.front() == Asked::no; }));
}

TEST(BalancerKeys, AreAtAPlaceOfTheRegion) {
  EXPECT_EQ(*BalancerKeys::url_of("eu-central-1"),
            "https://public-keys.auth.elb.eu-central-1.amazonaws.com/");
  EXPECT_EQ(*BalancerKeys::url_of("us-gov-west-1"),
            "https://s3-us-gov-west-1.amazonaws.com/aws-elb-public-keys-prod-us-gov-west-1/");
  EXPECT_EQ(*BalancerKeys::url_of("cn-north-1"),
            "https://public-keys.auth.elb.cn-north-1.amazonaws.com.cn/");
  for (const char* wrong : {"", "evil.com/", "eu-central-1/../"}) {
    EXPECT_FALSE(BalancerKeys::url_of(wrong)) << wrong;
  }
}

}  // namespace
}  // namespace penstock::auth
