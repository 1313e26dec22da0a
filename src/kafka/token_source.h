#pragma once

#include <string>

#include "base/result.h"
#include "base/time_text.h"

namespace penstock::kafka {

// What SASL/OAUTHBEARER shows to a broker.
struct Token {
  std::string value;
  base::SystemTime expires;
};

// Where a client gets its tokens from. It is asked on the thread that serves requests or on one of
// librdkafka's, and must not block.
class TokenSource {
 public:
  virtual ~TokenSource() = default;

  // The error says why there is none; ErrorCode::unavailable, that a producer's renew_token() will
  // be called when there is one.
  [[nodiscard]] virtual base::Result<Token> token() = 0;
  // A broker has refused the authentication.
  virtual void refused() = 0;
};

}  // namespace penstock::kafka
