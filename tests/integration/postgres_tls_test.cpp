// These tests ask a real PostgreSQL by TLS, with certificates of their own.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <string>

#include "integration/postgres_test.h"
#include "support/test_certificate.h"

namespace penstock::postgres {
namespace {

using ::testing::HasSubstr;

// Has a server whose certificate is for 127.0.0.1, or for another name only.
class TlsTest : public ::testing::Test {
 protected:
  void start_server(const char* names) {
    const test::TestCertificate certificate({.names = names});
    write("server.crt", certificate.certificate_pem());
    write("server.key", certificate.key_pem());
    write("authority.pem", certificate.certificate_pem());
    write("other.pem", test::TestCertificate().certificate_pem());
    server_.give_file(file("server.crt"));
    server_.give_file(file("server.key"));
    const auto started = server_.start();
    ASSERT_TRUE(started) << base::describe(started.error());
  }
  base::Result<Rows> ask(const std::string& parameters) {
    auto pool = Pool::make(start_.start, server_.url(0, parameters));
    if (!pool) return pool.error();
    Statement statement{"SELECT ssl::text FROM pg_stat_ssl WHERE pid = pg_backend_pid()"};
    std::optional<base::Result<Rows>> rows;
    boost::asio::co_spawn(
        start_.io.get_executor(),
        (*pool)->query(std::move(statement), in(std::chrono::seconds(60))),
        [&](std::exception_ptr, base::Result<Rows> result) { rows.emplace(std::move(result)); });
    start_.io.restart();
    while (!rows) start_.io.run_one();
    return std::move(*rows);
  }
  [[nodiscard]] std::string file(const std::string& name) const {
    return (folder_.path() / name).string();
  }

 private:
  void write(const std::string& name, const std::string& text) const {
    std::ofstream(file(name)) << text;
  }

  const test::ServerFolder folder_;
  test::PostgresServer server_{
      folder_.path(),
      {"ssl=on", "ssl_cert_file=" + file("server.crt"), "ssl_key_file=" + file("server.key")}};
  TestStart start_;
};

TEST_F(TlsTest, AServerWithTheRightCertificateIsAsked) {
  start_server("DNS:localhost,IP:127.0.0.1");

  const auto asked = ask("sslmode=verify-full&sslrootcert=" + file("authority.pem"));
  const auto other = ask("sslmode=verify-full&sslrootcert=" + file("other.pem"));
  const auto unknown = ask("sslmode=verify-full");

  ASSERT_TRUE(asked) << base::describe(asked.error());
  EXPECT_EQ(asked->rows.at(0).at(0), "true");
  ASSERT_FALSE(other || unknown);
  EXPECT_EQ(other.error().code, base::ErrorCode::unavailable);
  EXPECT_THAT(base::describe(other.error()), HasSubstr("certificate verify failed"));
  EXPECT_THAT(base::describe(unknown.error()), HasSubstr("certificate verify failed"));
}

TEST_F(TlsTest, AServerWithTheCertificateOfAnotherNameIsNotAsked) {
  start_server("DNS:other.example");

  const auto asked = ask("sslmode=verify-full&sslrootcert=" + file("authority.pem"));

  ASSERT_FALSE(asked);
  EXPECT_THAT(base::describe(asked.error()), HasSubstr("does not match host name"));
}

}  // namespace
}  // namespace penstock::postgres
