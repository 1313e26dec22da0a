#pragma once

#include <chrono>
#include <filesystem>
#include <stop_token>
#include <string>

#include "aws/credentials.h"
#include "aws/credentials/credential_sources.h"
#include "base/result.h"

namespace penstock::aws {

struct Role {
  std::string arn;
  std::string session_name = {};  // Empty: one that is the same at every call on this machine.
  std::string external_id = {};
  std::chrono::seconds duration{3600};
};

// Credentials of a role, by the Security Token Service: the regional endpoint, or that of
// AWS_ENDPOINT_URL_STS or AWS_ENDPOINT_URL. The session's name stays the same, since it is a part
// of the principal, which Kafka does not let change while a connection lives.
[[nodiscard]] base::Result<Credentials> assume_role(const Surroundings& surroundings,
                                                    const Role& role,
                                                    const Credentials& credentials,
                                                    std::stop_token stop);

// `token_file` is read anew at each call: what writes it rotates it.
[[nodiscard]] base::Result<Credentials> assume_role_with_web_identity(
    const Surroundings& surroundings, const Role& role, const std::filesystem::path& token_file,
    std::stop_token stop);

}  // namespace penstock::aws
