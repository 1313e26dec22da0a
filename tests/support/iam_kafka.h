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

// IamKey is an access key that the broker accepts, and the principal that it belongs to.
struct IamKey {
  std::string access_key_id;
  std::string secret_access_key;
  std::string session_token = {};  // Has no blanks.
  std::string principal = "writer";
  std::optional<std::chrono::system_clock::time_point> end = {};  // Without it, never.
};

// IamKafka is a real Apache Kafka with a listener like MSK's: TLS and SASL/OAUTHBEARER.
// kafka_iam/MskIamValidator.java checks each token. The principal `writer` has all rights, the
// others have none. A second, plain listener is for the test itself.
class IamKafka {
 public:
  struct Options {
    std::string region = "us-east-1";
    // A client that does not authenticate again within this time is disconnected.
    std::chrono::milliseconds session_max{3'600'000};
  };

  // Compiles the validator, makes a certificate, and starts the broker, which takes some seconds.
  // Fails if PENSTOCK_KAFKA_LIBS is not set, without a Java compiler, or with the broker's output.
  [[nodiscard]] static base::Result<std::unique_ptr<IamKafka>> start(const Options& options);

  [[nodiscard]] std::string bootstrap() const { return "localhost:" + std::to_string(port_); }
  [[nodiscard]] std::string plain_bootstrap() const { return kafka_->bootstrap(); }
  // Returns the PEM file of the broker's certificate, which clients need in SSL_CERT_FILE.
  [[nodiscard]] std::filesystem::path certificate_file() const {
    return folder_.path() / "certificate.pem";
  }

  // Replaces the valid keys. The broker's next check already uses them.
  void know(const std::vector<IamKey>& keys);
  // Returns "accepted PRINCIPAL" or "refused REASON" for every token so far, each on a line.
  [[nodiscard]] std::string verdicts() const;

 private:
  IamKafka() = default;
  [[nodiscard]] base::Result<> compile() const;

  TemporaryFolder folder_;
  uint16_t port_ = 0;
  std::unique_ptr<RunningKafka> kafka_;
};

}  // namespace penstock::test
