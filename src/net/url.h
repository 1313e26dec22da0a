#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace penstock::net {

// Holds the parts of a server's URL.
struct Url {
  bool tls = true;
  std::string host;  // Without the brackets of an IPv6 address.
  uint16_t port = 443;
  std::string target = "/";  // The path and the query, percent-encoded. It begins with a slash.

  // Reads an http or https URL without user and fragment. Fails with `invalid`; the message is a
  // predicate such as "has no host".
  [[nodiscard]] static base::Result<Url> parse(std::string_view text);
  // Returns "https://sts.eu-west-1.amazonaws.com", for messages. It omits the target, which may
  // contain a secret.
  [[nodiscard]] std::string text() const;
  // Returns the value of the header Host: the host, with the port if it is not the scheme's
  // default.
  [[nodiscard]] std::string authority() const;
};

}  // namespace penstock::net
