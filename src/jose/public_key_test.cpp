#include "jose/public_key.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "jose/base64url.h"
#include "jose/signing_key.h"

namespace penstock::jose {
namespace {

using boost::json::object;

const std::vector<Algorithm> kAll = {
    Algorithm::rs256, Algorithm::rs384, Algorithm::rs512, Algorithm::ps256, Algorithm::ps384,
    Algorithm::ps512, Algorithm::es256, Algorithm::es384, Algorithm::es512, Algorithm::eddsa};

std::string fault_of(const object& jwk) {
  const auto key = PublicKey::from_jwk(jwk);
  return key ? "" : key.error().message;
}

template <class T>
object with(object jwk, std::string_view name, const T& value) {
  jwk[name] = value;
  return jwk;
}

// The forms are those of RFC 7518 sections 3.3 to 3.5 and RFC 8037 section 3.1.
TEST(PublicKey, VerifiesTheSignaturesOfItsAlgorithmOnly) {
  for (const Algorithm algorithm : kAll) {
    const SigningKey pair = SigningKey::generate(algorithm, "k").value();
    const PublicKey key = PublicKey::from_jwk(pair.public_jwk()).value();
    const std::string signature = pair.signature_of("text");
    for (const Algorithm other : kAll) {
      EXPECT_EQ(key.serves(other), other == algorithm);
      EXPECT_EQ(key.verify(other, "text", signature), other == algorithm) << name_of(other);
    }
    EXPECT_FALSE(key.verify(algorithm, "texT", signature));
    EXPECT_FALSE(key.verify(algorithm, "text", signature + '\0'));
    EXPECT_FALSE(key.verify(algorithm, "text", signature.substr(1)));
    EXPECT_FALSE(key.verify(algorithm, "text", ""));
    for (size_t i = 0; i < signature.size(); i += 7) {
      std::string changed = signature;
      changed[i] ^= 1;
      EXPECT_FALSE(key.verify(algorithm, "text", changed)) << name_of(algorithm) << " " << i;
    }
  }
}

TEST(PublicKey, OfRsaWithoutAnAlgorithmServesAllOfRsa) {
  const SigningKey pair = SigningKey::generate(Algorithm::ps384, "k").value();
  object jwk = pair.public_jwk();
  jwk.erase("alg");
  const PublicKey key = PublicKey::from_jwk(jwk).value();
  for (const Algorithm algorithm : kAll) {
    EXPECT_EQ(key.serves(algorithm), algorithm < Algorithm::es256);
  }
  EXPECT_TRUE(key.verify(Algorithm::ps384, "text", pair.signature_of("text")));
  EXPECT_FALSE(key.verify(Algorithm::ps256, "text", pair.signature_of("text")));
}

TEST(PublicKey, ReadsPemOfItsFamily) {
  for (const Algorithm algorithm : kAll) {
    const SigningKey pair = SigningKey::generate(algorithm, "").value();
    const PublicKey key = PublicKey::from_pem(pair.public_pem(), "k", algorithm).value();
    EXPECT_EQ(key.id(), "k");
    EXPECT_TRUE(key.verify(algorithm, "text", pair.signature_of("text")));
    const Algorithm other = algorithm == Algorithm::es256 ? Algorithm::eddsa : Algorithm::es256;
    EXPECT_FALSE(PublicKey::from_pem(pair.public_pem(), "k", other));
  }
  EXPECT_FALSE(PublicKey::from_pem("", "k", Algorithm::es256));
  EXPECT_FALSE(PublicKey::from_pem(std::string(100'000, '-'), "k", Algorithm::es256));
}

// RFC 7517 sections 4.2 to 4.5 describe the members.
TEST(PublicKey, RefusesAKeyForOtherUses) {
  const object jwk = SigningKey::generate(Algorithm::es256, "k").value().public_jwk();
  EXPECT_EQ(fault_of(jwk), "");
  EXPECT_EQ(fault_of(with(jwk, "key_ops", boost::json::array{"verify"})), "");
  EXPECT_EQ(fault_of(with(jwk, "key_ops", boost::json::array{"sign"})),
            "its `key_ops` lack \"verify\"");
  EXPECT_EQ(fault_of(with(jwk, "key_ops", "verify")), "its `key_ops` is not a list");
  EXPECT_EQ(fault_of(with(jwk, "use", "enc")), "its `use` is not \"sig\"");
  EXPECT_EQ(fault_of(with(jwk, "use", 1)), "its `use` is not a text");
  EXPECT_EQ(fault_of(with(jwk, "alg", "ES384")), "its `alg` is not served");
  EXPECT_EQ(fault_of(with(jwk, "alg", "HS256")), "its `alg` is not served");
  EXPECT_EQ(fault_of(with(jwk, "kid", 1)), "its `kid` is not a text");
  EXPECT_EQ(fault_of(with(jwk, "kid", std::string(513, 'k'))), "its `kid` is too long");
  EXPECT_EQ(fault_of(with(jwk, "crv", "secp256k1")), "its `kty` and `crv` are not served");
  EXPECT_EQ(fault_of(with(jwk, "kty", "RSA")), "its `alg` is not served");
  EXPECT_EQ(fault_of({}), "it has no `kty`");
}

// RFC 7518 section 6.2.1: coordinates have their full length, and are of a point of the curve.
TEST(PublicKey, RefusesAPointThatIsNotOnItsCurve) {
  for (const Algorithm algorithm : {Algorithm::es256, Algorithm::es384, Algorithm::es512}) {
    const object jwk = SigningKey::generate(algorithm, "k").value().public_jwk();
    const std::string x = from_base64url(std::string_view(jwk.at("x").as_string())).value();
    const std::string kNone = "it is not a point on its curve";
    const std::string kLength = "its coordinates do not have the length of its curve's";
    EXPECT_EQ(fault_of(with(jwk, "y", jwk.at("x"))), kNone);
    EXPECT_EQ(fault_of(with(jwk, "x", to_base64url(std::string(x.size(), '\xff')))), kNone);
    EXPECT_EQ(fault_of(with(jwk, "x", to_base64url(std::string(1, '\0') + x))), kLength);
    EXPECT_EQ(fault_of(with(jwk, "x", to_base64url(x.substr(1)))), kLength);
    EXPECT_EQ(fault_of(with(jwk, "x", "")), "its `x` is not a text in base64url");
    EXPECT_EQ(fault_of(with(jwk, "x", "+/")), "its `x` is not a text in base64url");
    const std::string zeros = to_base64url(std::string(x.size(), '\0'));
    EXPECT_EQ(fault_of(with(with(jwk, "x", zeros), "y", zeros)), kNone);
  }
  const object jwk = SigningKey::generate(Algorithm::eddsa, "k").value().public_jwk();
  EXPECT_EQ(fault_of(with(jwk, "x", "AAAA")), "its public key does not have 32 bytes");
}

// RFC 7518 section 3.3 demands 2048 bits or more.
TEST(PublicKey, RefusesWeakAndHugeKeysOfRsa) {
  const object jwk = SigningKey::generate(Algorithm::rs256, "k").value().public_jwk();
  const auto modulus = [&](size_t bytes) {
    return with(jwk, "n", to_base64url(std::string(bytes, '\xff')));
  };
  EXPECT_EQ(fault_of(modulus(128)), "its modulus has 1024 bits; it must have from 2048 to 8192");
  EXPECT_EQ(fault_of(modulus(255)), "its modulus has 2040 bits; it must have from 2048 to 8192");
  EXPECT_EQ(fault_of(modulus(256)), "");
  EXPECT_EQ(fault_of(modulus(1024)), "");
  EXPECT_EQ(fault_of(modulus(1025)), "its modulus has 8200 bits; it must have from 2048 to 8192");
  EXPECT_EQ(fault_of(modulus(100'000)), "its modulus or exponent is too long");
  const std::string kNotRsa = "its modulus and exponent are not those of RSA";
  EXPECT_EQ(fault_of(with(jwk, "n", to_base64url(std::string(256, '\xfe')))), kNotRsa);
  EXPECT_EQ(fault_of(with(jwk, "e", "AQ")), kNotRsa);  // With 1 each text is its own signature.
  EXPECT_EQ(fault_of(with(jwk, "e", "AA")), kNotRsa);
  EXPECT_EQ(fault_of(with(jwk, "e", "BA")), kNotRsa);
  EXPECT_EQ(fault_of(with(jwk, "e", to_base64url("\x01" + std::string(8, '\xff')))),
            "its exponent is too large");
}

TEST(PublicKey, TakesNoPrivateMemberAndNeedsNone) {
  object jwk = SigningKey::generate(Algorithm::es256, "k").value().public_jwk();
  EXPECT_EQ(fault_of(with(jwk, "d", "AQAB")), "");
  EXPECT_EQ(fault_of(with(object{{"kty", "oct"}}, "k", "AQAB")),
            "it is a shared secret, which is never used");
}

}  // namespace
}  // namespace penstock::jose
