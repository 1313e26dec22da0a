#pragma once

#include <cstdint>
#include <string>

namespace penstock::auth {

// Says where a document is that decides who may call: a key set, API keys, or users. The
// configuration of an issuer is that of OpenID Connect Discovery 1.0 or RFC 8414.
struct DocumentPlace {
  enum class Kind : uint8_t {
    text,       // `place` is the document itself.
    file,       // A path. The file is read again when it has changed.
    url,        // An https URL, or http on the loopback address.
    discovery,  // The URL of an issuer's configuration, whose `jwks_uri` has the key set.
    secret,     // The ARN of a secret in AWS Secrets Manager, whose text is the document.
    alb,        // `place` is a region: keys of load balancers, by BalancerKeys.
  };
  Kind kind = Kind::text;
  std::string place = {};
  // The configuration that `discovery` finds must have this `issuer`, byte for byte.
  std::string issuer = {};
};

}  // namespace penstock::auth
