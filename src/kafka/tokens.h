#pragma once

#include <chrono>
#include <string>

#include "kafka/client.h"
#include "kafka/kafka_settings.h"
#include "log/log.h"

namespace penstock::kafka {

// Gives a client its SASL/OAUTHBEARER tokens. librdkafka asks for one at its start and when four
// fifths of a token's life are over; the owner calls renew() then, and whenever the source has
// something newer.
class Tokens {
 public:
  Tokens(TokenSource* source, std::string principal, log::Log& log)
      : source_(source), principal_(std::move(principal)), log_(log) {}

  // Asks the source for a token and hands it to the client; problem() says why if there is none.
  // Does nothing without a source.
  void renew(rd_kafka_t* client);
  // A broker has refused the authentication. librdkafka does not repeat it while the reason is the
  // same.
  void refused();
  // To be called every now and then: until the client is connected after a refusal, tells the
  // source, and signs anew, for the clock may have been wrong; less and less often.
  void retry_after_refusal(rd_kafka_t* client, bool connected);

  // Why there is no token; empty if there is one, or none is needed.
  [[nodiscard]] const std::string& problem() const { return problem_; }

 private:
  static constexpr std::chrono::seconds kPauseMin{1};
  static constexpr std::chrono::seconds kPauseMax{30};
  // Without a refusal for so long, the next one is the first.
  static constexpr std::chrono::seconds kRefusalForgottenAfter{60};

  TokenSource* source_;
  const std::string principal_;  // For librdkafka's own log.
  log::Log& log_;
  std::string problem_;
  bool refused_ = false;
  std::chrono::steady_clock::time_point refused_at_ = {};
  std::chrono::steady_clock::time_point renewed_ = {};
  std::chrono::seconds pause_ = kPauseMin;
};

}  // namespace penstock::kafka
