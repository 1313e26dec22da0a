#include <atomic>

#include "auth/documents/document_keeper.h"
#include "support/fake_endpoint.h"
#include "support/keeper_test.h"

namespace penstock::auth {
namespace {

using namespace std::chrono_literals;
using test::FakeEndpoint;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using Kind = DocumentPlace::Kind;
using Reply = FakeEndpoint::Reply;

constexpr KeeperTimes kTimes{.ask_pause = 0ms, .failure_pause_min = 1ms, .failure_pause_max = 4ms};

// Answers as an issuer does, which a test changes.
class RemoteDocumentTest : public KeeperTestBase {
 protected:
  Reply answer(const std::string& request) {
    if (down) return {.status = "503 Service Unavailable"};
    if (hangs) return {.hang = true};
    const std::lock_guard lock(mutex);
    if (request.starts_with("GET /configuration ")) {
      return {.body = "{\"issuer\":\"" + issuer + "\",\"jwks_uri\":\"" +
                      (jwks_uri.empty() ? server_.url() + "/keys" : jwks_uri) + "\"}"};
    }
    ++key_requests;
    return {.body = keys};
  }
  base::Result<KeptDocument*> keep(Kind kind, const std::string& path = "/configuration") {
    return keeper_->keep("the keys of login",
                         {.kind = kind, .place = server_.url() + path, .issuer = "https://id"},
                         reader());
  }
  // Has the issuer asked, and says whether it has answered.
  bool ask_now(KeptDocument& document) {
    Asked asked = Asked::waits;
    ask(document, *keeper_, asked);
    EXPECT_TRUE(comes_true([&] { return asked != Asked::waits; }));
    return asked == Asked::yes;
  }
  template <class Change>
  void change(Change what) {
    const std::lock_guard lock(mutex);
    what();
  }

  std::atomic<bool> down = false, hangs = false;
  std::atomic<int> key_requests = 0;
  std::mutex mutex;
  std::string issuer = "https://id", jwks_uri, keys = "key 1";
  FakeEndpoint server_{[this](const std::string& request) { return answer(request); }};
  std::unique_ptr<DocumentKeeper> keeper_ =
      std::make_unique<DocumentKeeper>(io_, log_, base::Environment(), kTimes);
};

TEST_F(RemoteDocumentTest, RotatesWhenItIsAskedFor) {
  const auto document = keep(Kind::discovery);
  ASSERT_TRUE(document) << document.error().message;
  EXPECT_FALSE(DocumentKeeper::is_there(**document));
  keeper_->start();
  ASSERT_TRUE(comes_true([&] { return in_force() == "key 1"; }));
  change([&] { keys = "key 2"; });
  EXPECT_TRUE(ask_now(**document));
  EXPECT_EQ(in_force(), "key 2");
  // The configuration is still fresh.
  EXPECT_EQ(server_.requests().size(), 3U);
  EXPECT_THAT(logged(), HasSubstr("\"source\":\"the configuration " + server_.url()));
}

TEST_F(RemoteDocumentTest, StaysInForceWhileItsIssuerIsDown) {
  const auto document = keep(Kind::discovery);
  ASSERT_TRUE(document);
  keeper_->start();
  ASSERT_TRUE(comes_true([&] { return in_force() == "key 1"; }));
  down = true;
  EXPECT_FALSE(ask_now(**document));
  EXPECT_EQ(DocumentKeeper::problem(**document), server_.url() + " answered 503");
  EXPECT_TRUE(DocumentKeeper::is_there(**document));
  change([&] { keys = "key 2"; });
  down = false;
  EXPECT_TRUE(comes_true([&] { return in_force() == "key 2"; }));
  EXPECT_EQ(DocumentKeeper::problem(**document), "");
  change([&] { keys = "bad <html>"; });
  EXPECT_FALSE(ask_now(**document));
  EXPECT_EQ(DocumentKeeper::problem(**document), "it is bad");
  EXPECT_THAT(force_, ElementsAre("key 1", "key 2"));
  EXPECT_THAT(logged(), Not(HasSubstr("html")));
}

TEST_F(RemoteDocumentTest, NoServerAnswersForAnotherIssuer) {
  issuer = "https://evil";
  const auto document = keep(Kind::discovery);
  ASSERT_TRUE(document);
  keeper_->start();
  ASSERT_TRUE(comes_true([&] { return DocumentKeeper::failures(**document) > 2; }));
  EXPECT_THAT(DocumentKeeper::problem(**document),
              HasSubstr("/configuration: the issuer's configuration is of the issuer "
                        "'https://evil', not of 'https://id'"));
  EXPECT_EQ(key_requests, 0);
  change([&] {
    issuer = "https://id";
    jwks_uri = "http://id/keys";
  });
  EXPECT_TRUE(comes_true([&] {
    return DocumentKeeper::problem(**document)
               .find(
                   "jwks_uri\" of the issuer's configuration is "
                   "not an https URL") != std::string::npos;
  }));
  change([&] { jwks_uri.clear(); });
  EXPECT_TRUE(comes_true([&] { return in_force() == "key 1"; }));
}

TEST_F(RemoteDocumentTest, IsFoundWhereItsIssuerHasMovedIt) {
  const auto document = keep(Kind::discovery);
  ASSERT_TRUE(document);
  keeper_->start();
  ASSERT_TRUE(comes_true([&] { return in_force() == "key 1"; }));
  FakeEndpoint other([](const std::string&) { return Reply{.body = "moved"}; });
  change([&] { jwks_uri = other.url(); });
  EXPECT_TRUE(ask_now(**document));  // The configuration is still fresh.
  EXPECT_EQ(in_force(), "key 1");
  down = true;
  EXPECT_FALSE(ask_now(**document));
  down = false;
  EXPECT_TRUE(comes_true([&] { return in_force() == "moved"; }));
}

TEST_F(RemoteDocumentTest, CallsForItAreOneRequest) {
  const auto document = keep(Kind::url, "/keys");
  ASSERT_TRUE(document);
  keeper_->start();
  ASSERT_TRUE(comes_true([&] { return in_force() == "key 1"; }));
  std::vector<Asked> results(DocumentKeeper::kWaitersMax, Asked::waits);
  for (Asked& result : results) ask(**document, *keeper_, result);
  EXPECT_TRUE(comes_true([&] {
    return std::count(results.begin(), results.end(), Asked::yes) ==
           static_cast<long>(results.size());
  }));
  EXPECT_EQ(key_requests, 2);
}

TEST_F(RemoteDocumentTest, TheKeeperEndsAtOnceWhileAServerHangs) {
  hangs = true;
  const auto document = keep(Kind::url, "/keys");
  ASSERT_TRUE(document);
  keeper_->start();
  ASSERT_TRUE(comes_true([&] { return server_.requests().size() == 1; }));
  Asked asked = Asked::waits;
  ask(**document, *keeper_, asked);
  io_.restart();
  io_.poll();  // Now it waits.
  const auto begin = std::chrono::steady_clock::now();
  keeper_.reset();
  EXPECT_LT(std::chrono::steady_clock::now() - begin, KeeperTimes().answer_timeout / 2);
  EXPECT_TRUE(comes_true([&] { return asked == Asked::no; }));
}

TEST_F(RemoteDocumentTest, ASlowServerDelaysNoOtherDocument) {
  hangs = true;
  ASSERT_TRUE(keep(Kind::url, "/keys"));
  FakeEndpoint other([](const std::string&) { return Reply{.body = "other"}; });
  ASSERT_TRUE(keeper_->keep("n", {.kind = Kind::url, .place = other.url()}, reader()));
  keeper_->start();
  EXPECT_TRUE(comes_true([&] { return in_force() == "other"; }));
}

TEST_F(RemoteDocumentTest, MustBeAtAnHttpsUrl) {
  for (const Kind kind : {Kind::url, Kind::discovery}) {
    const auto document =
        keeper_->keep("n", {.kind = kind, .place = "http://id.example"}, reader());
    ASSERT_FALSE(document);
    EXPECT_EQ(document.error().message,
              "'http://id.example' is not an https URL; http is for this machine alone");
  }
  const auto document = keeper_->keep("n", {.kind = Kind::secret, .place = "keys"}, reader());
  ASSERT_FALSE(document);
  EXPECT_THAT(document.error().message, HasSubstr("'keys' is not the ARN of a secret"));
}

TEST_F(RemoteDocumentTest, CanBeASecretOfAws) {
  FakeEndpoint aws([](const std::string&) { return Reply{.body = R"({"SecretString":"keys"})"}; });
  DocumentKeeper keeper(io_, log_,
                        {{"AWS_ACCESS_KEY_ID", "AKID"},
                         {"AWS_SECRET_ACCESS_KEY", "topsecret"},
                         {"AWS_ENDPOINT_URL", aws.url()}},
                        kTimes);
  const auto document = keeper.keep(
      "n",
      {.kind = Kind::secret, .place = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:keys"},
      reader());
  ASSERT_TRUE(document) << document.error().message;
  keeper.start();
  EXPECT_TRUE(comes_true([&] { return in_force() == "keys"; }));
}

}  // namespace
}  // namespace penstock::auth
