#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "aws/times.h"
#include "net/http_client.h"
#include "support/fake_endpoint.h"
#include "support/fixture.h"
#include "support/iam_kafka.h"
#include "support/program.h"

namespace penstock::test {

// Returns a key whose parts contain the number. Without `end` it never expires.
inline IamKey key_of(int number,
                     std::optional<std::chrono::system_clock::time_point> end = std::nullopt) {
  const std::string n = std::to_string(number);
  return {.access_key_id = "AKIDTEST" + n,
          .secret_access_key = "SECRETtest/" + n,
          .session_token = "SESSIONtest+/=" + n,
          .end = end};
}

// kTokenStart is the beginning of every MSK IAM token: "https://kafka." in base64.
inline constexpr const char* kTokenStart = "aHR0cHM6Ly9rYWZrYS";

// Fails the test if the text has a secret of key_of(), a session token or an MSK IAM token.
inline void expect_no_secret_in(const std::string& text) {
  using testing::HasSubstr;
  using testing::Not;
  EXPECT_THAT(text, testing::AllOf(Not(HasSubstr("SECRETtest")), Not(HasSubstr("SESSIONtest")),
                                   Not(HasSubstr(kTokenStart))));
}

// IamKafkaTest starts one IamKafka per suite. Its sessions end after 10 s, so that a test of a
// minute sees several ends. Each test begins with key 0 as the only valid one.
class IamKafkaTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    auto started = IamKafka::start({.session_max = std::chrono::seconds(10)});
    if (started) kafka_ = std::move(*started);
    problem_ = started ? "" : started.error().message;
  }
  static void TearDownTestSuite() { kafka_.reset(); }
  void SetUp() override {
    ASSERT_NE(kafka_, nullptr) << problem_;
    kafka_->know({key_of(0)});
  }

  static base::Environment keys(const IamKey& key) {
    return {{"AWS_ACCESS_KEY_ID", key.access_key_id},
            {"AWS_SECRET_ACCESS_KEY", key.secret_access_key},
            {"AWS_SESSION_TOKEN", key.session_token}};
  }

  inline static std::unique_ptr<IamKafka> kafka_;

 private:
  inline static std::string problem_;
};

// IamApi runs the API program with KAFKA_AUTH=iam until the end of the test. Credentials come from
// the environment that it is given. The log level is DEBUG. The destructor kills the program if it
// still runs.
class IamApi {
 public:
  IamApi(const IamKafka& kafka, base::Environment environment) {
    environment.insert({{variable("PORT"), "0"},
                        {variable("ADMIN_PORT"), "0"},
                        {variable("ADDRESS"), "127.0.0.1"},
                        {variable("LOG_LEVEL"), "DEBUG"},
                        {variable("AWS_MSK_CLUSTER_BOOTSTRAP"), kafka.bootstrap()},
                        {variable("KAFKA_AUTH"), "iam"},
                        {"AWS_REGION", "us-east-1"},
                        {"AWS_EC2_METADATA_DISABLED", "true"},
                        {"HOME", folder_.path().string()},
                        {"PATH", "/usr/bin:/bin"},
                        {"SSL_CERT_FILE", kafka.certificate_file().string()}});
    program_.emplace(kApiProgram, std::vector<std::string>{}, environment, folder_.path() / "log");
    EXPECT_TRUE(eventually([&] {
      return output().find("\"message\":\"listening\"") != std::string::npos;
    })) << output();
    port_ = number("\"port\":");
    admin_port_ = number("\"admin_port\":");
  }

  [[nodiscard]] std::string output() const { return program_->output(); }
  [[nodiscard]] uint16_t port() const { return port_; }
  [[nodiscard]] unsigned status(const std::string& target) const {
    const auto response =
        net::HttpClient("127.0.0.1", port_).request({.target = target}, std::chrono::seconds(10));
    return response ? response->status : 0;
  }
  [[nodiscard]] std::string readiness() const { return ask_admin("/readiness"); }
  // Returns the value of a metric without labels, or nothing if there is no such metric.
  [[nodiscard]] std::optional<double> metric(const std::string& name) const {
    const std::string text = ask_admin("/metrics");
    const size_t at = text.find("\n" + name + " ");
    if (at == std::string::npos) return std::nullopt;
    return std::stod(text.substr(at + name.size() + 2));
  }
  [[nodiscard]] bool becomes_ready() const {
    return eventually([&] { return readiness().starts_with("{\"ready\":true"); });
  }
  int stop() {
    program_->child().signal(SIGTERM);
    return program_->exit_status();
  }

 private:
  [[nodiscard]] std::string ask_admin(const std::string& target) const {
    const auto response = net::HttpClient("127.0.0.1", admin_port_)
                              .request({.target = target}, std::chrono::seconds(10));
    return response ? std::string(response->body) : "";
  }
  [[nodiscard]] uint16_t number(const std::string& name) const {
    const std::string text = output();
    return static_cast<uint16_t>(std::stoi(text.substr(text.find(name) + name.size())));
  }

  TemporaryFolder folder_;
  std::optional<Program> program_;
  uint16_t port_ = 0;
  uint16_t admin_port_ = 0;
};

inline std::string in_an_hour() {
  return aws::timestamp(std::chrono::system_clock::now() + std::chrono::hours(1));
}

// Returns the key as a FakeEndpoint answers it; without an end it expires in an hour.
inline FakeEndpoint::Reply json_of(const IamKey& key) {
  return {.body = json_credentials(key.access_key_id, key.secret_access_key, key.session_token,
                                   key.end ? aws::timestamp(*key.end) : in_an_hour())};
}

}  // namespace penstock::test
