#pragma once

#include <boost/json/object.hpp>
#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "auth/principal.h"
#include "base/result.h"
#include "base/time_text.h"

// This file reads what the documents of keys and of users have in common
// (docs/authentication/keys.md).
namespace penstock::auth {

inline constexpr size_t kNameBytesMax = 128;
inline constexpr size_t kScopesMax = 100;
inline constexpr size_t kScopeBytesMax = 256;

// Returns an error with the place of a mistake, as a JSON Pointer (RFC 6901), and what must be
// there. It quotes nothing of the document, which may have a secret at the wrong place.
[[nodiscard]] base::Error mistake(std::string_view place, std::string_view must);

// Reads one entry; `place` is its JSON Pointer.
using ReadEntry =
    std::function<base::Result<>(const boost::json::object& entry, const std::string& place)>;
// Calls `read` for each entry of the list that the document has as `member`, until one fails. Fails
// with `too_large` beyond a limit, and with `invalid` if the text is not such a document. Members
// beside the list are ignored, so one text can have both lists.
[[nodiscard]] base::Result<> read_entries(std::string_view text, std::string_view member,
                                          size_t bytes_max, size_t entries_max,
                                          const ReadEntry& read);

// Is an entry without its secret.
struct SecretEntry {
  Caller::Shared principal;
  std::optional<base::SystemTime> expires;

  [[nodiscard]] bool is_valid(base::SystemTime now) const { return !expires || now < *expires; }
};
// Reads `name`, `scopes` and `expires`. `own` is the member with the secret. Any other member is a
// mistake, save `created` and `comment`: a misspelt `expires` would be a key that never ends.
[[nodiscard]] base::Result<SecretEntry> read_entry(const boost::json::object& entry,
                                                   const std::string& place,
                                                   std::string_view scheme, std::string_view own);

// Reads a time in UTC, such as "2027-01-01T00:00:00Z", or returns nothing. The years are those from
// 1970 to 2261, which the system's clock can express.
[[nodiscard]] std::optional<base::SystemTime> read_utc(std::string_view text);
// Returns the text of a time in this form. Parts of a second are left out.
[[nodiscard]] std::string utc_text(base::SystemTime time);
// Says whether a text can be a name: 1 to kNameBytesMax bytes of UTF-8 without control characters.
[[nodiscard]] bool is_name(std::string_view text);
// Says whether a text can be a scope (RFC 6749 section 3.3): printable ASCII but for the space, the
// quote and the backslash.
[[nodiscard]] bool is_scope(std::string_view text);

}  // namespace penstock::auth
