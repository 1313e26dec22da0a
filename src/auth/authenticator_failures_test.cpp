#include "auth/authenticator_testing.h"
#include "auth/failures.h"

namespace penstock::auth {
namespace {

using std::chrono_literals::operator""s;
using testing::Desk;
using testing::Headers;

const Headers kGoodKey = {{"x-api-key", std::string(Desk::kKey)}};
const Headers kBadKey = {{"x-api-key", "guess"}};
const Headers kGoodPassword = {{"Authorization", "Basic YW5uOnNlY3JldDrDpA=="}};
const Headers kBadPassword = {{"Authorization", "Basic YW5uOmd1ZXNz"}};

// The settings take 3 failures a minute.
void fail_three_times(Desk& desk) {
  for (int i = 0; i < 3; ++i) EXPECT_EQ(desk.outcome("/key", kBadKey), "401 refused");
}

TEST(AuthenticatorFailures, OfAnAddressAreBounded) {
  Desk desk;
  fail_three_times(desk);
  const Refusal refusal = desk.refusal("/key", kBadKey);
  EXPECT_EQ(refusal.status, 429U);
  EXPECT_EQ(refusal.retry_after, 20s);
  desk.steady += 19s;
  EXPECT_EQ(desk.outcome("/key", kBadKey), "429 too_many_failures");
  desk.steady += 1s;
  EXPECT_EQ(desk.outcome("/key", kBadKey), "401 refused");
  EXPECT_EQ(desk.outcome("/key", kBadKey), "429 too_many_failures");
  desk.peer = boost::asio::ip::make_address("192.0.2.2");
  EXPECT_EQ(desk.outcome("/key", kBadKey), "401 refused") << "another address";
}

TEST(AuthenticatorFailures, AreNoMissingCredentials) {
  Desk desk;
  for (int i = 0; i < 10; ++i) EXPECT_EQ(desk.outcome("/key"), "401 missing");
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(desk.outcome("/admin", kGoodKey), "403 insufficient_scope");
  }
  EXPECT_EQ(desk.outcome("/key", kBadKey), "401 refused");
}

TEST(AuthenticatorFailures, LeaveKeysAndKnownTokensAlone) {
  Desk desk;
  const Headers known = Desk::bearer(desk.token());
  EXPECT_EQ(desk.outcome("/login", known), "login:bob");
  EXPECT_EQ(desk.outcome("/staff", kGoodPassword), "staff:ann");
  fail_three_times(desk);
  EXPECT_EQ(desk.outcome("/login", known), "login:bob");
  EXPECT_EQ(desk.outcome("/key", kGoodKey), "key:ann");
  desk.now += 1s;
  EXPECT_EQ(desk.outcome("/login", Desk::bearer(desk.token())), "429 too_many_failures");
  EXPECT_EQ(desk.outcome("/staff", kGoodPassword), "429 too_many_failures")
      << "whoever may go on trying learns which password is right";
  EXPECT_EQ(desk.outcome("/key"), "401 missing");
}

TEST(AuthenticatorFailures, OfAUserAreBoundedAcrossAddresses) {
  Desk desk;
  for (int i = 0; i < 3; ++i) {
    desk.peer = boost::asio::ip::make_address("192.0.2." + std::to_string(10 + i));
    EXPECT_EQ(desk.outcome("/staff", kBadPassword), "401 refused");
  }
  desk.peer = boost::asio::ip::make_address("192.0.2.20");
  EXPECT_EQ(desk.outcome("/staff", kBadPassword), "429 too_many_failures");
  EXPECT_EQ(desk.outcome("/staff", {{"Authorization", "Basic Ym9iOmE="}}), "401 refused")
      << "another user";
  desk.steady += 20s;
  EXPECT_EQ(desk.outcome("/staff", kGoodPassword), "staff:ann");
}

TEST(AuthenticatorFailures, OfAttemptsAtOnceAreNoMore) {
  Desk desk;
  const http::RequestMessage request = Desk::request("/staff", kBadPassword);
  std::map<Outcome, int> outcomes;
  int left = 10;
  const auto decide = [&]() -> async::Awaitable<void> {
    const Decision decision = co_await desk.authenticator->decide(desk.security("/staff"), request);
    ++outcomes[std::get<Refusal>(decision).outcome];
    if (--left == 0) desk.io.stop();
  };
  for (int i = 0; i < 10; ++i) boost::asio::co_spawn(desk.io, decide, boost::asio::detached);
  desk.io.run_for(60s);
  EXPECT_EQ(outcomes[Outcome::refused], 3);
  EXPECT_EQ(outcomes[Outcome::too_many_failures], 7);
}

TEST(AuthenticatorFailures, OfDifferentPasswordsAtOnceAreNoMore) {
  Desk desk;
  desk.peer = boost::asio::ip::make_address("10.0.0.1");
  // In Base64 these are "!:aa", "%:aa" and so on: users of one client, and the last of another.
  std::vector<http::RequestMessage> requests;
  for (char c = 'I'; c <= 'Z'; ++c) {
    requests.push_back(
        Desk::request("/staff", {{"Authorization", std::string("Basic ") + c + "TphYQ=="},
                                 {"X-Forwarded-For", c == 'Z' ? "192.0.2.2" : "192.0.2.1"}}));
  }
  std::map<Outcome, int> outcomes;
  Outcome other = Outcome::accepted;
  size_t left = requests.size();
  const auto decide = [&](const http::RequestMessage& request) -> async::Awaitable<void> {
    const Decision decision = co_await desk.authenticator->decide(desk.security("/staff"), request);
    const Outcome outcome = std::get<Refusal>(decision).outcome;
    ++outcomes[outcome];
    if (&request == &requests.back()) other = outcome;
    if (--left == 0) desk.io.stop();
  };
  for (const auto& request : requests) {
    boost::asio::co_spawn(desk.io, decide(request), boost::asio::detached);
  }
  desk.io.run_for(60s);
  EXPECT_EQ(outcomes[Outcome::refused], 3 + 1) << "no more are hashed than may fail";
  EXPECT_EQ(outcomes[Outcome::too_busy], 17 - 3);
  EXPECT_EQ(other, Outcome::refused) << "another address waits for its own ones only";
}

TEST(AuthenticatorFailures, CountForTheClientBehindAProxy) {
  Desk desk;
  desk.peer = boost::asio::ip::make_address("10.0.0.1");
  const auto from = [](const char* client) {
    return Headers{{"x-api-key", "guess"}, {"X-Forwarded-For", client}};
  };
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(desk.outcome("/key", from("2001:db8::1")), "401 refused");
  }
  EXPECT_EQ(desk.outcome("/key", from("2001:db8::2")), "429 too_many_failures") << "one /64";
  EXPECT_EQ(desk.outcome("/key", from("2001:db8:0:1::2")), "401 refused");
}

TEST(AuthenticatorFailures, BehindAProxyThatIsNotTrustedAreLoggedOnce) {
  Desk desk;
  EXPECT_EQ(desk.outcome("/key", kBadKey), "401 refused");
  EXPECT_EQ(desk.logged().find("trusted_proxies"), std::string::npos);
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(desk.outcome("/key", {kBadKey[0], {"X-Forwarded-For", "198.51.100.1"}}),
              "401 refused");
  }
  const std::string text = desk.logged();
  const size_t first = text.find("trusted_proxies");
  ASSERT_NE(first, std::string::npos);
  EXPECT_EQ(text.find("trusted_proxies", first + 1), std::string::npos);
  EXPECT_EQ(text.find("guess"), std::string::npos) << "no credential is in the log";
}

TEST(AuthenticatorFailures, CountBesideACredentialThatIsRight) {
  Desk desk;
  const Headers both = {{"x-api-key", "guess"}, Desk::bearer(desk.token())[0]};
  for (int i = 0; i < 3; ++i) EXPECT_EQ(desk.outcome("/either", both), "login:bob");
  EXPECT_EQ(desk.outcome("/key", kBadKey), "429 too_many_failures");
}

TEST(AuthenticatorFailures, OfManyAddressesTakeBoundedMemory) {
  Failures failures(3);
  const Failures::Time now{};
  for (size_t i = 0; i < Failures::kAddressesMax + 1000; ++i) {
    failures.count_address(std::to_string(i), now);
  }
  for (int i = 0; i < 3; ++i) failures.count_address("guesser", now);
  EXPECT_EQ(failures.wait_of_address("guesser", now), 20s);
}

}  // namespace
}  // namespace penstock::auth
