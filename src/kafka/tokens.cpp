#include "kafka/tokens.h"

#include <algorithm>

namespace penstock::kafka {

using std::chrono::steady_clock;

void Tokens::renew(rd_kafka_t* client) {
  if (source_ == nullptr) return;
  renewed_ = steady_clock::now();
  auto token = source_->token();
  if (!token) {
    problem_ = token.error().message;
    return;
  }
  const auto taken = set_token(client, *token, principal_);
  problem_ = taken ? "" : taken.error().message;
  if (problem_.empty()) {
    expires_ = token->expires;
    log::Line(log_, log::Level::debug, "new access token for Kafka")
        .field("seconds", std::chrono::duration_cast<std::chrono::seconds>(
                              token->expires - std::chrono::system_clock::now())
                              .count());
    return;
  }
  log::Line(log_, log::Level::error, "the Kafka client library rejects the access token")
      .field("reason", problem_);
  rd_kafka_oauthbearer_set_token_failure(client,
                                         problem_.c_str());  // librdkafka asks again after 10 s.
}

void Tokens::refused() {
  const auto now = steady_clock::now();
  if (now - refused_at_ > kRefusalForgottenAfter) pause_ = kPauseMin;
  refused_at_ = now;
  refused_ = true;
}

void Tokens::retry_after_refusal(rd_kafka_t* client, bool connected) {
  if (source_ == nullptr || !refused_ || steady_clock::now() - renewed_ < pause_) return;
  pause_ = std::min(pause_ * 2, kPauseMax);
  refused_ = !connected;  // One broker of several may refuse.
  source_->refused();
  renew(client);
}

}  // namespace penstock::kafka
