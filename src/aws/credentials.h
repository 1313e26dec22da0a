#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "aws/secret.h"
#include "base/redaction.h"
#include "base/time_text.h"

namespace penstock::aws {

// Holds the keys that a request is signed with. Two sets of keys of the same role differ in all
// three texts, but Kafka sees the same principal.
struct Credentials {
  std::string access_key_id = {};  // Not a secret: AWS shows it in logs and error messages.
  Secret secret_access_key = {};
  Secret session_token = {};                        // Empty for long-term keys.
  std::optional<base::SystemTime> expiration = {};  // Nothing if they do not expire.
  std::string source = {};                          // "container endpoint http://169.254.170.2/…".
  // This is how far this machine's clock is behind that of the source, if the source sent its time.
  // It is negative if this clock is ahead.
  std::optional<std::chrono::seconds> clock_lag = {};
};

// Returns what must not come back in an error of a service that these credentials signed for. The
// secret access key is among it, although it is never sent: a service may know it, and a wrong
// setting may put it into another field of a request.
[[nodiscard]] inline base::Redaction secrets_of(const Credentials& credentials) {
  base::Redaction secrets;
  secrets.add(credentials.secret_access_key.reveal());
  secrets.add(credentials.session_token.reveal());
  return secrets;
}

}  // namespace penstock::aws
