#pragma once

#include <boost/json/object.hpp>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "base/time_text.h"
#include "jose/algorithm.h"
#include "jose/key_set.h"
#include "jose/token_fault.h"
#include "jose/token_rules.h"

namespace penstock::jose {

// Holds a JSON Web Token (RFC 7519) in the compact form of JWS (RFC 7515), of which nothing is
// verified yet. It views the text that it was read from.
class Token {
 public:
  static constexpr size_t kBytesMax = 16 * 1024;

  // Reads the header; the claims are read by verify(). What the header says of keys (`jwk`, `jku`,
  // `x5u`, `x5c` and the hashes of certificates) is never used: the issuer's keys are known by the
  // settings (RFC 8725 section 3.10). Such members are no fault, since Microsoft Entra ID, for one,
  // sends `x5t`. Padding of base64 is refused, unless `padded` allows it, as load balancers of AWS
  // send it.
  [[nodiscard]] static std::variant<Token, Fault> parse(std::string_view text, bool padded = false);

  [[nodiscard]] Algorithm algorithm() const { return algorithm_; }
  [[nodiscard]] const std::string& key_id() const { return key_id_; }
  [[nodiscard]] const boost::json::object& header() const { return header_; }
  // Returns the claims if the token was signed by a key of `keys`, and keeps `rules` at this time.
  // The signature is verified before a claim is read. Its text must still be there.
  [[nodiscard]] std::variant<boost::json::object, Fault> verify(const KeySet& keys,
                                                                const TokenRules& rules,
                                                                base::SystemTime now) const;
  // Does the same without a look at the signature, for a token that a load balancer has verified.
  [[nodiscard]] std::variant<boost::json::object, Fault> trust(const TokenRules& rules,
                                                               base::SystemTime now) const;

 private:
  Token() = default;
  [[nodiscard]] std::optional<Fault> read_header();
  [[nodiscard]] std::optional<Fault> check_header(const TokenRules& rules) const;

  boost::json::object header_;
  Algorithm algorithm_ = Algorithm::es256;
  std::string key_id_;
  std::string_view signed_text_;
  std::string_view payload_;    // In base64url.
  std::string_view signature_;  // In base64url.
  bool padded_ = false;
};

}  // namespace penstock::jose
