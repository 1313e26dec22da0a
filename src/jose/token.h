#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "base/time_text.h"
#include "jose/algorithm.h"
#include "jose/key_set.h"
#include "jose/token_rules.h"

namespace penstock::jose {

// Why a token is refused. name_of() has the word for the log.
enum class Fault : uint8_t {
  too_long,         // It has more than Token::kBytesMax bytes.
  malformed,        // It is not three parts of base64url with JSON objects, or a member is wrong.
  encrypted,        // It has five parts (RFC 7516).
  nested,           // Its `cty` says that it contains a token (RFC 7519 section 5.2).
  algorithm,        // Its `alg` is not served or not allowed, "none" included.
  critical_header,  // It has `crit`, or a header that must not be there (RFC 7515 section 4.1.11).
  type,             // Its `typ` is not allowed.
  unknown_key,      // No key has its `kid` and serves its `alg`. New keys may help.
  signature,
  issuer,
  audience,
  expired,
  not_yet_valid,    // `nbf`, or `iat` in the future.
  claims,           // A claim is missing, has a wrong type, or not the value that is required.
};
[[nodiscard]] std::string_view name_of(Fault fault);

// Holds a JSON Web Token (RFC 7519) in the compact form of JWS (RFC 7515), of which nothing is
// verified yet. It views the text that it was read from.
class Token {
 public:
  static constexpr size_t kBytesMax = 16 * 1024;

  // Reads the header; the claims are read by verify(). Padding of base64 is refused, unless
  // `padded` allows it, as load balancers of AWS send it.
  [[nodiscard]] static std::variant<Token, Fault> parse(std::string_view text,
                                                        bool padded = false);

  [[nodiscard]] Algorithm algorithm() const { return algorithm_; }
  [[nodiscard]] const std::string& key_id() const { return key_id_; }
  [[nodiscard]] const boost::json::object& header() const { return header_; }
  // Returns the claims if the token was signed by a key of `keys`, and keeps `rules` at this time.
  // The signature is verified before a claim is read.
  [[nodiscard]] std::variant<boost::json::object, Fault> verify(const KeySet& keys,
                                                                const TokenRules& rules,
                                                                base::SystemTime now) const;
  // Does the same without a look at the signature, for a token that a load balancer has verified.
  [[nodiscard]] std::variant<boost::json::object, Fault> trust(const TokenRules& rules,
                                                               base::SystemTime now) const;

 private:
  boost::json::object header_;
  Algorithm algorithm_ = Algorithm::es256;
  std::string key_id_;
  std::string_view signed_text_;
  std::string_view payload_;    // In base64url.
  std::string_view signature_;  // In base64url.
  bool padded_ = false;
};

}  // namespace penstock::jose
