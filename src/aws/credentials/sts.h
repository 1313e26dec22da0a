#pragma once

#include <chrono>
#include <filesystem>
#include <stop_token>
#include <string>

#include "aws/credentials.h"
#include "aws/credentials/credential_sources.h"
#include "base/result.h"

namespace penstock::aws {

// Names a role to assume, with the parameters of STS (API reference, AssumeRole).
struct Role {
  std::string arn;
  // If it is empty, it is "penstock-" and the name of this machine. It must stay the same, because
  // it is part of the principal, which Kafka does not allow to change during a connection.
  std::string session_name = {};
  std::string external_id = {};  // Omitted if it is empty.
  std::chrono::seconds duration{3600};
};

// Gets credentials of a role from the Security Token Service, at its regional endpoint or at that
// of AWS_ENDPOINT_URL_STS or AWS_ENDPOINT_URL. It signs the request with `credentials`. It blocks.
// Fails as fetch() and refusal() do, and with `invalid` if the answer or the endpoint is wrong.
[[nodiscard]] base::Result<Credentials> assume_role(const Surroundings& surroundings,
                                                    const Role& role,
                                                    const Credentials& credentials,
                                                    std::stop_token stop);

// Does the same with the web identity token in `token_file`, instead of credentials. The file is
// read at each call, because its writer replaces its content. Fails with `unavailable` if it cannot
// be read.
[[nodiscard]] base::Result<Credentials> assume_role_with_web_identity(
    const Surroundings& surroundings, const Role& role, const std::filesystem::path& token_file,
    std::stop_token stop);

}  // namespace penstock::aws
