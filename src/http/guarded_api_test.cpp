// These tests are of the Api with a Guard behind a server: who may call, in which order a request
// is looked at, and that nothing of a caller stays in its connection.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <boost/asio/post.hpp>
#include <future>
#include <memory>
#include <thread>

#include "auth/auth_settings.h"
#include "http/api.h"
#include "http/mock.h"
#include "http/server/server.h"
#include "support/raw_client.h"

namespace penstock::http {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

// OK stands for the responses.
constexpr std::string_view kContract = R"(
openapi: 3.1.0
info: {title: t, version: '1'}
components:
  securitySchemes:
    key: {type: apiKey, in: header, name: X-Key}
    staff: {type: http, scheme: basic}
security: [{key: []}]
x-cors: {origins: ['https://shop.example']}
paths:
  /open: {get: {operationId: open, security: [], responses: OK}}
  /optional:
    get: {operationId: optional, security: [{}, {key: []}], responses: OK}
  /writers:
    get: {operationId: writers, security: [{key: [write]}], responses: OK}
  /key:
    get:
      operationId: key_get
      parameters: [{name: n, in: query, schema: {type: integer}}]
      responses: OK
    post:
      operationId: key_post
      requestBody: {content: {application/json: {schema: {type: object}}}}
      responses: OK
    put:
      operationId: key_put
      requestBody: {content: {text/plain: {schema: {type: string, maxLength: 2}}}}
      responses: OK
    delete:
      operationId: key_delete
      responses: {'200': {description: d, content: {text/xml: {}}}}
  /staff:
    get: {operationId: staff_get, security: [{staff: []}], responses: OK}
    post:
      operationId: staff_post
      security: [{staff: []}]
      requestBody: {content: {text/plain: {schema: {type: string, maxLength: 4}}}}
      responses: OK
  /limited:
    get:
      operationId: limited
      x-penstock-rate: {requests: 2, seconds: 3600}
      responses: OK
    post:
      operationId: by_address
      x-penstock-rate: {requests: 3, seconds: 3600, by: address}
      requestBody: {content: {application/json: {schema: {type: object}}}}
      responses: OK
  /uncached: {get: {operationId: uncached, responses: OK}}
  /event:
    post:
      operationId: event
      security: [{}, {key: []}, {staff: []}]
      x-event: {type: t.e, topic: events, delivery: best_effort, auth_context: true}
      responses: OK
)";

contract::Contract parsed() {
  std::string text(kContract);
  const std::string_view ok = "{'200': {description: d, content: {text/plain: {}}}}";
  for (size_t at = text.find("OK"); at != std::string::npos; at = text.find("OK", at)) {
    text.replace(at, 2, ok);
  }
  return contract::Contract::parse(text, "t.yaml").value();
}

// The keys are "the-key-of-a-0123456789" and "the-key-of-b-0123456789", and the password of ann is
// "right".
constexpr std::string_view kSettings = R"({"failures_per_minute": 1000, "schemes": {
  "key": {"keys": {"keys": [
    {"name": "partner-a", "scopes": ["write"],
     "sha256": "39f2561c450ea9165b5bf2f1a2b98185c6ba75c03dff750f74689bc8cb5d6c15"},
    {"name": "partner-b",
     "sha256": "e7bcf6dcf27d9c0e093477ced5e7bb6c47be3b39d294816cc3289fc3636c2542"}]}},
  "staff": {"users": {"users": [{"name": "ann", "scrypt":
    "$scrypt$ln=10,r=8,p=1$MDEyMzQ1Njc4OWFiY2RlZg$hZSrGIJenHjonndvVw/W3wboiOhcoDp1dXGYR2dSt/k"}]}}
}})";

constexpr std::string_view kKeyA = "X-Key: the-key-of-a-0123456789\r\n";
constexpr std::string_view kKeyB = "X-Key: the-key-of-b-0123456789\r\n";
constexpr std::string_view kAnn = "Authorization: Basic YW5uOnJpZ2h0\r\n";
constexpr std::string_view kAnnWrong = "Authorization: Basic YW5uOndyb25n\r\n";

// Says who calls, and with what.
Answer name_caller(const Request& request) {
  const auth::Principal& principal = request.principal();
  std::string who = principal.scheme + '/' + principal.subject;
  if (request.caller().is_anonymous()) who = "nobody";
  return text(who + ' ' + std::string(request.body_text()) + '.');
}

Handlers handlers() {
  Handlers all;
  for (const char* id : {"open", "optional", "writers", "key_get", "key_post", "key_put",
                         "staff_get", "staff_post", "limited", "by_address"}) {
    all.emplace_back(id, name_caller);
  }
  all.emplace_back("uncached",
                   [](const Request&) { return text("").header("Cache-Control", "no-store"); });
  all.emplace_back("event", [](const Request&) { return text("sent.").publish(object{{"a", 1}}); });
  return all;
}

class KeepingSink final : public events::Sink {
 public:
  std::optional<events::DeliveryReport> submit(const events::Event& event,
                                               events::Ticket ticket) override {
    submitted.push_back(event);
    report(ticket, {.outcome = events::DeliveryOutcome::stored});
    return std::nullopt;
  }
  void set_report_listener(ReportListener listener) override { report = std::move(listener); }

  std::vector<events::Event> submitted;
  ReportListener report;
};

class GuardedApiTest : public testing::Test {
 protected:
  ~GuardedApiTest() override {
    io_.stop();
    if (thread_.joinable()) thread_.join();
    server_.reset();
    ::close(log_file_);
  }

  [[nodiscard]] base::Result<std::unique_ptr<Guard>> make_guard(const contract::Contract& contract,
                                                                std::string_view settings) {
    std::unique_ptr<auth::Authenticator> authenticator;
    auth::ClientAddresses addresses{auth::Settings()};
    if (!settings.empty()) {
      auto read = auth::read_settings(settings, contract.security_schemes());
      if (!read) return read.error();
      auto made = auth::Authenticator::make(io_, contract, *read, log_);
      if (!made) return made.error();
      authenticator = std::move(*made);
    }
    return Guard::make(contract, std::move(authenticator), std::move(addresses));
  }
  void start(std::string_view settings = kSettings, Limits limits = {}) {
    handlers_ = handlers();
    auto made = Api::make(parsed(), handlers_,
                          {.event_source = "/t",
                           .health_path = health_path_,
                           .stories = true,
                           .guard = [&](const auto& one) { return make_guard(one, settings); }},
                          publishing_, log_);
    ASSERT_TRUE(made) << made.error().message;
    api_ = std::move(*made);
    serve(*api_, limits);
  }
  void serve(Service& service, Limits limits = {}) {
    server_ = std::make_unique<Server>(io_, service, limits, log_, "test");
    ASSERT_TRUE(server_->listen("127.0.0.1", 0));
    thread_ = std::jthread([this] { io_.run(); });
  }

  static std::string request(std::string_view method, std::string_view target,
                             std::string_view headers = {}, std::string_view body = {}) {
    std::string all(method);
    all.append(" ").append(target).append(" HTTP/1.1\r\nHost: h\r\n").append(headers);
    if (!body.empty()) all.append("Content-Length: ").append(std::to_string(body.size())) += "\r\n";
    return all.append("\r\n").append(body);
  }
  // Sends a request on a connection of its own and returns the whole answer.
  std::string ask(std::string_view method, std::string_view target, std::string_view headers = {},
                  std::string_view body = {}) {
    test::RawClient client(server_->port());
    client.send(request(method, target, std::string(headers) + "Connection: close\r\n", body));
    return client.read_all();
  }
  // Returns what the log has, when all requests that were answered are in it.
  std::string logged() {
    std::promise<void> done;
    boost::asio::post(io_, [&] {
      log_.flush();
      done.set_value();
    });
    done.get_future().wait();
    std::string text(1 << 20, '\0');
    const ssize_t count = ::pread(log_file_, text.data(), text.size(), 0);
    text.resize(count > 0 ? static_cast<size_t>(count) : 0);
    return text;
  }

  const int log_file_ = ::memfd_create("log", MFD_CLOEXEC);
  log::Log log_{log_file_, log::Level::info};
  boost::asio::io_context io_{1};
  KeepingSink sink_;
  events::Publisher publisher_{sink_, {}, log_};
  Publishing publishing_{io_, publisher_};
  std::string health_path_;
  Handlers handlers_;
  std::unique_ptr<Api> api_;
  std::unique_ptr<Mock> mock_;
  std::unique_ptr<Server> server_;
  std::jthread thread_;
};

TEST_F(GuardedApiTest, TheHandlerKnowsWhoCalls) {
  start();
  EXPECT_THAT(ask("GET", "/open"), HasSubstr("nobody ."));
  EXPECT_THAT(ask("GET", "/open", kKeyA), HasSubstr("nobody ."));
  EXPECT_THAT(ask("GET", "/optional"), HasSubstr("nobody ."));
  EXPECT_THAT(ask("GET", "/optional", kKeyA), HasSubstr("key/partner-a ."));
  EXPECT_THAT(ask("GET", "/key", kKeyB), HasSubstr("key/partner-b ."));
  EXPECT_THAT(ask("GET", "/writers", kKeyA), HasSubstr("key/partner-a ."));
  EXPECT_THAT(ask("POST", "/key", std::string(kKeyA) + "Content-Type: application/json\r\n", "{}"),
              HasSubstr("key/partner-a {}."));
}

TEST_F(GuardedApiTest, ARefusalSaysWhatIsMissing) {
  start();
  const std::string missing = ask("GET", "/key");
  EXPECT_THAT(missing, StartsWith("HTTP/1.1 401 Unauthorized\r\n"));
  EXPECT_THAT(missing, HasSubstr("\r\nwww-authenticate: "));
  EXPECT_THAT(missing, HasSubstr("application/problem+json"));
  EXPECT_THAT(ask("GET", "/staff"), HasSubstr("\r\nwww-authenticate: Basic "));
  EXPECT_THAT(ask("GET", "/key", "X-Key: wrong-wrong-wrong-wrong\r\n"),
              StartsWith("HTTP/1.1 401 "));
  EXPECT_THAT(ask("GET", "/writers", kKeyB), StartsWith("HTTP/1.1 403 "));
}

TEST_F(GuardedApiTest, TheCredentialComesBeforeAllElse) {
  start({kSettings}, {.body_bytes_max = 1000});
  const std::string json = "Content-Type: application/json\r\n";
  const std::string text = "Content-Type: text/plain\r\n";
  struct Row {
    std::string_view method;
    std::string_view target;
    std::string headers;
    std::string body;
    std::string_view status;  // With a credential.
  };
  const Row rows[] = {{"GET", "/key?n=x", "", "", "400"},
                      {"GET", "/key?undeclared=1", "", "", "400"},
                      {"GET", "/key", "Accept: text/html\r\n", "", "406"},
                      {"POST", "/key", json, "{", "400"},
                      {"POST", "/key", json, "[]", "400"},
                      {"POST", "/key", text, "{}", "415"},
                      {"POST", "/key", json, std::string(2000, ' '), "413"},
                      {"PUT", "/key", text, "many characters", "413"},
                      {"DELETE", "/key", "", "", "501"}};
  for (const Row& row : rows) {
    EXPECT_THAT(ask(row.method, row.target, row.headers, row.body), StartsWith("HTTP/1.1 401 "))
        << row.target << row.headers;
    EXPECT_THAT(ask(row.method, row.target, row.headers + std::string(kKeyA), row.body),
                StartsWith("HTTP/1.1 " + std::string(row.status) + ' '))
        << row.target << row.headers;
  }
}

TEST_F(GuardedApiTest, WhatIsNoOperationNeedsNoCredential) {
  start();
  EXPECT_THAT(ask("GET", "/nothing"), StartsWith("HTTP/1.1 404 "));
  EXPECT_THAT(ask("PATCH", "/key"), StartsWith("HTTP/1.1 405 "));
  EXPECT_THAT(ask("OPTIONS", "/key"), StartsWith("HTTP/1.1 204 "));
  EXPECT_THAT(ask("OPTIONS", "*"), StartsWith("HTTP/1.1 204 "));
  const std::string preflight = ask("OPTIONS", "/key",
                                    "Origin: https://shop.example\r\n"
                                    "Access-Control-Request-Method: GET\r\n");
  EXPECT_THAT(preflight, StartsWith("HTTP/1.1 204 "));
  EXPECT_THAT(preflight, HasSubstr("access-control-allow-headers: X-Key"));
  EXPECT_THAT(ask("GET", "/key/"), StartsWith("HTTP/1.1 307 "));
}

TEST_F(GuardedApiTest, PagesOfOtherOriginsMayReadWhyTheyAreRefused) {
  start();
  const std::string origin = "Origin: https://shop.example\r\n";
  EXPECT_THAT(ask("GET", "/key", origin),
              AllOf(StartsWith("HTTP/1.1 401 "),
                    HasSubstr("access-control-allow-origin: https://shop.example\r\n"),
                    HasSubstr("access-control-expose-headers: Retry-After, WWW-Authenticate\r\n")));
  EXPECT_THAT(ask("GET", "/limited", origin),
              HasSubstr("access-control-expose-headers: Retry-After, RateLimit-Policy, RateLimit, "
                        "WWW-Authenticate\r\n"));
}

TEST_F(GuardedApiTest, HeadIsGuardedAsGet) {
  start();
  EXPECT_THAT(ask("HEAD", "/key"), StartsWith("HTTP/1.1 401 "));
  EXPECT_THAT(ask("HEAD", "/key", kKeyA), StartsWith("HTTP/1.1 200 "));
}

TEST_F(GuardedApiTest, APasswordIsWaitedForWithAndWithoutABody) {
  start();
  const std::string text = std::string(kAnn) + "Content-Type: text/plain\r\n";
  EXPECT_THAT(ask("GET", "/staff", kAnn), HasSubstr("staff/ann ."));
  EXPECT_THAT(ask("GET", "/staff", kAnnWrong), StartsWith("HTTP/1.1 401 "));
  EXPECT_THAT(ask("POST", "/staff", text, "abcd"), HasSubstr("staff/ann abcd."));
}

TEST_F(GuardedApiTest, TheFirstUseOfAPasswordMayHaveABodyInAnyForm) {
  const std::string wrong = std::string(kAnnWrong) + "Content-Type: text/plain\r\n";
  const std::string text = std::string(kAnn) + "Content-Type: text/plain\r\n";
  start();
  EXPECT_THAT(ask("POST", "/staff", wrong, "abcd"), StartsWith("HTTP/1.1 401 "));
  EXPECT_THAT(ask("POST", "/staff", wrong, std::string(2000, 'x')), StartsWith("HTTP/1.1 401 "));
  test::RawClient client(server_->port());
  client.send("POST /staff HTTP/1.1\r\nHost: h\r\n" + text +
              "Transfer-Encoding: chunked\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(client.read_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  client.send("2\r\nab\r\n2\r\ncd\r\n0\r\n\r\n");
  EXPECT_THAT(client.read_until("abcd."), HasSubstr("staff/ann abcd."));
  test::RawClient refused(server_->port());
  refused.send("POST /staff HTTP/1.1\r\nHost: h\r\n" + wrong +
               "Content-Length: 2\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_THAT(refused.read_until("}"), StartsWith("HTTP/1.1 401 "));
}

TEST_F(GuardedApiTest, ACallerDoesNotStayInItsConnection) {
  start();
  test::RawClient client(server_->port());
  const auto next = [&](std::string_view target, std::string_view headers) {
    client.send(request("GET", target, headers));
    const std::string head = client.read_until("\r\n\r\n");
    return head + client.read_until(head.find(" 200 ") != std::string::npos ? "." : "}");
  };
  EXPECT_THAT(next("/key", kKeyA), HasSubstr("key/partner-a ."));
  EXPECT_THAT(next("/key", ""), StartsWith("HTTP/1.1 401 "));
  EXPECT_THAT(next("/optional", ""), HasSubstr("nobody ."));
  EXPECT_THAT(next("/staff", kAnn), HasSubstr("staff/ann ."));
  EXPECT_THAT(next("/open", ""), HasSubstr("nobody ."));
  EXPECT_THAT(next("/key", kKeyB), HasSubstr("key/partner-b ."));
}

TEST_F(GuardedApiTest, RequestsThatAreSentTogetherHaveTheirOwnCallers) {
  start();
  test::RawClient client(server_->port());
  client.send(request("GET", "/staff", kAnn) + request("GET", "/key", kKeyA) +
              request("GET", "/optional") +
              request("POST", "/staff", std::string(kAnn) + "Content-Type: text/plain\r\n", "ab") +
              request("GET", "/key", kKeyB) + request("GET", "/key"));
  for (const std::string_view who :
       {"staff/ann .", "key/partner-a .", "nobody .", "staff/ann ab.", "key/partner-b .", "}"}) {
    const std::string answer = client.read_until(who);
    EXPECT_THAT(answer, HasSubstr(who == "}" ? " 401 " : " 200 "));
  }
}

TEST_F(GuardedApiTest, ARateIsCountedOnceForEachRequestOfAPrincipal) {
  start();
  const std::string first = ask("GET", "/limited", kKeyA);
  EXPECT_THAT(first, HasSubstr("\r\nratelimit-policy: \"limited\";q=2;w=3600\r\n"
                               "ratelimit: \"limited\";r=1;t=1800\r\n"));
  EXPECT_THAT(ask("GET", "/limited"), AllOf(StartsWith("HTTP/1.1 401 "), Not(HasSubstr("r="))));
  EXPECT_THAT(ask("GET", "/limited?undeclared=1", kKeyA),
              AllOf(StartsWith("HTTP/1.1 400 "), HasSubstr("ratelimit: \"limited\";r=0;t=1800")));
  const std::string refused = ask("GET", "/limited", kKeyA);
  EXPECT_THAT(refused, StartsWith("HTTP/1.1 429 Too Many Requests\r\n"));
  EXPECT_THAT(refused, HasSubstr("\r\nretry-after: 1800\r\n"));
  EXPECT_THAT(refused, HasSubstr("ratelimit: \"limited\";r=0;t=1800\r\n"));
  // Another one has its own.
  EXPECT_THAT(ask("GET", "/limited", kKeyB), StartsWith("HTTP/1.1 200 "));
  EXPECT_THAT(ask("GET", "/key", kKeyA), Not(HasSubstr("ratelimit")));
}

TEST_F(GuardedApiTest, AnAddressIsCountedOnceAndBeforeItsCredentials) {
  start();
  const std::string json = "Content-Type: application/json\r\n";
  EXPECT_THAT(ask("POST", "/limited", json, "{}"),
              AllOf(StartsWith("HTTP/1.1 401 "), HasSubstr("\"by_address\";r=2;")));
  EXPECT_THAT(ask("POST", "/limited", json + std::string(kKeyA), "{}"),
              AllOf(StartsWith("HTTP/1.1 200 "), HasSubstr("\"by_address\";r=1;")));
  EXPECT_THAT(ask("POST", "/limited", json + std::string(kKeyB), "{"),
              AllOf(StartsWith("HTTP/1.1 400 "), HasSubstr("\"by_address\";r=0;")));
  EXPECT_THAT(ask("POST", "/limited", json + std::string(kKeyA), "{}"),
              StartsWith("HTTP/1.1 429 "));
  EXPECT_EQ(api_->guard()->rates().statistics().front().name, "by_address");
  EXPECT_EQ(api_->guard()->rates().statistics().front().refused, 1u);
}

TEST_F(GuardedApiTest, WithoutAnAuthenticatorRatesAreThoseOfAddresses) {
  start("");
  EXPECT_THAT(ask("GET", "/limited", kKeyA), AllOf(HasSubstr(" 200 "), HasSubstr("nobody .")));
  EXPECT_THAT(ask("GET", "/limited", kKeyB), HasSubstr(" 200 "));
  EXPECT_THAT(ask("GET", "/limited"), StartsWith("HTTP/1.1 429 "));
}

// A load balancer that shares a limit with its clients would end healthy tasks.
TEST_F(GuardedApiTest, TheHealthCheckIsNotLimited) {
  health_path_ = "/limited";
  start("");
  for (int i = 0; i < 5; ++i) EXPECT_THAT(ask("GET", "/limited"), HasSubstr(" 200 ")) << i;
}

// RFC 9111 section 3.5: a shared cache keeps no answer to a request with Authorization.
TEST_F(GuardedApiTest, AnAnswerToACallerOutsideOfAuthorizationIsPrivate) {
  start();
  const std::string line = "cache-control: private\r\n";
  EXPECT_THAT(ask("GET", "/key", kKeyA), HasSubstr(line));
  EXPECT_THAT(ask("GET", "/optional", kKeyA), HasSubstr(line));
  EXPECT_THAT(ask("GET", "/optional"), Not(HasSubstr("cache-control")));
  EXPECT_THAT(ask("GET", "/open", kKeyA), Not(HasSubstr("cache-control")));
  EXPECT_THAT(ask("GET", "/staff", kAnn), Not(HasSubstr("cache-control")));
  EXPECT_THAT(ask("GET", "/uncached", kKeyA),
              AllOf(HasSubstr("Cache-Control: no-store\r\n"), Not(HasSubstr("private"))));
}

TEST_F(GuardedApiTest, TheLogSaysWhoAndWhyButNoCredential) {
  start();
  ask("GET", "/key", kKeyA);
  ask("GET", "/key", "X-Key: wrong-wrong-wrong-wrong\r\n");
  ask("GET", "/writers", kKeyB);
  ask("GET", "/staff", kAnnWrong);
  ask("GET", "/open", kKeyA);
  const std::string text = logged();
  EXPECT_THAT(text, HasSubstr(R"("auth_scheme":"key","subject":"partner-a")"));
  EXPECT_THAT(text, HasSubstr(R"("auth":"refused")"));
  EXPECT_THAT(text, HasSubstr(R"("auth":"insufficient_scope","auth_scheme":"key",)"
                              R"("subject":"partner-b")"));
  EXPECT_THAT(text, Not(HasSubstr("the-key-of")));
  EXPECT_THAT(text, Not(HasSubstr("wrong-wrong")));
  EXPECT_THAT(text, Not(HasSubstr("YW5u")));
  const std::string open = text.substr(text.find("\"/open\""));
  EXPECT_THAT(open.substr(0, open.find('\n')), Not(HasSubstr("auth")));
}

TEST_F(GuardedApiTest, AnEventSaysWhoHasSentTheRequest) {
  start();
  ask("POST", "/event");
  ask("POST", "/event", kKeyA);
  ask("POST", "/event", kAnn);
  static_cast<void>(logged());  // The server's thread has done all of it.
  ASSERT_EQ(sink_.submitted.size(), 3u);
  EXPECT_EQ(sink_.submitted[0].auth.get()->type, "unauthenticated");
  EXPECT_EQ(sink_.submitted[0].auth.get()->id, "");
  EXPECT_EQ(sink_.submitted[1].auth.get()->type, "api_key");
  EXPECT_EQ(sink_.submitted[1].auth.get()->id, "partner-a");
  EXPECT_EQ(sink_.submitted[2].auth.get()->type, "app_user");
  EXPECT_EQ(sink_.submitted[2].auth.get()->id, "ann");
}

TEST_F(GuardedApiTest, WhereSomebodyElseAuthenticatesAnEventSaysThatNobodyKnows) {
  start("");
  ask("POST", "/event", kKeyA);
  static_cast<void>(logged());
  ASSERT_EQ(sink_.submitted.size(), 1u);
  EXPECT_EQ(sink_.submitted[0].auth.get()->type, "unknown");
}

TEST_F(GuardedApiTest, AConnectionOfTheReserveDoesNotWaitForAPassword) {
  start(kSettings, {.connections_max = 1});
  // The only place is taken by a request whose body is on its way.
  test::RawClient busy(server_->port());
  busy.send(
      "PUT /key HTTP/1.1\r\nHost: h\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n"
      "Expect: 100-continue\r\n" +
      std::string(kKeyA) + "\r\n");
  EXPECT_EQ(busy.read_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  EXPECT_THAT(ask("GET", "/staff", kAnn),
              AllOf(StartsWith("HTTP/1.1 503 "), HasSubstr("\r\nretry-after: ")));
  EXPECT_THAT(ask("GET", "/key", kKeyA), StartsWith("HTTP/1.1 200 "));
}

TEST_F(GuardedApiTest, TheMockAdmitsAsTheApiDoes) {
  auto made = Mock::make(
      parsed(), [&](const auto& contract) { return make_guard(contract, kSettings); }, log_);
  ASSERT_TRUE(made) << made.error().message;
  mock_ = std::move(*made);
  serve(*mock_);
  EXPECT_THAT(ask("GET", "/key"), StartsWith("HTTP/1.1 401 "));
  EXPECT_THAT(ask("GET", "/key", kKeyA), StartsWith("HTTP/1.1 200 "));
  EXPECT_THAT(ask("GET", "/staff", kAnn), StartsWith("HTTP/1.1 200 "));
  EXPECT_THAT(ask("POST", "/staff", std::string(kAnn) + "Content-Type: text/plain\r\n", "ab"),
              StartsWith("HTTP/1.1 200 "));
  EXPECT_THAT(ask("GET", "/open"), StartsWith("HTTP/1.1 200 "));
  EXPECT_THAT(logged(), HasSubstr(R"("auth_scheme":"staff","subject":"ann")"));
}

TEST_F(GuardedApiTest, SettingsThatDoNotFitTheContractStopTheStart) {
  const auto made =
      Api::make(parsed(), handlers(),
                {.guard = [&](const auto& one) { return make_guard(one, R"({"schemes": {}})"); }},
                publishing_, log_);
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, base::ErrorCode::invalid);
}

}  // namespace
}  // namespace penstock::http
