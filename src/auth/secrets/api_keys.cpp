#include "auth/secrets/api_keys.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include "auth/secrets/secret_entries.h"
#include "base/check.h"
#include "json/view.h"

namespace penstock::auth {
namespace {

using base::Result;

using Digest = std::array<unsigned char, 32>;

std::optional<unsigned> hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return std::nullopt;
}

std::optional<Digest> read_digest(std::string_view text) {
  Digest digest{};
  if (text.size() != 2 * digest.size()) return std::nullopt;
  for (size_t i = 0; i < digest.size(); ++i) {
    const auto high = hex_value(text[2 * i]), low = hex_value(text[2 * i + 1]);
    if (!high || !low) return std::nullopt;
    digest[i] = static_cast<unsigned char>(*high << 4U | *low);
  }
  return digest;
}

struct Key {
  Digest sha256;
  SecretEntry entry;
};

// Keys are sorted, and found, by the first bytes of their hashes. Who tries keys cannot choose
// these, so that the steps of the search tell nothing about a key. The rest is compared in constant
// time all the same.
uint64_t start_of(const Digest& digest) {
  uint64_t start = 0;
  for (size_t i = 0; i < sizeof start; ++i) start = start << 8U | digest[i];
  return start;
}

struct FreeDigest {
  void operator()(EVP_MD* type) const { EVP_MD_free(type); }
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

// OpenSSL 3 takes longer to look for the algorithm by its name than to hash a key, so it is looked
// for once.
class Sha256 {
 public:
  Sha256() : type_(EVP_MD_fetch(nullptr, "SHA256", nullptr)), context_(EVP_MD_CTX_new()) {
    base::check(type_ != nullptr && context_ != nullptr, "OpenSSL has SHA-256");
  }
  [[nodiscard]] Digest of(std::string_view text) {
    Digest digest{};
    const bool done = EVP_DigestInit_ex2(context_.get(), type_.get(), nullptr) == 1 &&
                      EVP_DigestUpdate(context_.get(), text.data(), text.size()) == 1 &&
                      EVP_DigestFinal_ex(context_.get(), digest.data(), nullptr) == 1;
    base::check(done, "SHA-256 does not fail");
    return digest;
  }

 private:
  std::unique_ptr<EVP_MD, FreeDigest> type_;
  std::unique_ptr<EVP_MD_CTX, FreeDigest> context_;
};

}  // namespace

struct ApiKeys::Data {
  std::vector<Key> keys;  // Sorted by start_of().
  Sha256 sha256;
};

ApiKeys::ApiKeys(std::unique_ptr<Data> data) : data_(std::move(data)) {}
ApiKeys::ApiKeys(ApiKeys&&) noexcept = default;
ApiKeys& ApiKeys::operator=(ApiKeys&&) noexcept = default;
ApiKeys::~ApiKeys() = default;

Result<ApiKeys> ApiKeys::parse(std::string_view text, std::string_view scheme) {
  auto data = std::make_unique<Data>();
  std::vector<Digest> seen;
  const ReadEntry read = [&](const boost::json::object& object,
                             const std::string& place) -> Result<> {
    auto entry = read_entry(object, place, scheme, "sha256");
    if (!entry) return entry.error();
    const auto digest = read_digest(json::text(object.if_contains("sha256")).value_or(""));
    if (!digest) {
      return mistake(place + "/sha256", "must be the SHA-256 of a key, in 64 hexadecimal digits");
    }
    data->keys.push_back({.sha256 = *digest, .entry = std::move(*entry)});
    return {};
  };
  if (auto done = read_entries(text, "keys", kBytesMax, kKeysMax, read); !done) {
    return done.error();
  }
  // The place of a key that is there twice is that of the later one.
  std::vector<size_t> order(data->keys.size());
  for (size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::sort(order.begin(), order.end(), [&keys = data->keys](size_t a, size_t b) {
    return keys[a].sha256 != keys[b].sha256 ? keys[a].sha256 < keys[b].sha256 : a < b;
  });
  std::vector<Key> sorted;
  sorted.reserve(order.size());
  for (const size_t i : order) {
    if (!sorted.empty() && sorted.back().sha256 == data->keys[i].sha256) {
      return mistake("/keys/" + std::to_string(i) + "/sha256",
                     "must not be the same as that of another key");
    }
    sorted.push_back(std::move(data->keys[i]));
  }
  data->keys = std::move(sorted);
  return ApiKeys(std::move(data));
}

Caller::Shared ApiKeys::find(std::string_view key, base::SystemTime now) const {
  static constexpr Digest kNone{};
  if (key.size() > kKeyBytesMax) return nullptr;
  const Digest digest = data_->sha256.of(key);
  const uint64_t start = start_of(digest);
  const auto before = [](const Key& one, uint64_t value) { return start_of(one.sha256) < value; };
  auto at = std::lower_bound(data_->keys.begin(), data_->keys.end(), start, before);
  // An unknown key is compared, too.
  const auto is_there = [&] { return at != data_->keys.end() && start_of(at->sha256) == start; };
  const Key* found = nullptr;
  do {
    const bool there = is_there();
    const Digest& candidate = there ? at->sha256 : kNone;
    if (CRYPTO_memcmp(candidate.data(), digest.data(), digest.size()) == 0 && there) found = &*at;
    if (there) ++at;
  } while (is_there());
  return found != nullptr && found->entry.is_valid(now) ? found->entry.principal : nullptr;
}

size_t ApiKeys::size() const {
  return data_->keys.size();
}

}  // namespace penstock::auth
