#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "support/real_kafka.h"
#include "support/running_kafka.h"

namespace penstock::test {

// A key that a broker with IAM knows.
struct IamKey {
  std::string access_key_id;
  std::string secret_access_key;
  std::string session_token = {};  // Without blanks.
  std::string principal = "writer";
  std::optional<std::chrono::system_clock::time_point> end = {};
};

// A real Apache Kafka with MSK's kind of listener: TLS, and OAUTHBEARER whose every token is
// checked by kafka_iam/MskIamValidator.java. The principal `writer` has all rights, others have
// none. The plain listener is for the test.
class IamKafka {
 public:
  struct Options {
    std::string region = "us-east-1";
    // The longest session: then a client authenticates itself anew, or is cut off.
    std::chrono::milliseconds session_max{3'600'000};
  };

  // Compiles the validator, makes a certificate, starts. Takes some seconds.
  [[nodiscard]] static base::Result<std::unique_ptr<IamKafka>> start(const Options& options);

  [[nodiscard]] std::string bootstrap() const { return "localhost:" + std::to_string(port_); }
  [[nodiscard]] std::string plain_bootstrap() const { return kafka_->bootstrap(); }
  // For SSL_CERT_FILE.
  [[nodiscard]] std::filesystem::path certificate_file() const {
    return folder_.path() / "certificate.pem";
  }

  // At once: the next check knows these alone.
  void know(const std::vector<IamKey>& keys);
  // "accepted PRINCIPAL" or "refused REASON", a line for every token so far.
  [[nodiscard]] std::string verdicts() const;

 private:
  IamKafka() = default;
  [[nodiscard]] base::Result<> compile() const;

  TemporaryFolder folder_;
  uint16_t port_ = 0;
  std::unique_ptr<RunningKafka> kafka_;
};

}  // namespace penstock::test
