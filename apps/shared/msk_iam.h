#pragma once

#include <chrono>
#include <functional>
#include <mutex>
#include <string>

#include "aws/credentials/credential_keeper.h"
#include "aws/credentials/credential_sources.h"
#include "aws/msk_token.h"
#include "base/redaction.h"
#include "base/result.h"
#include "kafka/token_source.h"

namespace penstock::apps {

// Returns the cluster to sign tokens for. Its region is `region` or, if that is empty, the first of
// these that is there: the region in an MSK host name of `bootstrap`, AWS_REGION,
// AWS_DEFAULT_REGION. Fails with `invalid` if there is none, or if it is not the name of a region;
// the message says to set `setting`, which is the name of a setting.
[[nodiscard]] base::Result<aws::MskCluster> msk_cluster(const std::string& bootstrap,
                                                        std::string region,
                                                        const std::string& setting);

// Returns what the sources of credentials read: a copy of this process's environment, and the
// cluster's region.
[[nodiscard]] aws::Surroundings aws_surroundings(const aws::MskCluster& cluster);

// Gives MSK IAM tokens to Kafka clients. It keeps the credentials fresh on a thread of its own; its
// functions may be called from any thread and do not block. The destructor does: it waits for the
// request under way (aws/credentials/credential_keeper.h).
class MskIam final : public kafka::TokenSource {
 public:
  // Is called on that thread after each attempt to get credentials, and may be called before the
  // constructor returns. `usable` says whether there are credentials that have not expired, from
  // this attempt or an earlier one. `next` is the time until the next attempt, and
  // aws::CredentialKeeper::kWithoutEnd if the credentials do not expire.
  using Observer = std::function<void(const base::Result<aws::Credentials>& attempt, bool usable,
                                      std::chrono::seconds next)>;

  // Starts to fetch credentials at once. `observer` must not be empty.
  MskIam(aws::MskCluster cluster, Observer observer);

  // Signs a new token. Fails with `unavailable` if there are no credentials yet, or if they have
  // expired; the message has problem().
  base::Result<kafka::Token> token() override;
  void refused() override { keeper_.renew_soon(); }
  base::Redaction secrets() const override;

  // Returns why the last attempt to get credentials failed. It is empty after a success, and before
  // the end of the first attempt.
  [[nodiscard]] std::string problem() const { return keeper_.problem(); }
  // Says whether there are credentials that have not expired.
  [[nodiscard]] bool usable() const;
  // Returns when they expire, in seconds since 1970; 0 if there are none or they do not expire.
  [[nodiscard]] double expiration() const;

 private:
  const aws::MskCluster cluster_;
  const Observer observer_;
  mutable std::mutex mutex_;
  base::Redaction secrets_;       // Of the last token.
  aws::CredentialKeeper keeper_;  // It is last, because its thread uses the other members.
};

}  // namespace penstock::apps
