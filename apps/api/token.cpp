#include "apps/api/token.h"

#include <cstdio>

#include "apps/shared/exit_status.h"
#include "apps/shared/msk_iam.h"
#include "aws/credentials/credential_chain.h"
#include "aws/credentials/endpoint.h"
#include "aws/times.h"

namespace penstock::apps {
namespace {

void say(const char* name, const std::string& value) {
  std::fprintf(stderr, "%-18s %s\n", name, value.c_str());
}

}  // namespace

int print_token(std::string_view program, const ApiSettings& given, const TokenOptions& options) {
  const auto fail = [program](const std::string& sentence) {
    return complain(program, sentence, kExitFailed);
  };
  ApiSettings settings = given;
  if (!options.region.empty()) settings.msk_region = options.region;
  const auto cluster = msk_cluster(settings);
  if (!cluster) return fail(cluster.error().message);
  auto now = std::chrono::system_clock::now();
  if (!options.at.empty()) {
    const auto at = aws::parse_timestamp(options.at);
    if (!at) return fail("--at must be a time such as 2026-11-24T16:52:20Z");
    now = *at;
  }
  const auto credentials = aws::CredentialChain(aws_surroundings(*cluster)).fetch();
  if (!credentials) return fail(credentials.error().message);
  const auto token = aws::sign_msk_token(*credentials, *cluster, now);
  if (!token) return fail(token.error().message);

  say("credentials", credentials->source);
  say("access key id", credentials->access_key_id);
  say("session token", credentials->session_token.empty() ? "none: long-term keys" : "present");
  say("credentials expire",
      credentials->expiration ? aws::timestamp(*credentials->expiration) : "never, or unknown");
  say("signing host", aws::signing_host(*cluster));
  say("region", cluster->region);
  say("signed at", aws::timestamp(now));
  say("token expires", aws::timestamp(token->expires));
  if (const std::string clock = aws::clock_sentence(credentials->clock_lag); !clock.empty()) {
    say("warning", clock.substr(2));
  }
  std::printf("%s\n", token->value.reveal().c_str());
  return 0;
}

}  // namespace penstock::apps
