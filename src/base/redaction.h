#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace penstock::base {

// A text from outside is cut to this many bytes, if nothing else is said, when it becomes part of
// a message.
inline constexpr size_t kForeignTextBytesMax = 300;

// Prepares texts from outside, such as a server's explanation of an error, for messages, logs and
// terminals. A server, or a proxy before it, may repeat the request that it refuses, with the
// credentials in it. A Redaction knows the secrets that were sent, and takes them out. Copies share
// what they know, so they are small. Any thread may use a constant one.
class Redaction {
 public:
  // A shorter secret is not looked for. It would tear apart ordinary words; emulators of AWS are
  // used with keys such as "test".
  static constexpr size_t kSecretBytesMin = 8;

  // Adds a secret. If it is shorter than kSecretBytesMin, nothing changes.
  void add(std::string_view secret);
  // Adds the secrets of another redaction, which costs no more than a copy.
  void add(const Redaction& other);

  // Returns the text without secrets, as printable() shows it (printable_text.h), in one line of at
  // most `bytes_max` bytes. "(secret)" replaces two things.
  //
  // - Every part of an added secret with kSecretBytesMin bytes or more, in upper or lower case: as
  //   it is, in base64 or base64url, in hexadecimal digits, and any of these escaped as in URLs,
  //   JSON or XML, up to four times, one within the other.
  // - What follows a name that says that it is a secret, and "=", ":" or ">": Authorization,
  //   X-Amz-Security-Token, X-Amz-Signature, SecretAccessKey, SessionToken, WebIdentityToken,
  //   password and the like. This also finds secrets that were not added. A short word after ":" is
  //   kept, because it may begin an explanation, and so is a path, which begins with "/"; but not
  //   after a password or Authorization.
  //
  // The first call with a secret hashes about ten pieces for each of its bytes. Later calls, also
  // those of copies, find the hashes ready.
  [[nodiscard]] std::string shown(std::string_view text,
                                  size_t bytes_max = kForeignTextBytesMax) const;

 private:
  class Secret;

  std::vector<std::shared_ptr<const Secret>> secrets_;
};

}  // namespace penstock::base
