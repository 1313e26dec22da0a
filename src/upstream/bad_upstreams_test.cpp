#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>

#include "support/test_certificate.h"
#include "support/test_start.h"
#include "support/tls_session.h"
#include "upstream/upstream_client.h"

// Whatever a server does, a request ends with a clear error by its deadline, and nothing that may
// not be repeated is sent twice.
namespace penstock::upstream {
namespace {

using namespace std::chrono_literals;
using base::ErrorCode;
using test::ScriptedConnection;
using test::ScriptedServer;
using test::TestCertificate;
using test::TestStart;
using test::TlsSession;
using testing::HasSubstr;

// Is the server's side of one connection, plain or by TLS.
class Wire {
 public:
  Wire(ScriptedConnection& connection, const TestCertificate* certificate)
      : connection_(connection) {
    if (certificate != nullptr) session_.emplace(connection, *certificate);
  }
  std::string read_request() {
    return session_ ? session_->read_request() : connection_.read_request();
  }
  // Returns false when the client has gone.
  bool send(const std::string& text) {
    if (session_) return session_->send(text);
    return ::send(connection_.fd(), text.data(), text.size(), MSG_NOSIGNAL) ==
           static_cast<ssize_t>(text.size());
  }
  void wait_for_close() { connection_.wait_for_close(); }
  void reset() {
    const linger at_once{1, 0};
    ::setsockopt(connection_.fd(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  }

 private:
  ScriptedConnection& connection_;
  std::optional<TlsSession> session_;
};

struct Bad {
  const char* name;
  std::function<void(Wire&)> serve;
  ErrorCode code;
  const char* message;
};

const std::string kHeader = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n";
const std::string kChunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

std::vector<Bad> bad_servers() {
  const auto endless = [](std::string begin, std::string part) {
    return [=](Wire& wire) {
      wire.read_request();
      wire.send(begin);
      std::string much;
      while (much.size() < 60'000) much += part;
      while (wire.send(much)) {
      }
    };
  };
  const auto says = [](std::string text) {
    return [=](Wire& wire) {
      wire.read_request();
      wire.send(text);
      wire.wait_for_close();
    };
  };
  const auto says_and_goes = [](std::string text) {
    return [=](Wire& wire) {
      wire.read_request();
      wire.send(text);
    };
  };
  return {
      {"says nothing", says(""), ErrorCode::timed_out, "has not answered in time"},
      {"hangs in the header", says("HTTP/1.1 200"), ErrorCode::timed_out, "in time"},
      {"hangs after the header", says(kHeader), ErrorCode::timed_out, "in time"},
      {"hangs in the body", says(kHeader + "half"), ErrorCode::timed_out, "in time"},
      {"hangs in a chunk", says(kChunked + "5\r\nhal"), ErrorCode::timed_out, "in time"},
      {"hangs in the trailers", says(kChunked + "0\r\nA: b\r\n"), ErrorCode::timed_out, "in time"},
      {"trickles",
       [](Wire& wire) {
         wire.read_request();
         wire.send("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n");
         while (wire.send("a")) ::usleep(5'000);
       },
       ErrorCode::timed_out, "in time"},
      {"only says 100", says("HTTP/1.1 100 Continue\r\n\r\n"), ErrorCode::timed_out, "in time"},
      {"closes", says_and_goes(""), ErrorCode::unavailable, "connection"},
      {"closes in the header", says_and_goes("HTTP/1.1 200"), ErrorCode::unavailable, "connection"},
      {"closes in the body", says_and_goes(kHeader + "half"), ErrorCode::unavailable, "connection"},
      {"resets",
       [](Wire& wire) {
         wire.read_request();
         wire.reset();
       },
       ErrorCode::unavailable, "connection"},
      {"resets in the body",
       [](Wire& wire) {
         wire.read_request();
         wire.send(kHeader + "half");
         wire.reset();
       },
       ErrorCode::unavailable, "connection"},
      {"sends garbage", says("\x01\x02\x03 no\r\n\r\n"), ErrorCode::invalid, "not HTTP"},
      {"sends a header without end", endless("HTTP/1.1 200 OK\r\n", "A: b\r\n"),
       ErrorCode::too_large, "header that is too large"},
      {"sends a line without end", endless("HTTP/1.1 200 OK\r\nA: ", "aaaa"), ErrorCode::too_large,
       "header that is too large"},
      {"sends a body without end", endless("HTTP/1.1 200 OK\r\n\r\n", "aaaa"), ErrorCode::too_large,
       "more than 100000 bytes"},
      {"sends chunks without end", endless(kChunked, "4\r\naaaa\r\n"), ErrorCode::too_large,
       "more than 100000 bytes"},
      {"sends trailers without end", endless(kChunked + "0\r\n", "A: b\r\n"), ErrorCode::too_large,
       "too large"},
      {"sends interim answers without end", endless("", "HTTP/1.1 102 P\r\n\r\n"),
       ErrorCode::invalid, "too many interim"},
      {"announces too much", says("HTTP/1.1 200 OK\r\nContent-Length: 100001\r\n\r\n"),
       ErrorCode::too_large, "more than 100000 bytes"},
      {"has two lengths",
       says("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nok"),
       ErrorCode::invalid, "more than one length"},
      {"has a length and chunks",
       says("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
       ErrorCode::invalid, "HTTP"},
      {"changes the protocol", says("HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\n"),
       ErrorCode::invalid, "impossible status"},
  };
}

class BadUpstreams : public testing::TestWithParam<bool> {
 protected:
  BadUpstreams() {
    ::signal(SIGPIPE, SIG_IGN);  // OpenSSL writes to connections that the client has closed.
    std::ofstream(file_) << certificate_.certificate_pem();
    ::setenv("SSL_CERT_FILE", file_.c_str(), 1);
  }
  ~BadUpstreams() override {
    ::unsetenv("SSL_CERT_FILE");
    std::filesystem::remove(file_);
  }
  static bool tls() { return GetParam(); }
  [[nodiscard]] const TestCertificate* certificate() const {
    return tls() ? &certificate_ : nullptr;
  }
  std::unique_ptr<Client> client_of(uint16_t port) {
    return Client::make(start_.start, "payments",
                        (tls() ? "https://localhost:" : "http://127.0.0.1:") + std::to_string(port),
                        settings_)
        .value();
  }

  const std::string file_ =
      testing::TempDir() + "/penstock_bad_upstreams_" + std::to_string(::getpid()) + ".pem";
  const TestCertificate certificate_;
  TestStart start_;
  Settings settings_{.body_bytes_max = 100'000};
};

TEST_P(BadUpstreams, EndWithAClearErrorAndSeeARequestOnce) {
  for (const Bad& bad : bad_servers()) {
    int requests = 0;
    ScriptedServer server([&](ScriptedServer& self) {
      auto connection = self.accept();
      Wire wire(connection, certificate());
      ++requests;
      bad.serve(wire);
    });
    const bool hangs = bad.code == ErrorCode::timed_out;
    const auto client = client_of(server.port());
    const auto began = std::chrono::steady_clock::now();
    const auto response = start_.run(client->send(
        {.method = "POST", .target = "/secret-target", .body = base::WipedText("secret-body")},
        TestStart::within(hangs ? 1s : TestStart::kPatience)));
    ASSERT_FALSE(response) << bad.name;
    EXPECT_EQ(response.error().code, bad.code) << bad.name << ": " << describe(response.error());
    EXPECT_THAT(response.error().message, HasSubstr(bad.message)) << bad.name;
    EXPECT_FALSE(response.error().retryable) << bad.name;
    EXPECT_THAT(describe(response.error()), testing::Not(HasSubstr("secret"))) << bad.name;
    EXPECT_LT(std::chrono::steady_clock::now() - began, 20s) << bad.name;
    server.join();
    EXPECT_EQ(requests, 1) << bad.name;
  }
}

TEST_P(BadUpstreams, AreTriedAgainWithWhatMayBeRepeated) {
  ScriptedServer server([&](ScriptedServer& self) {
    for (int i = 0; i < 3; ++i) {
      auto connection = self.accept();
      Wire wire(connection, certificate());
      wire.read_request();
      if (i == 0) wire.reset();
      if (i == 1) wire.send(kHeader + "half");
      if (i == 2) wire.send(kHeader + "0123456789");
    }
  });
  const auto client = client_of(server.port());
  const auto response = start_.run(client->send({}, TestStart::within()));
  ASSERT_TRUE(response) << describe(response.error());
  EXPECT_EQ(response->body, "0123456789");
}

TEST_P(BadUpstreams, MayTakeTheirTimeWithinTheDeadline) {
  ScriptedServer server([&](ScriptedServer& self) {
    auto connection = self.accept();
    Wire wire(connection, certificate());
    wire.read_request();
    for (const char c :
         "HTTP/1.1 100 Continue\r\n\r\n" + kChunked + "2\r\nok\r\n0\r\nA: b\r\n\r\n") {
      wire.send(std::string(1, c));
    }
    wire.read_request();
    wire.send("HTTP/1.1 204 \r\n\r\n");
  });
  const auto client = client_of(server.port());
  const auto response = start_.run(client->send({}, TestStart::within()));
  ASSERT_TRUE(response) << describe(response.error());
  EXPECT_EQ(response->body, "ok");
  const auto next = start_.run(client->send({.method = "POST"}, TestStart::within()));
  ASSERT_TRUE(next) << describe(next.error());
  EXPECT_EQ(next->status, 204U);
}

INSTANTIATE_TEST_SUITE_P(Plain, BadUpstreams, testing::Values(false));
INSTANTIATE_TEST_SUITE_P(Tls, BadUpstreams, testing::Values(true));

class TlsUpstream : public BadUpstreams {
 protected:
  // Returns the first error of a client that asks a server with this certificate by this name.
  base::Error refusal(const TestCertificate& shown, const char* host) {
    ScriptedServer server([&](ScriptedServer& self) {
      auto connection = self.accept();
      TlsSession session(connection, shown);
      EXPECT_FALSE(session.accepted());
    });
    settings_.attempts_max = 1;
    const auto client =
        Client::make(start_.start, "payments",
                     std::string("https://") + host + ":" + std::to_string(server.port()),
                     settings_)
            .value();
    const auto response = start_.run(client->send({}, TestStart::within()));
    return response ? base::Error{.message = "it was answered"} : response.error();
  }
};

TEST_P(TlsUpstream, MustHaveACertificateThatIsTrustedAndForItsName) {
  const base::Error unknown = refusal(TestCertificate(), "localhost");
  EXPECT_EQ(unknown.code, ErrorCode::unavailable);
  EXPECT_TRUE(unknown.retryable) << "no request was sent";
  EXPECT_EQ(unknown.message, "payments has a certificate that is not trusted");
  EXPECT_THAT(unknown.detail, HasSubstr("self-signed certificate"));
  TestCertificate::Options options;
  options.names = "DNS:example.com,IP:127.0.0.2";
  const TestCertificate other(options);
  std::ofstream(file_) << other.certificate_pem();
  EXPECT_THAT(refusal(other, "localhost").detail, HasSubstr("hostname mismatch"));
  EXPECT_THAT(refusal(other, "127.0.0.1").detail, HasSubstr("IP address mismatch"));
}

TEST_P(TlsUpstream, MustSpeakTlsInTime) {
  for (const bool silent : {false, true}) {
    ScriptedServer server([&](ScriptedServer& self) {
      auto connection = self.accept();
      if (!silent) connection.send("HTTP/1.1 400 Bad Request\r\n\r\n");
      connection.wait_for_close();
    });
    settings_.attempts_max = 1;
    if (silent) settings_.connect_timeout = 200ms;
    const auto client = client_of(server.port());
    const auto response = start_.run(client->send({.method = "POST"}, TestStart::within()));
    ASSERT_FALSE(response);
    EXPECT_TRUE(response.error().retryable);
    EXPECT_EQ(response.error().code, silent ? ErrorCode::timed_out : ErrorCode::unavailable);
    EXPECT_THAT(response.error().message,
                HasSubstr(silent ? "has not answered in time" : "has not agreed on TLS"));
  }
}

INSTANTIATE_TEST_SUITE_P(Tls, TlsUpstream, testing::Values(true));

}  // namespace
}  // namespace penstock::upstream
