#include "jose/prepared_curve.h"

#include <openssl/bn.h>
#include <openssl/err.h>
#include <openssl/obj_mac.h>

namespace penstock::jose {

namespace {

using Point = std::unique_ptr<EC_POINT, FreedBy<EC_POINT_free>>;
using Scratch = std::unique_ptr<BN_CTX, FreedBy<BN_CTX_free>>;

constexpr size_t kBytes = 32;

BIGNUM* read(BIGNUM* number, std::string_view bytes) {
  return BN_bin2bn(reinterpret_cast<const unsigned char*>(bytes.data()),
                   static_cast<int>(bytes.size()), number);
}

// Says whether 0 < number < order.
bool is_in_range(const BIGNUM* number, const BIGNUM* order) {
  return !BN_is_zero(number) && BN_ucmp(number, order) < 0;
}

// These two functions are deprecated by OpenSSL 3.0, because its own curves have tables. There is
// no other way to have one for a key.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
bool make_table(EC_GROUP* group, BN_CTX* scratch) {
  return EC_GROUP_precompute_mult(group, scratch) == 1 && EC_GROUP_have_precompute_mult(group) == 1;
}
#pragma GCC diagnostic pop

}  // namespace

std::unique_ptr<const PreparedCurve> PreparedCurve::make(std::string_view x, std::string_view y) {
  std::unique_ptr<PreparedCurve> made(new PreparedCurve);
  made->curve_.reset(EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1));
  made->key_.reset(EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1));
  const Scratch scratch(BN_CTX_new());
  const BigNumber first(read(nullptr, x));
  const BigNumber second(read(nullptr, y));
  const EC_GROUP* const curve = made->curve_.get();
  EC_GROUP* const key = made->key_.get();
  const Point point(curve == nullptr ? nullptr : EC_POINT_new(curve));
  if (scratch != nullptr && key != nullptr && point != nullptr && first != nullptr &&
      second != nullptr &&
      EC_POINT_set_affine_coordinates(curve, point.get(), first.get(), second.get(),
                                      scratch.get()) == 1 &&
      EC_GROUP_set_generator(key, point.get(), EC_GROUP_get0_order(curve),
                             EC_GROUP_get0_cofactor(curve)) == 1 &&
      make_table(key, scratch.get())) {
    return made;
  }
  ERR_clear_error();
  return nullptr;
}

// These are the steps of FIPS 186-5 section 6.4.2.
bool PreparedCurve::verify(std::string_view hash, std::string_view r_and_s) const {
  if (hash.size() != kBytes || r_and_s.size() != 2 * kBytes) return false;
  const EC_GROUP* const curve = curve_.get();
  const BIGNUM* const order = EC_GROUP_get0_order(curve);
  const Scratch scratch(BN_CTX_new());
  const Point sum(EC_POINT_new(curve));
  const Point other(EC_POINT_new(curve));
  if (scratch == nullptr || sum == nullptr || other == nullptr) return false;
  BN_CTX* const memory = scratch.get();
  BN_CTX_start(memory);  // What is taken from it is freed with it.
  BIGNUM* const r = BN_CTX_get(memory);
  BIGNUM* const s = BN_CTX_get(memory);
  BIGNUM* const e = BN_CTX_get(memory);
  BIGNUM* const inverse = BN_CTX_get(memory);
  BIGNUM* const x = BN_CTX_get(memory);  // It is null if one before is.
  const bool verified =
      x != nullptr && read(r, r_and_s.substr(0, kBytes)) != nullptr &&
      read(s, r_and_s.substr(kBytes)) != nullptr && read(e, hash) != nullptr &&
      is_in_range(r, order) && is_in_range(s, order) &&
      BN_mod_inverse(inverse, s, order, memory) != nullptr &&
      BN_mod_mul(e, e, inverse, order, memory) == 1 &&
      BN_mod_mul(s, r, inverse, order, memory) == 1 &&
      EC_POINT_mul(curve, sum.get(), e, nullptr, nullptr, memory) == 1 &&
      EC_POINT_mul(key_.get(), other.get(), s, nullptr, nullptr, memory) == 1 &&
      EC_POINT_add(curve, sum.get(), sum.get(), other.get(), memory) == 1 &&
      EC_POINT_is_at_infinity(curve, sum.get()) == 0 &&
      EC_POINT_get_affine_coordinates(curve, sum.get(), x, nullptr, memory) == 1 &&
      BN_nnmod(x, x, order, memory) == 1 && BN_ucmp(x, r) == 0;
  BN_CTX_end(memory);
  return verified;
}

}  // namespace penstock::jose
