#include "json/equality.h"

#include <algorithm>
#include <array>
#include <bit>
#include <boost/json/object.hpp>
#include <boost/json/string.hpp>
#include <cstring>
#include <random>
#include <string_view>
#include <vector>

#include "json/number.h"

namespace penstock::json {

namespace {

// In an array of at most this many elements, every pair is compared.
constexpr size_t kPairwiseMax = 8;

// This is the kind of a hashed value. It is hashed too, so that "", [] and {} differ.
enum class Tag : uint64_t {
  null,
  boolean,
  negative,
  integer,
  fraction,
  string,
  array,
  object,
  member
};

uint64_t random_word() {
  std::random_device random;
  return uint64_t{random()} << 32 | random();
}

// Computes SipHash-1-3 (Aumasson and Bernstein, 2012; cr.yp.to/siphash) of a sequence of words.
// Unlike the original, it puts the length of a text into a word before the text and not into the
// last word.
class Hasher {
 public:
  explicit Hasher(Tag tag) { add(static_cast<uint64_t>(tag)); }

  void add(uint64_t word) {
    v3_ ^= word;
    round();
    v0_ ^= word;
  }

  void add(std::string_view bytes) {
    add(bytes.size());
    while (!bytes.empty()) {
      const size_t size = std::min(bytes.size(), sizeof(uint64_t));
      uint64_t word = 0;
      std::memcpy(&word, bytes.data(), size);
      add(word);
      bytes.remove_prefix(size);
    }
  }

  uint64_t finish() {
    v2_ ^= 0xff;
    for (int i = 0; i < 3; ++i) round();
    return v0_ ^ v1_ ^ v2_ ^ v3_;
  }

 private:
  static const std::array<uint64_t, 2>& key() {
    static const std::array<uint64_t, 2> kKey = {random_word(), random_word()};
    return kKey;
  }

  void round() {
    v0_ += v1_;
    v1_ = std::rotl(v1_, 13) ^ v0_;
    v0_ = std::rotl(v0_, 32);
    v2_ += v3_;
    v3_ = std::rotl(v3_, 16) ^ v2_;
    v0_ += v3_;
    v3_ = std::rotl(v3_, 21) ^ v0_;
    v2_ += v1_;
    v1_ = std::rotl(v1_, 17) ^ v2_;
    v2_ = std::rotl(v2_, 32);
  }

  uint64_t v0_ = key()[0] ^ 0x736f6d6570736575;
  uint64_t v1_ = key()[1] ^ 0x646f72616e646f6d;
  uint64_t v2_ = key()[0] ^ 0x6c7967656e657261;
  uint64_t v3_ = key()[1] ^ 0x7465646279746573;
};

uint64_t hash_of_word(Tag tag, uint64_t word) {
  Hasher hasher(tag);
  hasher.add(word);
  return hasher.finish();
}

uint64_t hash_of_integer(int64_t number) {
  return hash_of_word(number < 0 ? Tag::negative : Tag::integer, static_cast<uint64_t>(number));
}

// A double that equals an integer of 64 bits gets that integer's hash. Any other double can equal
// only a double.
uint64_t hash_of_double(double number, const boost::json::value& value) {
  if (is_integer(value)) {
    if (number >= -0x1p63 && number < 0x1p63) return hash_of_integer(static_cast<int64_t>(number));
    if (number > 0 && number < 0x1p64) {
      return hash_of_word(Tag::integer, static_cast<uint64_t>(number));
    }
  }
  return hash_of_word(Tag::fraction, std::bit_cast<uint64_t>(number));
}

uint64_t hash_of_object(const boost::json::object& object) {
  uint64_t sum = 0;  // A sum does not depend on the order of the members.
  for (const boost::json::key_value_pair& member : object) {
    Hasher hasher(Tag::member);
    hasher.add(std::string_view(member.key()));
    hasher.add(hash_of(member.value()));
    sum += hasher.finish();
  }
  Hasher hasher(Tag::object);
  hasher.add(object.size());
  hasher.add(sum);
  return hasher.finish();
}

bool equal_objects(const boost::json::object& a, const boost::json::object& b) {
  if (a.size() != b.size()) return false;
  return std::all_of(a.begin(), a.end(), [&](const boost::json::key_value_pair& member) {
    const boost::json::value* const other = b.if_contains(member.key());
    return other != nullptr && equal(member.value(), *other);
  });
}

std::optional<std::pair<size_t, size_t>> first_duplicate_of_few(const boost::json::array& array) {
  for (size_t second = 1; second < array.size(); ++second) {
    for (size_t first = 0; first < second; ++first) {
      if (equal(array[first], array[second])) return std::pair(first, second);
    }
  }
  return std::nullopt;
}

}  // namespace

bool equal(const boost::json::value& a, const boost::json::value& b) {
  if (a.is_number()) return b.is_number() && compare_numbers(a, b) == 0;
  if (a.kind() != b.kind()) return false;
  switch (a.kind()) {
    case boost::json::kind::bool_:
      return a.get_bool() == b.get_bool();
    case boost::json::kind::string:
      return a.get_string() == b.get_string();
    case boost::json::kind::array:
      return std::equal(a.get_array().begin(), a.get_array().end(), b.get_array().begin(),
                        b.get_array().end(), equal);
    case boost::json::kind::object:
      return equal_objects(a.get_object(), b.get_object());
    default:
      return true;  // Both are null.
  }
}

uint64_t hash_of(const boost::json::value& value) {
  switch (value.kind()) {
    case boost::json::kind::bool_:
      return hash_of_word(Tag::boolean, value.get_bool() ? 1 : 0);
    case boost::json::kind::int64:
      return hash_of_integer(value.get_int64());
    case boost::json::kind::uint64:
      return hash_of_word(Tag::integer, value.get_uint64());
    case boost::json::kind::double_:
      return hash_of_double(value.get_double(), value);
    case boost::json::kind::string: {
      Hasher hasher(Tag::string);
      hasher.add(std::string_view(value.get_string()));
      return hasher.finish();
    }
    case boost::json::kind::array: {
      Hasher hasher(Tag::array);
      hasher.add(value.get_array().size());
      for (const boost::json::value& element : value.get_array()) hasher.add(hash_of(element));
      return hasher.finish();
    }
    case boost::json::kind::object:
      return hash_of_object(value.get_object());
    default:
      return hash_of_word(Tag::null, 0);
  }
}

std::optional<std::pair<size_t, size_t>> first_duplicate(const boost::json::array& array) {
  if (array.size() <= kPairwiseMax) return first_duplicate_of_few(array);
  std::vector<std::pair<uint64_t, size_t>> hashes;  // Each with its element's index.
  hashes.reserve(array.size());
  for (const boost::json::value& element : array) {
    hashes.emplace_back(hash_of(element), hashes.size());
  }
  std::sort(hashes.begin(), hashes.end());

  // Elements with the same hash are almost always equal, so usually the first two of them decide.
  // The result must not depend on the order of the hashes, because that differs from process to
  // process.
  std::optional<std::pair<size_t, size_t>> found;
  for (size_t begin = 0, i = 1; i < hashes.size(); ++i) {
    if (hashes[i].first != hashes[begin].first) begin = i;
    const size_t second = hashes[i].second;
    if (found && found->second < second) continue;
    for (size_t j = begin; j < i; ++j) {
      const size_t first = hashes[j].second;
      if (!equal(array[first], array[second])) continue;
      found = {first, second};
      break;
    }
  }
  return found;
}

}  // namespace penstock::json
