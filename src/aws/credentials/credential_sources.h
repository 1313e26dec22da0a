#pragma once

#include <stop_token>
#include <string>
#include <string_view>

#include "aws/credentials.h"
#include "base/configuration.h"
#include "base/result.h"

// This file declares the sources of credentials (AWS SDKs reference guide, "Standardized credential
// providers"). Each function blocks, with a time-out for each request, and keeps nothing between
// calls. It ends early after a request to stop. Fails with `not_found` if the source is not set up
// here, and the message says why; any other error means that the source is set up but failed.
namespace penstock::aws {

// Holds what the sources read besides files and the network.
struct Surroundings {
  base::Environment environment;
  // STS is asked in this region, unless the environment or the profile names another one. It may be
  // empty.
  std::string region;
};

// Reads AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN.
[[nodiscard]] base::Result<Credentials> from_environment(const Surroundings& surroundings,
                                                         std::stop_token stop);

// Exchanges the token in AWS_WEB_IDENTITY_TOKEN_FILE for credentials of AWS_ROLE_ARN, at STS.
[[nodiscard]] base::Result<Credentials> from_web_identity(const Surroundings& surroundings,
                                                          std::stop_token stop);

// Uses the profile AWS_PROFILE, or `default`, of the shared config and credentials files: a role,
// keys, or a credential_process.
[[nodiscard]] base::Result<Credentials> from_profile(const Surroundings& surroundings,
                                                     std::stop_token stop);

// Asks AWS_CONTAINER_CREDENTIALS_RELATIVE_URI or …_FULL_URI, which ECS tasks and EKS pods have.
[[nodiscard]] base::Result<Credentials> from_container(const Surroundings& surroundings,
                                                       std::stop_token stop);

// Gets the role of the EC2 instance from version 2 of its metadata service.
[[nodiscard]] base::Result<Credentials> from_instance_metadata(const Surroundings& surroundings,
                                                               std::stop_token stop);

// Runs a command that prints credentials (AWS CLI, "Sourcing credentials with an external
// process"). It runs in a shell, for at most 30 s. Its standard error is that of this program.
[[nodiscard]] base::Result<Credentials> from_process(const std::string& command,
                                                     std::stop_token stop);

// Return the value of an environment variable without blanks around it, or an empty text if it is
// not set: variable() as a copy, and value_of(), for secrets, as a view into the environment.
[[nodiscard]] std::string_view value_of(const Surroundings& surroundings, std::string_view name);
[[nodiscard]] std::string variable(const Surroundings& surroundings, std::string_view name);

// Returns AWS_REGION, AWS_DEFAULT_REGION, or the region of the surroundings, whichever is set
// first. It may be empty and is not checked.
[[nodiscard]] std::string region_of(const Surroundings& surroundings);

// Returns the error of a source that is not set up.
[[nodiscard]] inline base::Error not_set_up(std::string why) {
  return {.code = base::ErrorCode::not_found, .message = std::move(why)};
}

}  // namespace penstock::aws
