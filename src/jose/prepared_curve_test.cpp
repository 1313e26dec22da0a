#include "jose/prepared_curve.h"

#include <gtest/gtest.h>
#include <openssl/bn.h>
#include <openssl/obj_mac.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <fstream>
#include <memory>
#include <random>
#include <sstream>
#include <string>
#include <vector>

#include "jose/base64url.h"
#include "jose/public_key.h"
#include "jose/signing_key.h"
#include "json/parse.h"

namespace penstock::jose {
namespace {

using boost::json::object;
using boost::json::value;

std::string bytes_of(const value& text) {
  return from_base64url(std::string_view(text.as_string())).value();
}

value vectors() {
  std::ifstream file(PENSTOCK_WYCHEPROOF);
  std::stringstream text;
  text << file.rdbuf();
  return json::parse(text.str()).value();
}

// Holds one key twice: as OpenSSL verifies, and prepared.
struct Both {
  explicit Both(const object& jwk)
      : plain(PublicKey::from_jwk(jwk).value()), prepared(PublicKey::from_jwk(jwk).value()) {
    prepared.prepare();
  }
  // Returns the verdict, which is the same for both.
  bool verify(std::string_view text, std::string_view signature,
              Algorithm algorithm = Algorithm::es256) const {
    const bool verdict = plain.verify(algorithm, text, signature);
    EXPECT_EQ(prepared.verify(algorithm, text, signature), verdict) << to_base64url(signature);
    return verdict;
  }

  PublicKey plain;
  PublicKey prepared;
};

TEST(Wycheproof, HasNoVectorThatIsJudgedOtherwise) {
  size_t cases = 0;
  size_t valid = 0;
  const value groups = vectors();
  for (const value& group : groups.as_array()) {
    const Both keys(group.at("jwk").as_object());
    const auto algorithm = algorithm_named(std::string_view(group.at("alg").as_string())).value();
    for (const value& each : group.at("cases").as_array()) {
      const auto& test = each.as_array();
      const bool verdict = keys.verify(bytes_of(test.at(1)), bytes_of(test.at(2)), algorithm);
      EXPECT_EQ(verdict, test.at(3).as_bool()) << name_of(algorithm) << " " << test.at(0);
      ++cases;
      valid += verdict ? 1 : 0;
    }
  }
  EXPECT_EQ(cases, 731u);
  EXPECT_GT(valid, cases / 3);
}

TEST(PreparedCurve, TakesWhatOpenSslTakes) {
  std::mt19937_64 random(20260101);
  for (int key = 0; key < 3; ++key) {
    const SigningKey pair = SigningKey::generate(Algorithm::es256, "k").value();
    const Both keys(pair.public_jwk());
    for (int i = 0; i < 200; ++i) {
      const std::string text = std::to_string(random());
      std::string signature = pair.signature_of(text);
      EXPECT_TRUE(keys.verify(text, signature));
      EXPECT_FALSE(keys.verify(text + "x", signature));
      signature[random() % signature.size()] ^= static_cast<char>(1 << random() % 8);
      EXPECT_FALSE(keys.verify(text, signature));
    }
  }
}

// Each of r and s is 0, 1, next to n, next to p, all ones, and a half of a good signature.
TEST(PreparedCurve, RefusesNumbersAtTheEdge) {
  const SigningKey pair = SigningKey::generate(Algorithm::es256, "k").value();
  const Both keys(pair.public_jwk());
  const std::string good = pair.signature_of("text");
  std::vector<std::string> numbers = {good.substr(0, 32), good.substr(32)};
  for (const std::string_view text : {"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                                      "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAE",
                                      "_____wAAAAD__________7zm-q2nF56E87nKwvxjJVA",
                                      "_____wAAAAD__________7zm-q2nF56E87nKwvxjJVE",
                                      "_____wAAAAD__________7zm-q2nF56E87nKwvxjJVI",
                                      "_____wAAAAEAAAAAAAAAAAAAAAD_______________4",
                                      "_____wAAAAEAAAAAAAAAAAAAAAD_______________8",
                                      "__________________________________________8"}) {
    numbers.push_back(from_base64url(text).value());
  }
  for (const std::string& r : numbers) {
    for (const std::string& s : numbers) {
      EXPECT_EQ(keys.verify("text", r + s), r + s == good);
    }
  }
}

// Returns the x coordinate of k*G modulo the order.
BigNumber x_of_multiple(const EC_GROUP* curve, const BIGNUM* k) {
  const std::unique_ptr<EC_POINT, FreedBy<EC_POINT_free>> point(EC_POINT_new(curve));
  BigNumber x(BN_new());
  const std::unique_ptr<BN_CTX, FreedBy<BN_CTX_free>> memory(BN_CTX_new());
  EC_POINT_mul(curve, point.get(), k, nullptr, nullptr, memory.get());
  EC_POINT_get_affine_coordinates(curve, point.get(), x.get(), nullptr, memory.get());
  BN_nnmod(x.get(), x.get(), EC_GROUP_get0_order(curve), memory.get());
  return x;
}

std::string bytes_of(const BIGNUM* number) {
  std::string out(32, '\0');
  BN_bn2binpad(number, reinterpret_cast<unsigned char*>(out.data()), 32);
  return out;
}

// With the private key 1 the public key is the generator, and with n - 1 its negative. A hash that
// is r or -r makes both products equal, which is a doubling, or opposite, which has no sum.
TEST(PreparedCurve, AddsPointsThatAreEqualOrOpposite) {
  const std::string x = from_base64url("axfR8uEsQkf4vOblY6RA8ncDfYEt6zOg9KE5RdiYwpY").value();
  const auto generator =
      PreparedCurve::make(x, *from_base64url("T-NC4v4af5uO5-tKfA-eFivOM1drMV7Oy7ZAaDe_UfU"));
  const auto negative =
      PreparedCurve::make(x, *from_base64url("sBy9HAHlgGVxGBS1g_Bh6dQxzKmUzqExNEm_l8hArgo"));
  const std::unique_ptr<EC_GROUP, FreedBy<EC_GROUP_free>> curve(
      EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1));
  const BIGNUM* const order = EC_GROUP_get0_order(curve.get());
  const std::unique_ptr<BN_CTX, FreedBy<BN_CTX_free>> memory(BN_CTX_new());
  for (const unsigned long number : {1ul, 2ul, 12'345ul}) {
    const BigNumber k(BN_new());
    BN_set_word(k.get(), number);
    const BigNumber r = x_of_multiple(curve.get(), k.get());
    const BigNumber s(BN_mod_inverse(nullptr, k.get(), order, memory.get()));
    BN_mod_mul(s.get(), s.get(), r.get(), order, memory.get());
    BN_mod_lshift1(s.get(), s.get(), order, memory.get());  // This is 2r/k.
    const BigNumber minus_r(BN_new());
    const BigNumber minus_s(BN_new());
    BN_sub(minus_r.get(), order, r.get());
    BN_sub(minus_s.get(), order, s.get());
    const std::string r_text = bytes_of(r.get());
    const std::string minus_r_text = bytes_of(minus_r.get());
    for (const std::string& s_text : {bytes_of(s.get()), bytes_of(minus_s.get())}) {
      EXPECT_TRUE(generator->verify(r_text, r_text + s_text));
      EXPECT_FALSE(generator->verify(minus_r_text, r_text + s_text));
      EXPECT_FALSE(negative->verify(r_text, r_text + s_text));
      EXPECT_TRUE(negative->verify(minus_r_text, r_text + s_text));
    }
    // A hash of zeros leaves one product: 0*G + u2*Q.
    const BigNumber plain(BN_mod_inverse(nullptr, k.get(), order, memory.get()));
    BN_mod_mul(plain.get(), plain.get(), r.get(), order, memory.get());
    EXPECT_TRUE(generator->verify(std::string(32, '\0'), r_text + bytes_of(plain.get())));
  }
  EXPECT_FALSE(generator->verify("", std::string(64, '\1')));
  EXPECT_FALSE(generator->verify(std::string(32, '\1'), std::string(63, '\1')));
}

}  // namespace
}  // namespace penstock::jose
