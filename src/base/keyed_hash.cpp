#include "base/keyed_hash.h"

#include <sys/random.h>

#include <bit>
#include <cerrno>
#include <cstddef>
#include <cstring>

#include "base/check.h"

namespace penstock::base {
namespace {

static_assert(std::endian::native == std::endian::little, "SipHash reads little-endian words");

KeyedHash::Key random_key() {
  KeyedHash::Key key{};
  ssize_t got = 0;
  // A signal may interrupt the call while the kernel still gathers its first random numbers.
  do got = ::getrandom(key.data(), key.size(), 0);
  while (got < 0 && errno == EINTR);
  check(got == static_cast<ssize_t>(key.size()), "the kernel gives no random numbers");
  return key;
}

uint64_t word_at(const char* at) {
  uint64_t word = 0;
  std::memcpy(&word, at, sizeof word);
  return word;
}

// The names and the numbers are those of the paper's section 2, and of its authors' reference code
// for the result of 128 bits.
struct State {
  uint64_t v0;
  uint64_t v1;
  uint64_t v2;
  uint64_t v3;

  void round() {
    v0 += v1;
    v1 = std::rotl(v1, 13) ^ v0;
    v0 = std::rotl(v0, 32);
    v2 += v3;
    v3 = std::rotl(v3, 16) ^ v2;
    v0 += v3;
    v3 = std::rotl(v3, 21) ^ v0;
    v2 += v1;
    v1 = std::rotl(v1, 17) ^ v2;
    v2 = std::rotl(v2, 32);
  }
  void take(uint64_t word) {
    v3 ^= word;
    round();
    round();
    v0 ^= word;
  }
  uint64_t finish() {
    for (int i = 0; i < 4; ++i) round();
    return v0 ^ v1 ^ v2 ^ v3;
  }
};

}  // namespace

KeyedHash::KeyedHash() : KeyedHash(random_key()) {}

KeyedHash::KeyedHash(const Key& key) {
  std::memcpy(&first_, key.data(), sizeof first_);
  std::memcpy(&second_, key.data() + sizeof first_, sizeof second_);
}

KeyedHash::Value KeyedHash::of(std::string_view text) const {
  State state{first_ ^ 0x736f6d6570736575, second_ ^ 0x646f72616e646f6d ^ 0xee,
              first_ ^ 0x6c7967656e657261, second_ ^ 0x7465646279746573};
  const char* at = text.data();
  const char* const whole_words = at + text.size() / 8 * 8;
  for (; at != whole_words; at += 8) state.take(word_at(at));
  uint64_t last = static_cast<uint64_t>(text.size()) << 56;
  for (size_t i = 0; i < text.size() % 8; ++i) {
    last |= static_cast<uint64_t>(static_cast<uint8_t>(at[i])) << (8 * i);
  }
  state.take(last);
  state.v2 ^= 0xee;
  Value value;
  value.low = state.finish();
  state.v1 ^= 0xdd;
  value.high = state.finish();
  return value;
}

}  // namespace penstock::base
