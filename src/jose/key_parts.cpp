#include "jose/key_parts.h"

#include <openssl/core_names.h>
#include <openssl/err.h>

#include <array>
#include <utility>

namespace penstock::jose {

namespace {

constexpr int kModulusBitsMin = 2048;  // RFC 7518 section 3.3.
constexpr int kModulusBitsMax = 8192;
constexpr int kExponentBitsMax = 64;

base::Error invalid(std::string message) {
  ERR_clear_error();
  return {base::ErrorCode::invalid, std::move(message)};
}

BigNumber number_of(std::string_view bytes) {
  return BigNumber(BN_bin2bn(reinterpret_cast<const unsigned char*>(bytes.data()),
                             static_cast<int>(bytes.size()), nullptr));
}

std::string bytes_of(const BIGNUM& number, size_t size) {
  std::string out(size, '\0');
  if (BN_bn2binpad(&number, reinterpret_cast<unsigned char*>(out.data()), static_cast<int>(size)) <
      0) {
    out.clear();
  }
  return out;
}

base::Result<KeyHandle> key_of(const char* type, OSSL_PARAM* parameters) {
  const KeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
  EVP_PKEY* key = nullptr;
  if (context == nullptr || parameters == nullptr || EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, parameters) != 1) {
    return invalid("it is not a valid public key");
  }
  return KeyHandle(key);
}

base::Result<KeyHandle> make_rsa(const KeyParts& parts) {
  // OpenSSL's numbers are made from no more bytes than the limits allow, and a few zeros before.
  if (parts.first.size() > 2 * kModulusBitsMax / 8 || parts.second.size() > kModulusBitsMax / 8) {
    return invalid("its modulus or exponent is too long");
  }
  const BigNumber n = number_of(parts.first);
  const BigNumber e = number_of(parts.second);
  if (n == nullptr || e == nullptr) return invalid("it is not a valid public key");
  const int bits = BN_num_bits(n.get());
  if (bits < kModulusBitsMin || bits > kModulusBitsMax) {
    return invalid("its modulus has " + std::to_string(bits) + " bits; it must have from " +
                   std::to_string(kModulusBitsMin) + " to " + std::to_string(kModulusBitsMax));
  }
  // With the exponent 1 every text is its own signature.
  if (!BN_is_odd(n.get()) || !BN_is_odd(e.get()) || BN_is_one(e.get())) {
    return invalid("its modulus and exponent are not those of RSA");
  }
  if (BN_num_bits(e.get()) > kExponentBitsMax) return invalid("its exponent is too large");
  const ParametersBuilder builder(OSSL_PARAM_BLD_new());
  if (builder == nullptr ||
      OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, n.get()) != 1 ||
      OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, e.get()) != 1) {
    return invalid("it is not a valid public key");
  }
  return key_of("RSA", Parameters(OSSL_PARAM_BLD_to_param(builder.get())).get());
}

base::Result<KeyHandle> make_ec(const KeyParts& parts) {
  const size_t size = coordinate_bytes(parts.type);
  if (parts.first.size() != size || parts.second.size() != size) {
    return invalid("its coordinates do not have the length of its curve's");
  }
  std::string point = "\x04" + parts.first + parts.second;  // SEC 1 section 2.3.3.
  std::string curve = curve_name(parts.type);
  std::array<OSSL_PARAM, 3> parameters = {
      OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, curve.data(), 0),
      OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size()),
      OSSL_PARAM_construct_end()};
  auto key = key_of("EC", parameters.data());
  if (!key) return invalid("it is not a point on its curve");
  const KeyContext context(EVP_PKEY_CTX_new_from_pkey(nullptr, key->get(), nullptr));
  if (context == nullptr || EVP_PKEY_public_check(context.get()) != 1) {
    return invalid("it is not a point on its curve");
  }
  return key;
}

base::Result<KeyHandle> make_ed25519(const KeyParts& parts) {
  if (parts.first.size() != coordinate_bytes(KeyType::ed25519)) {
    return invalid("its public key does not have 32 bytes");
  }
  std::string bytes = parts.first;
  std::array<OSSL_PARAM, 2> parameters = {
      OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, bytes.data(), bytes.size()),
      OSSL_PARAM_construct_end()};
  return key_of("ED25519", parameters.data());
}

BigNumber parameter(const EVP_PKEY& key, const char* name) {
  BIGNUM* number = nullptr;
  EVP_PKEY_get_bn_param(&key, name, &number);
  return BigNumber(number);
}

base::Result<KeyType> curve_of(const EVP_PKEY& key) {
  std::array<char, 64> name{};
  if (EVP_PKEY_get_group_name(&key, name.data(), name.size(), nullptr) == 1) {
    for (const KeyType type : {KeyType::p256, KeyType::p384, KeyType::p521}) {
      if (std::string_view(name.data()) == curve_name(type)) return type;
    }
  }
  return invalid("its curve is not P-256, P-384 or P-521");
}

}  // namespace

bool fits(KeyType type, Algorithm algorithm) {
  switch (algorithm) {
    case Algorithm::rs256:
    case Algorithm::rs384:
    case Algorithm::rs512:
    case Algorithm::ps256:
    case Algorithm::ps384:
    case Algorithm::ps512:
      return type == KeyType::rsa;
    case Algorithm::es256:
      return type == KeyType::p256;
    case Algorithm::es384:
      return type == KeyType::p384;
    case Algorithm::es512:
      return type == KeyType::p521;
    case Algorithm::eddsa:
      return type == KeyType::ed25519;
  }
  return false;
}

size_t coordinate_bytes(KeyType type) {
  switch (type) {
    case KeyType::p384:
      return 48;
    case KeyType::p521:
      return 66;
    case KeyType::p256:
    case KeyType::ed25519:
      return 32;
    case KeyType::rsa:
      break;
  }
  return 0;
}

const char* curve_name(KeyType type) {
  switch (type) {
    case KeyType::p256:
      return "prime256v1";
    case KeyType::p384:
      return "secp384r1";
    case KeyType::p521:
      return "secp521r1";
    case KeyType::rsa:
    case KeyType::ed25519:
      break;
  }
  return nullptr;
}

base::Result<KeyHandle> make_key(const KeyParts& parts) {
  switch (parts.type) {
    case KeyType::rsa:
      return make_rsa(parts);
    case KeyType::ed25519:
      return make_ed25519(parts);
    case KeyType::p256:
    case KeyType::p384:
    case KeyType::p521:
      break;
  }
  return make_ec(parts);
}

base::Result<KeyParts> parts_of(const EVP_PKEY& key) {
  if (EVP_PKEY_is_a(&key, "RSA") == 1) {
    const BigNumber n = parameter(key, OSSL_PKEY_PARAM_RSA_N);
    const BigNumber e = parameter(key, OSSL_PKEY_PARAM_RSA_E);
    if (n != nullptr && e != nullptr) {
      return KeyParts{KeyType::rsa, bytes_of(*n, static_cast<size_t>(BN_num_bytes(n.get()))),
                      bytes_of(*e, static_cast<size_t>(BN_num_bytes(e.get())))};
    }
  } else if (EVP_PKEY_is_a(&key, "EC") == 1) {
    const auto type = curve_of(key);
    if (!type) return type.error();
    const BigNumber x = parameter(key, OSSL_PKEY_PARAM_EC_PUB_X);
    const BigNumber y = parameter(key, OSSL_PKEY_PARAM_EC_PUB_Y);
    const size_t size = coordinate_bytes(*type);
    if (x != nullptr && y != nullptr) {
      return KeyParts{*type, bytes_of(*x, size), bytes_of(*y, size)};
    }
  } else if (EVP_PKEY_is_a(&key, "ED25519") == 1) {
    KeyParts parts{KeyType::ed25519, std::string(coordinate_bytes(KeyType::ed25519), '\0'), {}};
    size_t size = parts.first.size();
    if (EVP_PKEY_get_raw_public_key(&key, reinterpret_cast<unsigned char*>(parts.first.data()),
                                    &size) == 1) {
      return parts;
    }
  }
  return invalid("it is neither RSA nor of the curves P-256, P-384, P-521 or Ed25519");
}

}  // namespace penstock::jose
