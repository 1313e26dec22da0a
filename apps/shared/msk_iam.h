#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "aws/credentials/credential_keeper.h"
#include "aws/credentials/credential_sources.h"
#include "aws/msk_token.h"
#include "base/result.h"
#include "kafka/token_source.h"

namespace penstock::apps {

// The region is `region`, else from the MSK host name, else from AWS_REGION. The error says to set
// `setting`.
[[nodiscard]] base::Result<aws::MskCluster> msk_cluster(const std::string& bootstrap,
                                                        std::string region,
                                                        const std::string& setting);

// What the credential sources look at: this process's environment.
[[nodiscard]] aws::Surroundings aws_surroundings(const aws::MskCluster& cluster);

// MSK IAM's tokens for clients of Kafka, from credentials that are kept fresh in the background.
class MskIam final : public kafka::TokenSource {
 public:
  // Called on a thread of its own after each attempt to get credentials. `usable`: whether there
  // are some that have not ended, of this attempt or an earlier one. `next`: until the next
  // attempt.
  using Observer = std::function<void(const base::Result<aws::Credentials>& attempt, bool usable,
                                      std::chrono::seconds next)>;

  MskIam(aws::MskCluster cluster, Observer observer);

  base::Result<kafka::Token> token() override;
  void refused() override { keeper_.renew_soon(); }

  // Why the credentials cannot be renewed; empty if they can.
  [[nodiscard]] std::string problem() const { return keeper_.problem(); }
  // Whether there are credentials that have not ended.
  [[nodiscard]] bool usable() const;
  // Their end in seconds since 1970; 0 if there are none, or they do not end.
  [[nodiscard]] double expiration() const;

 private:
  const aws::MskCluster cluster_;
  const Observer observer_;
  aws::CredentialKeeper keeper_;  // Last: its thread uses the others.
};

}  // namespace penstock::apps
