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
  // It must have 2 to 64 letters, digits or characters of "_+=,.@-". If it is empty, it is
  // "penstock-" and the name of this machine. It must stay the same, because it is part of the
  // principal, which Kafka does not allow to change during a connection.
  std::string session_name = {};
  std::string external_id = {};  // Omitted if it is empty.
  // The credentials expire after this time. STS refuses less than 900 s, and more than the role
  // allows.
  std::chrono::seconds duration{3600};
};

// Gets credentials of a role from the Security Token Service (STS), at its endpoint in region_of()
// or at that of AWS_ENDPOINT_URL_STS or AWS_ENDPOINT_URL. It signs the request with `credentials`.
// It blocks, for at most 5 s in each of three attempts; a request to stop ends it before the next
// attempt. Fails as fetch() and refusal() do (endpoint.h), and with `invalid` if the answer or the
// endpoint is wrong or the region is not known.
[[nodiscard]] base::Result<Credentials> assume_role(const Surroundings& surroundings,
                                                    const Role& role,
                                                    const Credentials& credentials,
                                                    std::stop_token stop);

// Does the same with the web identity token in `token_file`, instead of credentials. The file is
// read at each call, because its writer replaces its content. Fails also with `unavailable` if the
// file is missing, cannot be read, or has more than 20,000 bytes.
[[nodiscard]] base::Result<Credentials> assume_role_with_web_identity(
    const Surroundings& surroundings, const Role& role, const std::filesystem::path& token_file,
    std::stop_token stop);

}  // namespace penstock::aws
