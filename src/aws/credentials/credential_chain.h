#pragma once

#include <optional>
#include <stop_token>
#include <string>

#include "aws/credentials.h"
#include "aws/credentials/credential_sources.h"
#include "base/result.h"

namespace penstock::aws {

// The sources in the order of AWS's SDKs: environment, web identity, profile, container, instance
// metadata. The first that is set up is the one; that it fails is no reason to go on to the next,
// which may be somebody else. Once one has answered, it stays the one. For one thread at a time.
class CredentialChain {
 public:
  explicit CredentialChain(Surroundings surroundings) : surroundings_(std::move(surroundings)) {}

  // Blocks; when told to stop, until the request that is under way ends. The error says which
  // sources were tried, and why each had nothing.
  [[nodiscard]] base::Result<Credentials> fetch(std::stop_token stop = {});

 private:
  Surroundings surroundings_;
  std::optional<size_t> chosen_;
};

}  // namespace penstock::aws
