#pragma once

#include <string>
#include <string_view>

#include "apps/api/settings.h"

namespace penstock::apps {

// Holds the options of the verb `token`.
struct TokenOptions {
  std::string region;  // Empty for the region that the API finds.
  std::string at;      // The time of signing as RFC 3339 writes it. Empty for now.
};

// Prints an MSK IAM token to the standard output, and to the standard error what helps to
// understand why a cluster denies it. The token is a secret; everything else is not. Complaints
// begin with the name of the program. Returns the exit status.
int print_token(std::string_view program, const ApiSettings& settings, const TokenOptions& options);

}  // namespace penstock::apps
