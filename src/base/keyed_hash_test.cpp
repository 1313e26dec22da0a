#include "base/keyed_hash.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace penstock::base {
namespace {

std::string hex(const KeyedHash::Value& value) {
  std::string out;
  for (const uint64_t word : {value.low, value.high}) {
    for (int byte = 0; byte < 8; ++byte) {
      const auto bits = static_cast<unsigned>(word >> (8 * byte)) & 0xff;
      out += "0123456789abcdef"[bits >> 4];
      out += "0123456789abcdef"[bits & 15];
    }
  }
  return out;
}

// These are of the authors' reference code (vectors_sip128), with the key 00 01 02 … 0f and the
// text 00 01 02 …; OpenSSL's SIPHASH with 16 bytes agrees.
TEST(KeyedHash, IsSipHash) {
  KeyedHash::Key key;
  std::string text;
  for (uint8_t i = 0; i < 16; ++i) key[i] = i;
  const KeyedHash hash(key);
  EXPECT_EQ(hex(hash.of(text)), "a3817f04ba25a8e66df67214c7550293");
  text += '\0';
  EXPECT_EQ(hex(hash.of(text)), "da87c1d86b99af44347659119b22fc45");
  for (char i = 1; i < 7; ++i) text += i;
  EXPECT_EQ(hex(hash.of(text)), "a1f1ebbed8dbc153c0b84aa61ff08239");
  text += '\7';
  EXPECT_EQ(hex(hash.of(text)), "3b62a9ba6258f5610f83e264f31497b4");
  for (char i = 8; i < 63; ++i) text += i;
  EXPECT_EQ(hex(hash.of(text)), "5150d1772f50834a503e069a973fbd7c");
}

TEST(KeyedHash, HasAKeyOfItsOwn) {
  std::set<std::string> seen;
  for (int i = 0; i < 100; ++i) seen.insert(hex(KeyedHash().of("text")));
  EXPECT_EQ(seen.size(), 100u);
}

TEST(KeyedHash, ReadsTheWholeText) {
  const KeyedHash hash;
  std::string text(40, 'a');
  const auto whole = hash.of(text);
  EXPECT_EQ(hash.of(text), whole);
  for (char& byte : text) {
    byte = 'b';
    EXPECT_NE(hash.of(text), whole);
    byte = 'a';
  }
  EXPECT_NE(hash.of(text + '\0'), whole);
}

}  // namespace
}  // namespace penstock::base
