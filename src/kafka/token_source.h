#pragma once

#include <string>

#include "base/result.h"
#include "base/time_text.h"

namespace penstock::kafka {

// Holds an access token, with which SASL/OAUTHBEARER authenticates to a broker. Its value is a
// secret and must not be logged.
struct Token {
  std::string value;
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
};

}  // namespace penstock::kafka
