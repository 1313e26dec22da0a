#include "aws/credentials/sts.h"

#include <unistd.h>

#include <array>

#include "aws/credentials/credential_documents.h"
#include "aws/credentials/endpoint.h"
#include "aws/credentials/plain_text.h"
#include "aws/credentials/read_file.h"
#include "aws/sigv4.h"

namespace penstock::aws {
namespace {

using base::Error;
using base::ErrorCode;
using base::Result;
using base::WipedText;

constexpr Patience kPatience{.timeout = std::chrono::milliseconds(5000)};
// This is the limit of STS (API reference, AssumeRoleWithWebIdentity).
constexpr size_t kTokenBytesMax = 20'000;

// Returns a name that STS accepts: [\w+=,.@-]{2,64}.
std::string session_name(const Role& role) {
  if (!role.session_name.empty()) return role.session_name;
  std::array<char, 256> host{};
  std::string name = "penstock";
  if (::gethostname(host.data(), host.size() - 1) != 0) return name;
  name += "-";
  for (const char* c = host.data(); *c != '\0' && name.size() < 64; ++c) {
    const bool allowed = (*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') ||
                         (*c >= '0' && *c <= '9') || *c == '-' || *c == '.';
    name += allowed ? *c : '-';
  }
  return name;
}

// `secrets` are those of the parameters and of the signer, which is null for a web identity.
Result<Credentials> call(const Surroundings& surroundings, Parameters parameters,
                         base::Redaction secrets, const Role& role, const Credentials* signer,
                         std::stop_token stop) {
  const std::string region = region_of(surroundings);
  const auto endpoint = service_endpoint(surroundings, "sts", region);
  if (!endpoint) return endpoint.error();
  const Url& url = endpoint->url;
  parameters.insert(parameters.end(),
                    {{"Version", "2011-06-15"},
                     {"RoleArn", WipedText(role.arn)},
                     {"RoleSessionName", WipedText(session_name(role))},
                     {"DurationSeconds", WipedText(std::to_string(role.duration.count()))}});
  const WipedText body = query_text(parameters);
  SignedRequest request{.method = "POST",
                        .path = url.target,
                        .headers = {{"Content-Type", "application/x-www-form-urlencoded"}},
                        .body = body};
  if (signer != nullptr) {
    request.headers.emplace_back("Host", url.authority());
    sign(request, *signer,
         {.region = endpoint->region, .service = "sts", .time = std::chrono::system_clock::now()});
    // The client adds this header itself.
    std::erase_if(request.headers, [](const auto& header) { return header.first == "Host"; });
  }
  const auto answer = fetch(url,
                            {.method = net::HttpMethod::post,
                             .target = url.target,
                             .headers = std::move(request.headers),
                             .body = body},
                            std::move(secrets), kPatience, stop);
  if (!answer) return answer.error();
  if (answer->status != 200) {
    return refusal(url, *answer, sts_error(answer->body, answer->secrets));
  }
  auto credentials = parse_sts_credentials(answer->body);
  if (!credentials) {
    return Error{.code = ErrorCode::invalid,
                 .message = url.text() + ": " + credentials.error().message};
  }
  credentials->source = "role " + role.arn + " by " + url.text();
  credentials->clock_lag = answer->clock_lag;
  return credentials;
}

}  // namespace

Result<Credentials> assume_role(const Surroundings& surroundings, const Role& role,
                                const Credentials& credentials, std::stop_token stop) {
  Parameters parameters{{"Action", "AssumeRole"}};
  if (!role.external_id.empty()) parameters.emplace_back("ExternalId", role.external_id);
  return call(surroundings, std::move(parameters), secrets_of(credentials), role, &credentials,
              stop);
}

Result<Credentials> assume_role_with_web_identity(const Surroundings& surroundings,
                                                  const Role& role,
                                                  const std::filesystem::path& token_file,
                                                  std::stop_token stop) {
  const auto token = read_file(token_file, kTokenBytesMax);
  if (!token) {
    return Error{.code = ErrorCode::unavailable,
                 .message = "web identity token: " + token.error().message};
  }
  const std::string_view text = trimmed(token->reveal());
  base::Redaction secrets;
  secrets.add(text);
  return call(surroundings,
              {{"Action", "AssumeRoleWithWebIdentity"}, {"WebIdentityToken", WipedText(text)}},
              std::move(secrets), role, nullptr, stop);
}

}  // namespace penstock::aws
