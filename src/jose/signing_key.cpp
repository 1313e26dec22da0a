#include "jose/signing_key.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <utility>

#include "base/check.h"
#include "jose/base64url.h"
#include "jose/digest.h"
#include "jose/ecdsa_signature.h"
#include "jose/key_parts.h"
#include "jose/openssl_handles.h"
#include "json/writer.h"

namespace penstock::jose {

namespace {

constexpr size_t kModulusBits = 2048;

KeyType type_for(Algorithm algorithm) {
  for (const KeyType type : {KeyType::p256, KeyType::p384, KeyType::p521, KeyType::ed25519}) {
    if (fits(type, algorithm)) return type;
  }
  return KeyType::rsa;
}

EVP_PKEY* generated(KeyType type) {
  if (type == KeyType::rsa) return EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", kModulusBits);
  if (type == KeyType::ed25519) return EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519");
  return EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", curve_name(type));
}

std::string curve_of_jwk(KeyType type) {
  switch (type) {
    case KeyType::p256:
      return "P-256";
    case KeyType::p384:
      return "P-384";
    case KeyType::p521:
      return "P-521";
    case KeyType::ed25519:
      return "Ed25519";
    case KeyType::rsa:
      break;
  }
  return "";
}

}  // namespace

struct SigningKey::Data {
  std::string id;
  Algorithm algorithm = Algorithm::es256;
  KeyParts parts = {};  // Of the public key.
  KeyHandle key = {};
};

SigningKey::SigningKey(std::unique_ptr<Data> data) : data_(std::move(data)) {}
SigningKey::SigningKey(SigningKey&&) noexcept = default;
SigningKey& SigningKey::operator=(SigningKey&&) noexcept = default;
SigningKey::~SigningKey() = default;

base::Result<SigningKey> SigningKey::generate(Algorithm algorithm, std::string id) {
  KeyHandle key(generated(type_for(algorithm)));
  if (key == nullptr) {
    ERR_clear_error();
    return base::Error{base::ErrorCode::internal, "OpenSSL makes no key pair"};
  }
  auto parts = parts_of(*key);
  if (!parts) return parts.error();
  return SigningKey(
      std::make_unique<Data>(Data{std::move(id), algorithm, std::move(*parts), std::move(key)}));
}

boost::json::object SigningKey::public_jwk() const {
  const KeyParts& parts = data_->parts;
  boost::json::object jwk{{"kid", data_->id}, {"use", "sig"}, {"alg", name_of(data_->algorithm)}};
  if (parts.type == KeyType::rsa) {
    jwk["kty"] = "RSA";
    jwk["n"] = to_base64url(parts.first);
    jwk["e"] = to_base64url(parts.second);
    return jwk;
  }
  jwk["kty"] = parts.type == KeyType::ed25519 ? "OKP" : "EC";
  jwk["crv"] = curve_of_jwk(parts.type);
  jwk["x"] = to_base64url(parts.first);
  if (parts.type != KeyType::ed25519) jwk["y"] = to_base64url(parts.second);
  return jwk;
}

std::string SigningKey::public_pem() const {
  const Bio bio(BIO_new(BIO_s_mem()));
  base::check(bio != nullptr && PEM_write_bio_PUBKEY(bio.get(), data_->key.get()) == 1,
              "OpenSSL writes a public key");
  char* text = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &text);
  return {text, static_cast<size_t>(size)};
}

std::string SigningKey::sign(const boost::json::object& claims, std::string_view type) const {
  const boost::json::object header{
      {"alg", name_of(data_->algorithm)}, {"kid", data_->id}, {"typ", type}};
  return sign_texts(json::to_text(header), json::to_text(claims));
}

std::string SigningKey::sign_texts(std::string_view header, std::string_view claims) const {
  std::string token = to_base64url(header) + "." + to_base64url(claims);
  const std::string signature = to_base64url(signature_of(token));
  return token.append(".").append(signature);
}

std::string SigningKey::signature_of(std::string_view text) const {
  const DigestContext context(EVP_MD_CTX_new());
  EVP_PKEY_CTX* key_context = nullptr;  // It belongs to `context`.
  base::check(context != nullptr &&
                  EVP_DigestSignInit_ex(context.get(), &key_context, digest_name(data_->algorithm),
                                        nullptr, nullptr, data_->key.get(), nullptr) == 1,
              "OpenSSL begins a signature");
  if (is_pss(data_->algorithm)) {
    base::check(EVP_PKEY_CTX_set_rsa_padding(key_context, RSA_PKCS1_PSS_PADDING) == 1 &&
                    EVP_PKEY_CTX_set_rsa_pss_saltlen(key_context, RSA_PSS_SALTLEN_DIGEST) == 1,
                "OpenSSL has PSS");
  }
  std::string out(static_cast<size_t>(EVP_PKEY_get_size(data_->key.get())), '\0');
  size_t size = out.size();
  base::check(EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(out.data()), &size,
                             reinterpret_cast<const unsigned char*>(text.data()), text.size()) == 1,
              "OpenSSL signs");
  out.resize(size);
  if (curve_name(data_->parts.type) == nullptr) return out;
  std::array<char, EcdsaSignature::kBytesMax> r_and_s;
  size = r_and_s_of(out, coordinate_bytes(data_->parts.type), r_and_s);
  base::check(size > 0, "OpenSSL's signature has two numbers of the curve");
  return {r_and_s.data(), size};
}

}  // namespace penstock::jose
