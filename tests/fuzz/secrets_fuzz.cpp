// Parses documents of API keys and of users, hashes of passwords, and keys.
#include <cstdint>
#include <string>
#include <string_view>

#include "auth/secrets/api_keys.h"
#include "auth/secrets/new_api_key.h"
#include "auth/secrets/users.h"
#include "base/check.h"
#include "base/printable_text.h"

namespace {

using namespace penstock;

void is_one_line(const base::Error& error) {
  base::check(!error.message.empty(), "an error has a message");
  base::check(base::printable(error.message, 10'000) == error.message, "an error is one line");
}

void is_entry(const auth::SecretEntry& entry) {
  const auth::Principal& principal = *entry.principal;
  base::check(auth::is_name(principal.subject), "a principal has a name");
  base::check(principal.scheme == "s" && principal.claims.empty(), "it has a scheme, no claims");
  base::check(principal.scopes.size() <= auth::kScopesMax, "scopes have a limit");
  for (size_t i = 0; i < principal.scopes.size(); ++i) {
    base::check(auth::is_scope(principal.scopes[i]), "scopes are scopes");
    base::check(i == 0 || principal.scopes[i - 1] < principal.scopes[i], "scopes are sorted");
  }
}

void is_cheap(const auth::ScryptHash& hash) {
  const uint64_t n = uint64_t{1} << hash.log_n;
  base::check(128 * n * hash.r <= auth::ScryptHash::kMemoryMax, "a hash takes 64 MiB at most");
  base::check(n * hash.r * hash.p <= auth::ScryptHash::kStepsMax, "a hash takes a second at most");
  const auto again = auth::ScryptHash::parse(hash.text());
  base::check(again && again->hash == hash.hash && again->salt == hash.salt,
              "the text of a hash is read as the same");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto keys = auth::ApiKeys::parse(text, "s")) {
    base::check(keys->size() <= auth::ApiKeys::kKeysMax, "keys have a limit");
    // Nobody finds a key of a hash.
    base::check(keys->find(text, {}) == nullptr, "a document is not one of its keys");
  } else {
    is_one_line(keys.error());
  }
  if (const auto users = auth::Users::parse(text, "s")) {
    base::check(users->size() <= auth::Users::kEntriesMax, "users have a limit");
    for (size_t i = 0; i < users->size(); ++i) {
      const auto& passwords = users->any(i);
      base::check(passwords.size() <= auth::Users::kPasswordsMax, "passwords have a limit");
      const std::string& name = passwords.front().entry.principal->subject;
      base::check(users->find(name) == &passwords, "a user is found by the name");
      for (const auto& password : passwords) {
        is_entry(password.entry);
        is_cheap(password.hash);
      }
    }
  } else {
    is_one_line(users.error());
  }
  if (const auto hash = auth::ScryptHash::parse(text)) {
    is_cheap(*hash);
    base::check(hash->text() == text, "a hash has one text");
  } else {
    is_one_line(hash.error());
  }
  if (const auto time = auth::read_utc(text)) {
    // Second 60 is the first one of the next minute.
    base::check(auth::utc_text(*time) == text || text.substr(17) == "60Z", "a time has one text");
  }
  base::check(!auth::looks_like_new_api_key(text) || auth::is_scope(text), "a key is ASCII");
  return 0;
}
