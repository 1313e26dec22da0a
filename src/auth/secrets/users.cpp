#include "auth/secrets/users.h"

#include <utility>

#include "json/view.h"

namespace penstock::auth {
namespace {

using base::Result;

// Is there for a document without users.
const Users::Passwords& nobody() {
  static const Users::Passwords kNobody{
      {.hash = {.salt = std::string(16, '\0'), .hash = std::string(32, '\0')}, .entry = {}}};
  return kNobody;
}

}  // namespace

Result<Users> Users::parse(std::string_view text, std::string_view scheme) {
  Users users;
  const ReadEntry read = [&](const boost::json::object& object,
                             const std::string& place) -> Result<> {
    auto entry = read_entry(object, place, scheme, "scrypt");
    if (!entry) return entry.error();
    const std::string& name = entry->principal->subject;
    if (name.find(':') != std::string::npos) {
      return mistake(place + "/name", "must not have a colon (RFC 7617 section 2)");
    }
    auto hash = ScryptHash::parse(json::text(object.if_contains("scrypt")).value_or(""));
    if (!hash) return mistake(place + "/scrypt", hash.error().message);
    const auto [at, is_new] = users.by_name_.try_emplace(name, users.passwords_.size());
    if (is_new) users.passwords_.emplace_back();
    Passwords& passwords = users.passwords_[at->second];
    if (passwords.size() == kPasswordsMax) {
      return mistake(place + "/name",
                     "must not be that of more than " + std::to_string(kPasswordsMax) + " entries");
    }
    for (const Password& password : passwords) {
      if (password.hash.salt == hash->salt && password.hash.hash == hash->hash) {
        return mistake(place + "/scrypt", "must not be the same as that of another entry");
      }
    }
    passwords.push_back({.hash = std::move(*hash), .entry = std::move(*entry)});
    return {};
  };
  if (auto done = read_entries(text, "users", kBytesMax, kEntriesMax, read); !done) {
    return done.error();
  }
  return users;
}

const Users::Passwords* Users::find(std::string_view name) const {
  const auto at = by_name_.find(name);
  return at == by_name_.end() ? nullptr : &passwords_[at->second];
}

const Users::Passwords& Users::any(uint64_t number) const {
  return passwords_.empty() ? nobody() : passwords_[number % passwords_.size()];
}

}  // namespace penstock::auth
