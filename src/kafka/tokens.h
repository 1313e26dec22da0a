#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "kafka/client.h"
#include "kafka/kafka_settings.h"
#include "log/log.h"

namespace penstock::kafka {

// Gives a client its SASL/OAUTHBEARER tokens, and remembers why there is none. librdkafka asks for
// a token at its start and when four fifths of a token's life are over. The owner must call renew()
// then, and whenever the source has a newer token. Only one thread may use it.
class Tokens {
 public:
  // `source` is null for a client without tokens. `source` and `log` must outlive this object;
  // `principal` appears only in librdkafka's log.
  Tokens(TokenSource* source, std::string principal, log::Log& log)
      : source_(source), principal_(std::move(principal)), log_(log) {}

  // Gets a token from the source and hands it to the client. If that fails, problem() has the
  // reason. Without a source it does nothing.
  void renew(rd_kafka_t* client);
  // Notes that a broker has refused the authentication. librdkafka reports the same refusal only
  // once.
  void refused();
  // After a refusal, tells the source about it and gets a newly signed token, because the clock may
  // have been wrong. It repeats that, less and less often, until the client is connected. The owner
  // calls it regularly.
  void retry_after_refusal(rd_kafka_t* client, bool connected);

  // Returns why there is no token, or an empty text if there is one or none is needed.
  [[nodiscard]] const std::string& problem() const { return problem_; }
  // Returns when the client's token expires, or nothing if it has never had one.
  [[nodiscard]] std::optional<base::SystemTime> expires() const { return expires_; }

 private:
  static constexpr std::chrono::seconds kPauseMin{1};
  static constexpr std::chrono::seconds kPauseMax{30};
  // A refusal is the first one again if there was none for this long.
  static constexpr std::chrono::seconds kRefusalForgottenAfter{60};

  TokenSource* source_;
  const std::string principal_;
  log::Log& log_;
  std::string problem_;
  std::optional<base::SystemTime> expires_;
  bool refused_ = false;
  std::chrono::steady_clock::time_point refused_at_ = {};
  std::chrono::steady_clock::time_point renewed_ = {};
  std::chrono::seconds pause_ = kPauseMin;
};

}  // namespace penstock::kafka
