#include "jose/public_key.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "jose/base64url.h"
#include "jose/digest.h"
#include "jose/ecdsa_signature.h"
#include "jose/key_parts.h"
#include "jose/openssl_handles.h"
#include "jose/prepared_curve.h"
#include "json/view.h"

namespace penstock::jose {

namespace {

constexpr size_t kAlgorithms = static_cast<size_t>(Algorithm::eddsa) + 1;
constexpr size_t kPemBytesMax = 16 * 1024;

base::Error invalid(std::string message) {
  return {base::ErrorCode::invalid, std::move(message)};
}

const unsigned char* bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

// Returns a member that must be a text if it is there. Fails if it is anything else.
base::Result<std::optional<std::string_view>> text_member(const boost::json::object& jwk,
                                                          std::string_view name) {
  const boost::json::value* value = jwk.if_contains(name);
  if (value == nullptr) return std::optional<std::string_view>();
  const auto text = json::text(value);
  if (!text) return invalid("its `" + std::string(name) + "` is not a text");
  return text;
}

base::Result<std::string> number_member(const boost::json::object& jwk, std::string_view name) {
  const auto text = json::text(jwk.if_contains(name));
  auto bytes = text ? from_base64url(*text) : std::nullopt;
  if (!bytes || bytes->empty()) {
    return invalid("its `" + std::string(name) + "` is not a text in base64url");
  }
  return std::move(*bytes);
}

base::Result<KeyType> type_of(const boost::json::object& jwk) {
  const auto type = json::text(jwk.if_contains("kty"));
  if (!type) return invalid("it has no `kty`");
  if (*type == "RSA") return KeyType::rsa;
  if (*type == "oct") return invalid("it is a shared secret, which is never used");
  const auto curve = json::text(jwk.if_contains("crv")).value_or("");
  if (*type == "EC" && curve == "P-256") return KeyType::p256;
  if (*type == "EC" && curve == "P-384") return KeyType::p384;
  if (*type == "EC" && curve == "P-521") return KeyType::p521;
  if (*type == "OKP" && curve == "Ed25519") return KeyType::ed25519;
  return invalid("its `kty` and `crv` are not served");
}

base::Result<KeyParts> parts_of_jwk(const boost::json::object& jwk, KeyType type) {
  auto first = number_member(jwk, type == KeyType::rsa ? "n" : "x");
  if (!first) return first.error();
  if (type == KeyType::ed25519) return KeyParts{type, std::move(*first), {}};
  auto second = number_member(jwk, type == KeyType::rsa ? "e" : "y");
  if (!second) return second.error();
  return KeyParts{type, std::move(*first), std::move(*second)};
}

// Checks that the key is for signatures that others verify (RFC 7517 sections 4.2 and 4.3).
base::Result<> check_use(const boost::json::object& jwk) {
  const auto use = text_member(jwk, "use");
  if (!use) return use.error();
  if (*use && **use != "sig") return invalid("its `use` is not \"sig\"");
  const boost::json::value* operations = jwk.if_contains("key_ops");
  if (operations == nullptr) return {};
  const boost::json::array* list = operations->if_array();
  if (list == nullptr) return invalid("its `key_ops` is not a list");
  if (std::find(list->begin(), list->end(), boost::json::value("verify")) == list->end()) {
    return invalid("its `key_ops` lack \"verify\"");
  }
  return {};
}

base::Result<std::optional<Algorithm>> algorithm_of(const boost::json::object& jwk, KeyType type) {
  const auto name = text_member(jwk, "alg");
  if (!name) return name.error();
  if (!*name) return std::optional<Algorithm>();
  const auto algorithm = algorithm_named(**name);
  if (!algorithm || !fits(type, *algorithm)) return invalid("its `alg` is not served");
  return algorithm;
}

using HashBytes = std::array<unsigned char, EVP_MAX_MD_SIZE>;

// Verifies one algorithm of a key. Nothing is looked up by name any more when it is used.
struct Verifier {
  DigestHandle digest;
  // It is set up, and copied for each signature, because one can be used for one at a time.
  KeyContext context;

  static std::optional<Verifier> make(EVP_PKEY* key, Algorithm algorithm) {
    Verifier made;
    made.digest.reset(EVP_MD_fetch(nullptr, digest_name(algorithm), nullptr));
    made.context.reset(EVP_PKEY_CTX_new_from_pkey(nullptr, key, nullptr));
    EVP_PKEY_CTX* const context = made.context.get();
    if (made.digest == nullptr || context == nullptr || EVP_PKEY_verify_init(context) != 1 ||
        EVP_PKEY_CTX_set_signature_md(context, made.digest.get()) != 1) {
      return std::nullopt;
    }
    // The salt has the length of the hash (RFC 7518 section 3.5).
    if (is_pss(algorithm) &&
        (EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) != 1 ||
         EVP_PKEY_CTX_set_rsa_mgf1_md(context, made.digest.get()) != 1 ||
         EVP_PKEY_CTX_set_rsa_pss_saltlen(context, RSA_PSS_SALTLEN_DIGEST) != 1)) {
      return std::nullopt;
    }
    return made;
  }

  // Returns the bytes of the hash, which is written to `hash`, or nothing if OpenSSL fails.
  [[nodiscard]] std::string_view hash_of(std::string_view signed_text, HashBytes& hash) const {
    unsigned size = 0;
    if (EVP_Digest(signed_text.data(), signed_text.size(), hash.data(), &size, digest.get(),
                   nullptr) != 1) {
      return {};
    }
    return {reinterpret_cast<const char*>(hash.data()), size};
  }

  [[nodiscard]] bool verify(std::string_view hash, std::string_view signature) const {
    const KeyContext copy(EVP_PKEY_CTX_dup(context.get()));
    return copy != nullptr && EVP_PKEY_verify(copy.get(), bytes(signature), signature.size(),
                                              bytes(hash), hash.size()) == 1;
  }
};

}  // namespace

struct PublicKey::Data {
  std::string id;
  KeyType type = KeyType::rsa;
  std::optional<Algorithm> algorithm = std::nullopt;
  KeyHandle key = {};
  std::array<std::optional<Verifier>, kAlgorithms> verifiers = {};
  std::unique_ptr<const PreparedCurve> prepared = {};  // After prepare().

  [[nodiscard]] bool serves(Algorithm wanted) const {
    return algorithm ? *algorithm == wanted : fits(type, wanted);
  }

  static base::Result<std::unique_ptr<Data>> make(const KeyParts& parts, std::string id,
                                                  std::optional<Algorithm> algorithm) {
    auto key = make_key(parts);
    if (!key) return key.error();
    auto data = std::make_unique<Data>(Data{std::move(id), parts.type, algorithm});
    data->key = std::move(*key);
    for (size_t i = 0; i < kAlgorithms && parts.type != KeyType::ed25519; ++i) {
      const auto each = static_cast<Algorithm>(i);
      if (!data->serves(each)) continue;
      data->verifiers[i] = Verifier::make(data->key.get(), each);
      if (!data->verifiers[i]) {
        ERR_clear_error();
        return invalid("OpenSSL does not serve " + std::string(name_of(each)));
      }
    }
    return data;
  }

  [[nodiscard]] bool verify_ed25519(std::string_view signed_text,
                                    std::string_view signature) const {
    const DigestContext context(EVP_MD_CTX_new());
    return context != nullptr &&
           EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key.get()) == 1 &&
           EVP_DigestVerify(context.get(), bytes(signature), signature.size(), bytes(signed_text),
                            signed_text.size()) == 1;
  }

  [[nodiscard]] bool verify(Algorithm wanted, std::string_view signed_text,
                            std::string_view signature) const {
    if (!serves(wanted)) return false;
    if (type == KeyType::ed25519) return verify_ed25519(signed_text, signature);
    const auto& verifier = verifiers[static_cast<size_t>(wanted)];
    HashBytes memory;
    const std::string_view hash = verifier->hash_of(signed_text, memory);
    if (type == KeyType::rsa) return verifier->verify(hash, signature);
    if (signature.size() != 2 * coordinate_bytes(type)) return false;
    if (prepared != nullptr) return prepared->verify(hash, signature);
    return verifier->verify(hash, EcdsaSignature(signature).der());
  }
};

PublicKey::PublicKey(std::unique_ptr<Data> data) : data_(std::move(data)) {}
PublicKey::PublicKey(PublicKey&&) noexcept = default;
PublicKey& PublicKey::operator=(PublicKey&&) noexcept = default;
PublicKey::~PublicKey() = default;

base::Result<PublicKey> PublicKey::from_jwk(const boost::json::object& jwk) {
  const auto type = type_of(jwk);
  if (!type) return type.error();
  if (const auto use = check_use(jwk); !use) return use.error();
  const auto algorithm = algorithm_of(jwk, *type);
  if (!algorithm) return algorithm.error();
  const auto id = text_member(jwk, "kid");
  if (!id) return id.error();
  if (id->value_or("").size() > kIdBytesMax) return invalid("its `kid` is too long");
  const auto parts = parts_of_jwk(jwk, *type);
  if (!parts) return parts.error();
  auto data = Data::make(*parts, std::string(id->value_or("")), *algorithm);
  if (!data) return data.error();
  return PublicKey(std::move(*data));
}

base::Result<PublicKey> PublicKey::from_pem(std::string_view pem, std::string id,
                                            Algorithm algorithm) {
  if (pem.size() > kPemBytesMax) return invalid("the PEM text is too long");
  const Bio bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  const KeyHandle read(bio == nullptr ? nullptr
                                      : PEM_read_bio_PUBKEY(bio.get(), nullptr, nullptr, nullptr));
  if (read == nullptr) {
    ERR_clear_error();
    return invalid("it is not a public key in PEM");
  }
  const auto parts = parts_of(*read);
  if (!parts) return parts.error();
  if (!fits(parts->type, algorithm)) {
    return invalid("it is not a key for " + std::string(name_of(algorithm)));
  }
  auto data = Data::make(*parts, std::move(id), algorithm);
  if (!data) return data.error();
  return PublicKey(std::move(*data));
}

void PublicKey::prepare() {
  if (data_->type != KeyType::p256 || data_->prepared != nullptr) return;
  const auto parts = parts_of(*data_->key);
  if (parts) data_->prepared = PreparedCurve::make(parts->first, parts->second);
}

const std::string& PublicKey::id() const {
  return data_->id;
}

bool PublicKey::serves(Algorithm algorithm) const {
  return data_->serves(algorithm);
}

bool PublicKey::verify(Algorithm algorithm, std::string_view signed_text,
                       std::string_view signature) const {
  if (data_->verify(algorithm, signed_text, signature)) return true;
  // OpenSSL's connections take an error that is left in the thread's queue for their own.
  ERR_clear_error();
  return false;
}

}  // namespace penstock::jose
