#pragma once

#include <cstddef>
#include <optional>
#include <stop_token>
#include <utility>

#include "aws/credentials.h"
#include "aws/credentials/credential_sources.h"
#include "base/result.h"

namespace penstock::aws {

// Tries the sources of credentials in the order of AWS's SDKs: environment, web identity, profile,
// container, instance metadata. It uses the first source that is set up. If that fails, it does not
// try the next one, which may give another principal. After a success it asks only the same source.
// One thread at a time may use it.
class CredentialChain {
 public:
  explicit CredentialChain(Surroundings surroundings) : surroundings_(std::move(surroundings)) {}

  // Fetches credentials and blocks meanwhile. After a request to stop it ends with the request
  // under way. Fails with `not_found` if no source is set up, and otherwise as the source does. It
  // fails with `unavailable` if a source that has worked before is not set up now, because it may
  // come back. The message names the sources that were tried, and why each had no
  // credentials.
  [[nodiscard]] base::Result<Credentials> fetch(std::stop_token stop = {});

 private:
  Surroundings surroundings_;
  std::optional<size_t> chosen_;  // The index of the source that had the first success.
};

}  // namespace penstock::aws
