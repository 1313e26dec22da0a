#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <string>

#include "apps/shared/msk_iam.h"
#include "base/result.h"
#include "kafka/client.h"

namespace penstock::apps {

// Decides whether the commands authenticate at a Kafka with MSK IAM (--iam), and keeps a source of
// tokens for each region that they read from.
class LocalIam {
 public:
  // If `iam` is set, MSK IAM is always used. Otherwise it is used for MSK host names, unless a
  // property sets security.protocol. `say` gets sentences on later problems with the credentials,
  // on another thread.
  LocalIam(bool iam, const kafka::Properties& properties,
           std::function<void(const std::string&)> say);

  // Returns the source of tokens for this bootstrap, or null if none is needed. It lives as long as
  // this object. Blocks until the first attempt to get credentials has ended, for 30 s at most. The
  // error is `unavailable`, or `invalid` if the region is not known, and says what to do.
  [[nodiscard]] base::Result<kafka::TokenSource*> tokens(const std::string& bootstrap);

 private:
  // Starts to get credentials, and waits for the end of the first attempt.
  MskIam& start(const aws::MskCluster& cluster);
  // Reports a later attempt to the user.
  void report(const base::Result<aws::Credentials>& attempt, std::chrono::seconds next) const;

  const bool always_;
  const bool for_msk_;
  const std::function<void(const std::string&)> say_;
  std::map<std::string, MskIam> by_region_;
};

}  // namespace penstock::apps
