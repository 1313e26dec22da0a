#pragma once

#include <boost/asio/io_context.hpp>
#include <functional>

#include "api_settings.h"
#include "aws/credential_keeper.h"
#include "aws/msk_token.h"
#include "aws/sources.h"
#include "base/log.h"
#include "base/result.h"
#include "kafka/token_source.h"

namespace penstock::apps {

// Whether Kafka is to be asked with MSK IAM: as the setting says, or because the bootstrap is an MSK host
// name.
[[nodiscard]] bool wants_msk_iam(const ApiSettings& settings);

// The region: from the setting, else from the MSK host name, else from AWS_REGION. The error says what to
// set.
[[nodiscard]] base::Result<aws::MskCluster> msk_cluster(const ApiSettings& settings);

// What the credential sources look at: this process's environment.
[[nodiscard]] aws::Surroundings aws_surroundings(const aws::MskCluster& cluster);

// MSK IAM's tokens for the producer, from credentials that are kept fresh in the background.
class MskIam final : public kafka::TokenSource {
 public:
  // `on_renewal` is called on the thread of `io` when there are new credentials.
  MskIam(boost::asio::io_context& io, aws::MskCluster cluster, base::Log& log,
         std::function<void()> on_renewal);

  base::Result<kafka::Token> token() override;
  void refused() override { keeper_.doubt(); }

  // Why the credentials cannot be renewed; empty if they can.
  [[nodiscard]] std::string problem() const { return keeper_.problem(); }
  // Whether there are credentials that have not ended.
  [[nodiscard]] bool usable() const;
  // Their end in seconds since 1970; 0 if there are none, or they do not end.
  [[nodiscard]] double expiration() const;

 private:
  void observe(const base::Result<aws::Credentials>& attempt, std::chrono::seconds next);

  const aws::MskCluster cluster_;
  base::Log& log_;
  boost::asio::io_context& io_;
  const std::function<void()> on_renewal_;
  aws::CredentialKeeper keeper_;  // Last: its thread uses the others.
};

}  // namespace penstock::apps
