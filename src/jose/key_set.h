#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "jose/public_key.h"

namespace penstock::jose {

// Holds the keys of an issuer (RFC 7517 section 5). It does not change.
class KeySet {
 public:
  static constexpr size_t kBytesMax = 512 * 1024;
  static constexpr size_t kKeysMax = 100;
  static constexpr size_t kPreparedMax = 4;  // An issuer signs with one, and has one or two more.

  // Reads a JSON Web Key Set. Keys that are not for signatures, or not served, are left out
  // (section 5), and ignored() says why. Fails with `invalid` if the text is not a key set,
  // `too_large` beyond a limit. The first `prepared_max` keys for ES256 are prepared
  // (PublicKey::prepare).
  [[nodiscard]] static base::Result<KeySet> parse(std::string_view text,
                                                  size_t prepared_max = kPreparedMax);
  // Adds a key, such as one that was read from PEM.
  void add(PublicKey key);

  // Returns the key with this `kid` that serves the algorithm, or null. With an empty id it returns
  // the only key that serves the algorithm, and null if there are several: a token without a `kid`
  // is tried with one key only.
  [[nodiscard]] const PublicKey* find(std::string_view id, Algorithm algorithm) const;
  [[nodiscard]] size_t size() const { return keys_.size(); }
  // Returns a sentence for each key that was left out, for the log. It has no part of a key.
  [[nodiscard]] const std::vector<std::string>& ignored() const { return ignored_; }

 private:
  [[nodiscard]] bool has_rival(const PublicKey& key) const;

  std::vector<PublicKey> keys_;
  std::vector<std::string> ignored_;
};

}  // namespace penstock::jose
