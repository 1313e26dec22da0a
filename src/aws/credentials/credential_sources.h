#pragma once

#include <stop_token>
#include <string>

#include "aws/credentials.h"
#include "base/configuration.h"
#include "base/result.h"

// Where credentials come from (AWS SDKs reference guide, "Standardized credential providers"). Each
// function blocks, with a time-out for each request, and asks anew at every call.
// ErrorCode::not_found says that the source is not set up here, and why; every other error that it
// is, but failed.
namespace penstock::aws {

struct Surroundings {
  base::Environment environment;
  std::string
      region;  // Of STS, unless the environment or the profile says another one. May be empty.
};

// AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN.
[[nodiscard]] base::Result<Credentials> from_environment(const Surroundings& surroundings,
                                                         std::stop_token stop);

// AWS_WEB_IDENTITY_TOKEN_FILE and AWS_ROLE_ARN, by STS.
[[nodiscard]] base::Result<Credentials> from_web_identity(const Surroundings& surroundings,
                                                          std::stop_token stop);

// AWS_PROFILE, or `default`, of the shared config and credentials files: a role, keys, or a
// credential_process.
[[nodiscard]] base::Result<Credentials> from_profile(const Surroundings& surroundings,
                                                     std::stop_token stop);

// AWS_CONTAINER_CREDENTIALS_RELATIVE_URI or …_FULL_URI: ECS tasks, EKS pods.
[[nodiscard]] base::Result<Credentials> from_container(const Surroundings& surroundings,
                                                       std::stop_token stop);

// The role of the EC2 instance, by version 2 of its metadata service.
[[nodiscard]] base::Result<Credentials> from_instance_metadata(const Surroundings& surroundings,
                                                               std::stop_token stop);

// What a command prints (AWS CLI, "Sourcing credentials with an external process"). It runs in a
// shell, may take 30 s, and its standard error goes where ours does.
[[nodiscard]] base::Result<Credentials> from_process(const std::string& command,
                                                     std::stop_token stop);

// The value of a variable of the surroundings, without blanks around it; empty if it is not set.
[[nodiscard]] std::string variable(const Surroundings& surroundings, std::string_view name);

// The region that AWS_REGION, AWS_DEFAULT_REGION or else the surroundings say. It may be empty, or
// no region.
[[nodiscard]] std::string region_of(const Surroundings& surroundings);

[[nodiscard]] inline base::Error not_set_up(std::string why) {
  return {.code = base::ErrorCode::not_found, .message = std::move(why)};
}

}  // namespace penstock::aws
