#include "net/tls.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <future>

#include "net/http_client.h"
#include "support/scripted_server.h"
#include "support/test_certificate.h"
#include "support/tls_session.h"

namespace penstock::net {
namespace {

using base::ErrorCode;
using test::ScriptedConnection;
using test::ScriptedServer;
using test::TestCertificate;
using test::TlsSession;
using testing::HasSubstr;

constexpr std::chrono::seconds kEnough{5};
const HttpRequest kGet{HttpMethod::get, "/thing"};
constexpr const char* kYes = "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nyes";

class TlsTest : public testing::Test {
 protected:
  TlsTest() { trust(certificate_); }
  ~TlsTest() override {
    ::unsetenv("SSL_CERT_FILE");
    std::filesystem::remove(file_);
  }
  void trust(const TestCertificate& certificate) {
    std::ofstream(file_) << certificate.certificate_pem();
    ::setenv("SSL_CERT_FILE", file_.c_str(), 1);
  }
  // Returns what a client that connects to `host` says about a server with this certificate.
  std::string verdict(const TestCertificate& certificate, const char* host = "127.0.0.1") {
    ScriptedServer server([&](ScriptedServer& self) {
      auto connection = self.accept();
      TlsSession session(connection, certificate);
      if (session.accepted() && !session.read_request().empty()) {
        session.send("HTTP/1.1 204 \r\n\r\n");
      }
    });
    const auto response = HttpClient(host, server.port(), {}, kTls).request(kGet, kEnough);
    if (response) return "fine";
    EXPECT_EQ(response.error().code, ErrorCode::unavailable);
    EXPECT_TRUE(response.error().retryable);
    return response.error().message.substr(response.error().message.find(": ") + 2);
  }

  const std::string file_ =
      testing::TempDir() + "/penstock_tls_test_" + std::to_string(::getpid()) + ".pem";
  TestCertificate certificate_;
};

TEST_F(TlsTest, AsksOverOneConnectionOfEitherVersion) {
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    std::string name, request;
    ScriptedServer server([&](ScriptedServer& self) {
      auto connection = self.accept();
      TlsSession session(connection, certificate_, version);
      name = session.server_name();
      for (int i = 0; i < 3; ++i) {
        request = session.read_request();
        session.send(kYes);
      }
    });
    HttpClient client("localhost", server.port(), {}, kTls);
    for (int i = 0; i < 3; ++i) {
      const auto response = client.request(kGet, kEnough);
      ASSERT_TRUE(response) << response.error().message << response.error().detail;
      EXPECT_EQ(response->body, "yes");
    }
    server.join();
    EXPECT_EQ(name, "localhost");
    EXPECT_THAT(request, HasSubstr("Host: localhost:" + std::to_string(server.port()) + "\r\n"));
  }
}

TEST_F(TlsTest, KeepsAConnectionOnWhichTicketsAndKeysComeBetweenTwoAnswers) {
  std::promise<void> answered;
  std::promise<bool> sent;
  ScriptedServer server([&](ScriptedServer& self) {
    auto connection = self.accept();
    TlsSession session(connection, certificate_, TLS1_3_VERSION);
    session.read_request();
    session.send(kYes);
    answered.get_future().wait();  // Otherwise the client might read everything at once.
    sent.set_value(session.send_ticket_and_key_update());
    if (!session.read_request().empty()) session.send(kYes);
  });
  HttpClient client("localhost", server.port(), {}, kTls);
  EXPECT_TRUE(client.request(kGet, kEnough));
  answered.set_value();
  ASSERT_TRUE(sent.get_future().get());
  // The request is a POST and the server accepts only one connection, so nothing can be sent twice.
  const auto response = client.request({HttpMethod::post, "/"}, kEnough);
  ASSERT_TRUE(response) << response.error().message << response.error().detail;
  EXPECT_EQ(response->body, "yes");
}

// Whichever way an idle connection has ended, the client sends even a POST over a new one.
TEST_F(TlsTest, DoesNotReuseAConnectionThatTheServerHasEndedOrWrittenTo) {
  const auto says_bye = [](TlsSession& session) { session.close_notify(); };
  const auto says_more = [](TlsSession& session) {
    session.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  };
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    for (const std::function<void(TlsSession&)>& then :
         {std::function<void(TlsSession&)>(says_bye), {says_more}}) {
      std::promise<void> sent;
      ScriptedServer server([&](ScriptedServer& self) {
        auto first = self.accept();
        TlsSession session(first, certificate_, version);
        session.read_request();
        // Both go out in one segment, so that the client's TLS has read both with the answer.
        for (const int hold : {1, 0}) {
          ::setsockopt(first.fd(), IPPROTO_TCP, TCP_CORK, &hold, sizeof hold);
          if (hold == 0) break;
          session.send(kYes);
          then(session);
        }
        sent.set_value();
        auto second = self.accept();
        TlsSession again(second, certificate_, version);
        if (!again.read_request().empty()) again.send(kYes);
      });
      HttpClient client("localhost", server.port(), {}, kTls);
      ASSERT_TRUE(client.request(kGet, kEnough));
      sent.get_future().wait();
      const auto response = client.request({HttpMethod::post, "/"}, kEnough);
      ASSERT_TRUE(response) << response.error().message << response.error().detail;
      EXPECT_EQ(response->body, "yes");
    }
  }
}

TEST_F(TlsTest, RepeatsAGetButNotAPostWhenTheKeptConnectionIsCut) {
  for (const HttpMethod method : {HttpMethod::get, HttpMethod::post}) {
    ScriptedServer server([&](ScriptedServer& self) {
      {
        auto connection = self.accept();
        TlsSession session(connection, certificate_);
        session.read_request();
        session.send(kYes);
        session.read_request();  // Then it closes the connection without ending TLS.
      }
      if (method == HttpMethod::post) return;
      auto connection = self.accept();
      TlsSession session(connection, certificate_);
      if (!session.read_request().empty()) session.send(kYes);
    });
    HttpClient client("localhost", server.port(), {}, kTls);
    ASSERT_TRUE(client.request(kGet, kEnough));
    const auto response = client.request({method, "/"}, kEnough);
    EXPECT_EQ(response.has_value(), method == HttpMethod::get);
    if (!response) {
      EXPECT_EQ(response.error().code, ErrorCode::unavailable);
      EXPECT_FALSE(response.error().retryable);
      EXPECT_THAT(response.error().message, HasSubstr("broke"));
    }
  }
}

TEST_F(TlsTest, AcceptsAWholeBodyFollowedByACut) {
  ScriptedServer server([&](ScriptedServer& self) {
    for (int i = 0; i < 2; ++i) {
      auto connection = self.accept();
      TlsSession session(connection, certificate_);
      session.read_request();
      session.send(kYes);
    }
  });
  for (int i = 0; i < 2; ++i) {
    const auto response = HttpClient("127.0.0.1", server.port(), {}, kTls).request(kGet, kEnough);
    ASSERT_TRUE(response) << response.error().message << response.error().detail;
    EXPECT_EQ(response->body, "yes");
  }
}

TEST_F(TlsTest, RequiresACertificateThatIsTrustedValidAndForTheHost) {
  EXPECT_EQ(verdict(certificate_), "fine");
  EXPECT_EQ(verdict(TestCertificate()), "its certificate is not trusted: self-signed certificate");
  TestCertificate::Options options;
  options.names = "DNS:example.com,IP:127.0.0.2";
  const TestCertificate others(options);
  trust(others);
  EXPECT_EQ(verdict(others), "its certificate is not trusted: IP address mismatch");
  EXPECT_EQ(verdict(others, "localhost"), "its certificate is not trusted: hostname mismatch");
  const TestCertificate expired(TestCertificate::Options{.from_s = -7200, .to_s = -3600});
  trust(expired);
  EXPECT_EQ(verdict(expired), "its certificate is not trusted: certificate has expired");
}

TEST_F(TlsTest, RefusesAServerWithoutTls) {
  ScriptedServer server([](ScriptedServer& self) {
    auto connection = self.accept();
    connection.send("HTTP/1.1 400 Bad Request\r\n\r\n");
    connection.wait_for_close();
  });
  const auto response = HttpClient("127.0.0.1", server.port(), {}, kTls).request(kGet, kEnough);
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, ErrorCode::unavailable);
  EXPECT_TRUE(response.error().retryable);
  EXPECT_THAT(response.error().message,
              HasSubstr("the TLS handshake failed: wrong version number"));
}

TEST_F(TlsTest, GivesUpOnASilentServerInTime) {
  ScriptedServer server([](ScriptedServer& self) {
    auto connection = self.accept();
    connection.wait_for_close();
  });
  const auto response = HttpClient("127.0.0.1", server.port(), {}, kTls)
                            .request(kGet, std::chrono::milliseconds(200));
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, ErrorCode::timed_out);
  EXPECT_TRUE(response.error().retryable) << "no request was sent";
}

TEST_F(TlsTest, RefusesABodyThatIsCutOffEvenIfItsLengthWasOpen) {
  for (const char* head :
       {"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf", "HTTP/1.1 200 OK\r\n\r\nhalf"}) {
    ScriptedServer server([&](ScriptedServer& self) {
      auto connection = self.accept();
      TlsSession session(connection, certificate_);
      session.read_request();
      session.send(head);
    });
    const auto response = HttpClient("127.0.0.1", server.port(), {}, kTls).request(kGet, kEnough);
    ASSERT_FALSE(response) << response->body;
    EXPECT_EQ(response.error().code, ErrorCode::unavailable);
  }
}

// RFC 6066 section 3 forbids it.
TEST_F(TlsTest, DoesNotSendAnAddressAsTheServersName) {
  std::string name = "not seen";
  ScriptedServer server([&](ScriptedServer& self) {
    auto connection = self.accept();
    TlsSession session(connection, certificate_);
    name = session.server_name();
    session.read_request();
    session.send(kYes);
  });
  EXPECT_TRUE(HttpClient("127.0.0.1", server.port(), {}, kTls).request(kGet, kEnough));
  server.join();
  EXPECT_EQ(name, "");
}

TEST_F(TlsTest, EndsABodyWithoutALengthAtAnOrderlyEnd) {
  ScriptedServer server([&](ScriptedServer& self) {
    auto connection = self.accept();
    TlsSession session(connection, certificate_);
    session.read_request();
    session.send("HTTP/1.1 200 OK\r\n\r\nwhole");
    session.close_notify();
    connection.wait_for_close();
  });
  const auto response = HttpClient("127.0.0.1", server.port(), {}, kTls).request(kGet, kEnough);
  ASSERT_TRUE(response) << response.error().message << response.error().detail;
  EXPECT_EQ(response->body, "whole");
}

}  // namespace
}  // namespace penstock::net
