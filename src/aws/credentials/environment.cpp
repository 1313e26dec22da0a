#include "aws/credentials/credential_documents.h"
#include "aws/credentials/credential_sources.h"
#include "aws/credentials/plain_text.h"
#include "aws/credentials/sts.h"

namespace penstock::aws {

std::string_view value_of(const Surroundings& surroundings, std::string_view name) {
  const auto found = surroundings.environment.find(name);
  return found == surroundings.environment.end() ? std::string_view() : trimmed(found->second);
}

std::string variable(const Surroundings& surroundings, std::string_view name) {
  return std::string(value_of(surroundings, name));
}

std::string region_of(const Surroundings& surroundings) {
  for (const char* name : {"AWS_REGION", "AWS_DEFAULT_REGION"}) {
    if (std::string region = variable(surroundings, name); !region.empty()) return region;
  }
  return surroundings.region;
}

base::Result<Credentials> from_environment(const Surroundings& surroundings, std::stop_token) {
  Credentials credentials;
  credentials.access_key_id = variable(surroundings, "AWS_ACCESS_KEY_ID");
  credentials.secret_access_key = Secret(value_of(surroundings, "AWS_SECRET_ACCESS_KEY"));
  credentials.session_token = Secret(value_of(surroundings, "AWS_SESSION_TOKEN"));
  credentials.source = "environment";
  if (credentials.access_key_id.empty() && credentials.secret_access_key.empty()) {
    return not_set_up("AWS_ACCESS_KEY_ID is not set");
  }
  return checked(std::move(credentials));
}

base::Result<Credentials> from_web_identity(const Surroundings& surroundings,
                                            std::stop_token stop) {
  const std::string file = variable(surroundings, "AWS_WEB_IDENTITY_TOKEN_FILE");
  const std::string role = variable(surroundings, "AWS_ROLE_ARN");
  if (file.empty() && role.empty()) return not_set_up("AWS_WEB_IDENTITY_TOKEN_FILE is not set");
  if (file.empty()) {
    return not_set_up("AWS_ROLE_ARN is set, but AWS_WEB_IDENTITY_TOKEN_FILE is not");
  }
  if (role.empty()) {
    return base::Error{.code = base::ErrorCode::invalid,
                       .message = "AWS_WEB_IDENTITY_TOKEN_FILE is set, but AWS_ROLE_ARN is not"};
  }
  const Role wanted{.arn = role, .session_name = variable(surroundings, "AWS_ROLE_SESSION_NAME")};
  return assume_role_with_web_identity(surroundings, wanted, file, stop);
}

}  // namespace penstock::aws
