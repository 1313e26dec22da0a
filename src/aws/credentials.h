#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "aws/secret.h"
#include "base/time_text.h"

namespace penstock::aws {

// Who signs. Two sets of one role differ in all three texts, and are the same principal to Kafka.
struct Credentials {
  std::string access_key_id = {};  // No secret: AWS shows it in logs and denials.
  Secret secret_access_key = {};
  Secret session_token = {};                        // Empty for long-term keys.
  std::optional<base::SystemTime> expiration = {};  // Nothing: they do not end.
  std::string source = {};                          // "container endpoint http://169.254.170.2/…".
  // How far this machine's clock is behind the source's, if that said.
  std::optional<std::chrono::seconds> clock_lag = {};
};

}  // namespace penstock::aws
