#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <string>

#include "apps/shared/msk_iam.h"
#include "base/result.h"
#include "kafka/client.h"

namespace penstock::apps {

// MSK IAM for what reads Kafka here (--iam): whether, and how.
class LocalIam {
 public:
  // `iam`: always; else for MSK host names, unless a property says how to be let in. `say`: what is
  // wrong with the credentials later, on a thread of their own.
  LocalIam(bool iam, const kafka::Properties& properties,
           std::function<void(const std::string&)> say);

  // What lets us in at this bootstrap; null: nothing is needed. Waits for the first credentials.
  // The error says what to do.
  [[nodiscard]] base::Result<kafka::TokenSource*> tokens(const std::string& bootstrap);

 private:
  // Waits for the end of the first attempt.
  MskIam& start(const aws::MskCluster& cluster);
  void tell(const base::Result<aws::Credentials>& attempt, std::chrono::seconds next) const;

  const bool always_;
  const bool for_msk_;
  const std::function<void(const std::string&)> say_;
  std::map<std::string, MskIam> by_region_;
};

}  // namespace penstock::apps
