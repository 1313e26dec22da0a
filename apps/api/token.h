#pragma once

#include <string>

#include "apps/api/settings.h"

namespace penstock::apps {

struct TokenOptions {
  std::string region;  // Empty: as the API finds it.
  std::string at;      // The time of signing, RFC 3339; empty: now.
};

// Prints an MSK IAM token on standard output, and on standard error what helps to understand why a
// cluster denies it. The exit code.
int print_token(const ApiSettings& settings, const TokenOptions& options);

}  // namespace penstock::apps
