#pragma once

#include <string>

#include "base/redaction.h"
#include "base/result.h"
#include "base/time_text.h"
#include "base/wiped_text.h"

namespace penstock::kafka {

// Holds an access token, with which SASL/OAUTHBEARER authenticates to a broker. Its value is a
// secret and must not be logged.
struct Token {
  base::WipedText value;
  base::SystemTime expires;
};

// Gives tokens to a client. It is asked on the thread that serves requests or on one of
// librdkafka's threads, so it must be safe for threads and must not block.
class TokenSource {
 public:
  virtual ~TokenSource() = default;

  // Returns a token, or the reason why there is none. Fails with `unavailable` if there will be one
  // later; then the owner of the producer calls its renew_token().
  [[nodiscard]] virtual base::Result<Token> token() = 0;
  // Is called when a broker has refused a token.
  virtual void refused() = 0;
  // Returns the newest token that it has given, and the secrets that the token was made of. A
  // broker that refuses a token may repeat it.
  [[nodiscard]] virtual base::Redaction secrets() const { return {}; }
};

}  // namespace penstock::kafka
