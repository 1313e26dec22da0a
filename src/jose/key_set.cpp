#include "jose/key_set.h"

#include <utility>

#include "base/printable_text.h"
#include "json/parse.h"
#include "json/view.h"

namespace penstock::jose {

namespace {

constexpr json::Limits kLimits{.depth_max = 8, .properties_max = 1000};
constexpr size_t kShownBytesMax = 60;

// Says which key a sentence is of: "key 2 (\"abc\")".
std::string name_of_key(size_t index, const boost::json::value& jwk) {
  std::string out = "key " + std::to_string(index + 1);
  const auto id = json::text(json::find(jwk, "kid"));
  if (id) out += " (\"" + base::printable(*id, kShownBytesMax) + "\")";
  return out;
}

base::Result<PublicKey> read_key(const boost::json::value& jwk) {
  const boost::json::object* object = jwk.if_object();
  if (object == nullptr) return base::Error{base::ErrorCode::invalid, "it is not an object"};
  return PublicKey::from_jwk(*object);
}

bool overlap(const PublicKey& a, const PublicKey& b) {
  for (auto i = 0; i <= static_cast<int>(Algorithm::eddsa); ++i) {
    const auto algorithm = static_cast<Algorithm>(i);
    if (a.serves(algorithm) && b.serves(algorithm)) return true;
  }
  return false;
}

}  // namespace

base::Result<KeySet> KeySet::parse(std::string_view text, size_t prepared_max) {
  if (text.size() > kBytesMax) {
    return base::Error{base::ErrorCode::too_large, "the key set has more than 512 KiB"};
  }
  const auto document = json::parse(text, kLimits);
  if (!document) {
    return base::Error{base::ErrorCode::invalid,
                       "the key set cannot be read: " + document.error().message};
  }
  const boost::json::value* keys = json::find(*document, "keys");
  const boost::json::array* list = keys == nullptr ? nullptr : keys->if_array();
  if (list == nullptr) {
    return base::Error{base::ErrorCode::invalid, "the key set has no list `keys`"};
  }
  if (list->size() > kKeysMax) {
    return base::Error{base::ErrorCode::too_large, "the key set has more than 100 keys"};
  }
  KeySet set;
  size_t prepared = 0;
  for (size_t i = 0; i < list->size(); ++i) {
    auto key = read_key((*list)[i]);
    if (!key) {
      set.ignored_.push_back(name_of_key(i, (*list)[i]) + " is left out: " + key.error().message);
    } else if (set.has_rival(*key)) {
      set.ignored_.push_back(name_of_key(i, (*list)[i]) +
                             " is left out: a key before it has its `kid`");
    } else {
      if (key->serves(Algorithm::es256) && prepared++ < prepared_max) key->prepare();
      set.add(std::move(*key));
    }
  }
  return set;
}

void KeySet::add(PublicKey key) {
  keys_.push_back(std::move(key));
}

// Two keys may share an id if each serves algorithms of its own (RFC 7517 section 4.5).
bool KeySet::has_rival(const PublicKey& key) const {
  if (key.id().empty()) return false;
  for (const PublicKey& other : keys_) {
    if (other.id() == key.id() && overlap(other, key)) return true;
  }
  return false;
}

const PublicKey* KeySet::find(std::string_view id, Algorithm algorithm) const {
  const PublicKey* found = nullptr;
  for (const PublicKey& key : keys_) {
    if (!key.serves(algorithm)) continue;
    if (!id.empty() && key.id() == id) return &key;
    if (!id.empty()) continue;
    if (found != nullptr) return nullptr;
    found = &key;
  }
  return found;
}

}  // namespace penstock::jose
