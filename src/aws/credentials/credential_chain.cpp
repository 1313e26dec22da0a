#include "aws/credentials/credential_chain.h"

#include <array>

namespace penstock::aws {
namespace {

using base::Error;
using base::ErrorCode;

struct Source {
  const char* name;
  base::Result<Credentials> (*fetch)(const Surroundings&, std::stop_token);
};

constexpr std::array<Source, 5> kSources{{
    {"environment", from_environment},
    {"web identity", from_web_identity},
    {"profile", from_profile},
    {"container endpoint", from_container},
    {"instance metadata", from_instance_metadata},
}};

}  // namespace

base::Result<Credentials> CredentialChain::fetch(std::stop_token stop) {
  std::string tried;
  for (size_t i = chosen_.value_or(0); i < kSources.size(); ++i) {
    auto credentials = kSources[i].fetch(surroundings_, stop);
    if (credentials) {
      chosen_ = i;
      return credentials;
    }
    Error error = credentials.error();
    tried += (tried.empty() ? "" : "; ") + std::string(kSources[i].name) + ": " + error.message;
    if (error.code == ErrorCode::not_found && !chosen_) continue;
    // The source has worked before, so that it is gone may be temporary.
    error.code = error.code == ErrorCode::not_found ? ErrorCode::unavailable : error.code;
    error.message = "no AWS credentials: " + tried;
    return error;
  }
  return Error{.code = ErrorCode::not_found, .message = "no AWS credentials: " + tried};
}

}  // namespace penstock::aws
