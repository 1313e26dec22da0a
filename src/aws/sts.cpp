#include "aws/sts.h"

#include <unistd.h>

#include <array>

#include "aws/credential_documents.h"
#include "aws/endpoint.h"
#include "aws/read_file.h"
#include "aws/region.h"
#include "aws/sigv4.h"
#include "aws/text.h"

namespace penstock::aws {
namespace {

using base::Error;
using base::ErrorCode;
using base::Result;

constexpr Patience kPatience{.timeout = std::chrono::milliseconds(5000)};
constexpr size_t kTokenBytesMax = 20'000;  // STS' own limit (API reference, AssumeRoleWithWebIdentity).

// STS takes [\w+=,.@-]{2,64}.
std::string session_name(const Role& role) {
  if (!role.session_name.empty()) return role.session_name;
  std::array<char, 256> host{};
  std::string name = "penstock";
  if (::gethostname(host.data(), host.size() - 1) != 0) return name;
  name += "-";
  for (const char* c = host.data(); *c != '\0' && name.size() < 64; ++c) {
    const bool allowed = (*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') || (*c >= '0' && *c <= '9') ||
                         *c == '-' || *c == '.';
    name += allowed ? *c : '-';
  }
  return name;
}

std::string region_of(const Surroundings& surroundings) {
  for (const char* name : {"AWS_REGION", "AWS_DEFAULT_REGION"}) {
    if (std::string region = variable(surroundings, name); !region.empty()) return region;
  }
  return surroundings.region;
}

Result<Url> endpoint(const Surroundings& surroundings, const std::string& region) {
  for (const char* name : {"AWS_ENDPOINT_URL_STS", "AWS_ENDPOINT_URL"}) {
    const std::string text = variable(surroundings, name);
    if (text.empty()) continue;
    auto url = Url::parse(text);
    if (!url)
      return Error{.code = ErrorCode::invalid, .message = std::string(name) + " " + url.error().message};
    return url;
  }
  if (!is_region(region)) {
    return Error{.code = ErrorCode::invalid,
                 .message = region.empty() ? "the region of STS is not known: set AWS_REGION"
                                           : "'" + region + "' is no region"};
  }
  return Url{.host = "sts." + region + "." + std::string(dns_suffix(region))};
}

std::string form(const Parameters& parameters) {
  std::string body;
  for (const auto& [name, value] : parameters) {
    body.append(body.empty() ? "" : "&").append(uri_encode(name)).append("=").append(uri_encode(value));
  }
  return body;
}

Result<Credentials> call(const Surroundings& surroundings, Parameters parameters, const Role& role,
                         const Credentials* signer, std::stop_token stop) {
  const std::string region = region_of(surroundings);
  const auto url = endpoint(surroundings, region);
  if (!url) return url.error();
  parameters.insert(parameters.end(), {{"Version", "2011-06-15"},
                                       {"RoleArn", role.arn},
                                       {"RoleSessionName", session_name(role)},
                                       {"DurationSeconds", std::to_string(role.duration.count())}});
  const Secret body(form(parameters));
  SignedRequest request{.method = "POST",
                        .path = url->target,
                        .headers = {{"Content-Type", "application/x-www-form-urlencoded"}},
                        .body = body.reveal()};
  if (signer != nullptr) {
    const std::string authority = url->text().substr(url->tls ? 8 : 7);
    request.headers.emplace_back("Host", authority);
    sign(request, *signer,
         {.region = region.empty() ? "us-east-1" : region,
          .service = "sts",
          .time = std::chrono::system_clock::now()});
    std::erase_if(request.headers,
                  [](const auto& header) { return header.first == "Host"; });  // The client adds its own.
  }
  auto answer = fetch(*url,
                      {.method = net::HttpMethod::post,
                       .target = url->target,
                       .headers = std::move(request.headers),
                       .body = body.reveal()},
                      kPatience, stop);
  if (!answer) return answer.error();
  const Secret text(std::move(answer->body));
  if (answer->status != 200) return refusal(*url, *answer, sts_error(text.reveal()));
  auto credentials = parse_sts_credentials(text.reveal());
  if (!credentials)
    return Error{.code = ErrorCode::invalid, .message = url->text() + ": " + credentials.error().message};
  credentials->source = "role " + role.arn + " by " + url->text();
  credentials->clock_lag = answer->clock_lag;
  return credentials;
}

}  // namespace

Result<Credentials> assume_role(const Surroundings& surroundings, const Role& role,
                                const Credentials& credentials, std::stop_token stop) {
  Parameters parameters{{"Action", "AssumeRole"}};
  if (!role.external_id.empty()) parameters.emplace_back("ExternalId", role.external_id);
  return call(surroundings, std::move(parameters), role, &credentials, stop);
}

Result<Credentials> assume_role_with_web_identity(const Surroundings& surroundings, const Role& role,
                                                  const std::filesystem::path& token_file,
                                                  std::stop_token stop) {
  const auto token = read_file(token_file, kTokenBytesMax);
  if (!token)
    return Error{.code = ErrorCode::unavailable, .message = "web identity token: " + token.error().message};
  return call(
      surroundings,
      {{"Action", "AssumeRoleWithWebIdentity"}, {"WebIdentityToken", std::string(trimmed(token->reveal()))}},
      role, nullptr, stop);
}

}  // namespace penstock::aws
