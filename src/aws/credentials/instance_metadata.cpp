#include "aws/credentials/credential_documents.h"
#include "aws/credentials/credential_sources.h"
#include "aws/credentials/endpoint.h"
#include "aws/credentials/plain_text.h"
#include "base/ascii_case.h"

namespace penstock::aws {
namespace {

using base::Error;
using base::ErrorCode;
using base::Result;

// Outside EC2 nothing answers, which must not take long.
constexpr Patience kPatience{.timeout = std::chrono::milliseconds(1000), .attempts = 2};
constexpr const char* kRoles = "/latest/meta-data/iam/security-credentials/";

Result<Url> endpoint(const Surroundings& surroundings) {
  std::string text = variable(surroundings, "AWS_EC2_METADATA_SERVICE_ENDPOINT");
  if (text.empty()) {
    const std::string mode =
        base::lower(variable(surroundings, "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE"));
    text = mode == "ipv6" ? "http://[fd00:ec2::254]" : "http://169.254.169.254";
  }
  auto url = Url::parse(text);
  if (!url) {
    return Error{.code = ErrorCode::invalid,
                 .message = "AWS_EC2_METADATA_SERVICE_ENDPOINT " + url.error().message};
  }
  return url;
}

}  // namespace

Result<Credentials> from_instance_metadata(const Surroundings& surroundings, std::stop_token stop) {
  if (base::lower(variable(surroundings, "AWS_EC2_METADATA_DISABLED")) == "true") {
    return not_set_up("AWS_EC2_METADATA_DISABLED is true");
  }
  const auto url = endpoint(surroundings);
  if (!url) return url.error();

  // Only version 2 is used. Version 1 would give the credentials to anyone who can make this
  // machine fetch a URL.
  auto session = fetch(*url,
                       {.method = net::HttpMethod::put,
                        .target = "/latest/api/token",
                        .headers = {{"X-aws-ec2-metadata-token-ttl-seconds", "60"}}},
                       {}, kPatience, stop);
  if (!session) return not_set_up(session.error().message);
  if (session->status == 403 || session->status == 404 || session->status == 405) {
    return not_set_up(url->text() + " answered " + std::to_string(session->status) +
                      " to the request for a session");
  }
  if (session->status != 200) return refusal(*url, *session, "");
  const Secret token(trimmed(session->body));
  if (!is_printable(token.reveal())) {
    return Error{.code = ErrorCode::invalid,
                 .message = url->text() +
                            ": the session token has characters that HTTP headers do not allow"};
  }
  const net::HttpHeaders headers{{"X-aws-ec2-metadata-token", token.reveal()}};
  base::Redaction secrets;
  secrets.add(token.reveal());

  const auto roles = fetch(*url, {.target = kRoles, .headers = headers}, secrets, kPatience, stop);
  if (!roles) return roles.error();
  if (roles->status == 404) return not_set_up("the instance has no role");
  if (roles->status != 200) return refusal(*url, *roles, "");
  const std::string role(trimmed(std::string_view(roles->body).substr(0, roles->body.find('\n'))));
  if (role.empty() || role.size() > 256 || !is_printable(role)) {
    return Error{.code = ErrorCode::invalid, .message = url->text() + ": the answer names no role"};
  }

  const auto answer =
      fetch(*url, {.target = kRoles + role, .headers = headers}, secrets, kPatience, stop);
  if (!answer) return answer.error();
  if (answer->status != 200) return refusal(*url, *answer, "");
  auto credentials = parse_json_credentials(answer->body, JsonForm::endpoint, answer->secrets);
  if (!credentials) {
    return Error{.code = credentials.error().code,
                 .message = url->text() + ": " + credentials.error().message};
  }
  credentials->source = "instance metadata at " + url->text();
  credentials->clock_lag = answer->clock_lag;
  return credentials;
}

}  // namespace penstock::aws
