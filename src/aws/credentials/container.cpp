#include <boost/asio/ip/address.hpp>

#include "aws/credentials/credential_documents.h"
#include "aws/credentials/credential_sources.h"
#include "aws/credentials/endpoint.h"
#include "aws/credentials/plain_text.h"
#include "aws/credentials/read_file.h"

namespace penstock::aws {
namespace {

using base::Error;
using base::ErrorCode;
using base::Result;

constexpr Patience kPatience{.timeout = std::chrono::milliseconds(2000)};
constexpr size_t kTokenBytesMax = 16 * 1024;

Error wrong(std::string sentence) {
  return {.code = ErrorCode::invalid, .message = std::move(sentence)};
}

// Says whether plain HTTP is allowed to this host. It may carry credentials only where no one else
// can listen: on this machine, and to the link-local addresses of the agents of ECS and EKS (AWS
// SDKs reference guide, "Container credential provider").
bool may_be_plain(const std::string& host) {
  if (host == "localhost") return true;
  boost::system::error_code error;
  const auto address = boost::asio::ip::make_address(host, error);
  if (error) return false;
  return address.is_loopback() || host == "169.254.170.2" || host == "169.254.170.23" ||
         address == boost::asio::ip::make_address("fd00:ec2::23");
}

Result<Url> endpoint(const Surroundings& surroundings) {
  if (const std::string relative = variable(surroundings, "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI");
      !relative.empty()) {
    auto url = Url::parse("http://169.254.170.2" + relative);
    if (!url || url->host != "169.254.170.2") {
      return wrong("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI must be the path of a URL");
    }
    return url;
  }
  const std::string full = variable(surroundings, "AWS_CONTAINER_CREDENTIALS_FULL_URI");
  if (full.empty()) {
    return not_set_up("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI and …_FULL_URI are not set");
  }
  auto url = Url::parse(full);
  if (!url) return wrong("AWS_CONTAINER_CREDENTIALS_FULL_URI " + url.error().message);
  if (!url->tls && !may_be_plain(url->host)) {
    return wrong("AWS_CONTAINER_CREDENTIALS_FULL_URI: " + url->text() +
                 " must be https, or an address of this machine, 169.254.170.2, 169.254.170.23 or "
                 "[fd00:ec2::23]");
  }
  return url;
}

// Returns the authorization token. A token file is read at each call, because EKS replaces its
// content.
Result<Secret> authorization(const Surroundings& surroundings) {
  Secret token(value_of(surroundings, "AWS_CONTAINER_AUTHORIZATION_TOKEN"));
  if (const std::string file = variable(surroundings, "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE");
      !file.empty()) {
    const auto text = read_file(file, kTokenBytesMax);
    if (!text) {
      return Error{.code = ErrorCode::unavailable,
                   .message = "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: " + text.error().message};
    }
    token = Secret(trimmed(text->reveal()));
  }
  for (const char c : token.reveal()) {
    if (c < ' ' || c > '~') {
      return wrong(
          "the container's authorization token has a character that HTTP headers do not allow");
    }
  }
  return token;
}

}  // namespace

Result<Credentials> from_container(const Surroundings& surroundings, std::stop_token stop) {
  const auto url = endpoint(surroundings);
  if (!url) return url.error();
  const auto token = authorization(surroundings);
  if (!token) return token.error();
  net::HttpRequest request{.target = url->target, .headers = {{"Accept", "application/json"}}};
  if (!token->empty()) request.headers.emplace_back("Authorization", token->reveal());
  base::Redaction secrets;
  secrets.add(token->reveal());
  const auto answer = fetch(*url, request, std::move(secrets), kPatience, stop);
  if (!answer) return answer.error();
  auto credentials = parse_json_credentials(answer->body, JsonForm::endpoint, answer->secrets);
  if (answer->status != 200) {
    const bool says_why = !credentials && credentials.error().code == ErrorCode::refused;
    return refusal(*url, *answer, says_why ? credentials.error().message : "");
  }
  if (!credentials) {
    return Error{.code = credentials.error().code,
                 .message = url->text() + ": " + credentials.error().message};
  }
  credentials->source = "container endpoint " + url->text();
  credentials->clock_lag = answer->clock_lag;
  return credentials;
}

}  // namespace penstock::aws
