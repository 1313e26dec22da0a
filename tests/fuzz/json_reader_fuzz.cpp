// Compares our JSON reader with Boost's, except for what only ours refuses, and the quick reader
// with the general one. What ours writes must read back as the same value.
#include <algorithm>
#include <bit>
#include <boost/json/parse.hpp>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/utf8.h"
#include "json/equality.h"
#include "json/parse.h"
#include "json/quick_reader.h"
#include "json/reader.h"
#include "json/text.h"
#include "json/writer.h"

using namespace penstock::json;
using penstock::base::is_utf8;

namespace {

// Says whether the values are equal, except for two faults of Boost: the last digits of a double
// may be wrong, and it reads zeros like 0e400 as NaN.
bool similar(const boost::json::value& ours, const boost::json::value& theirs) {
  if (ours.is_double() && theirs.is_double()) {
    if (std::isnan(theirs.get_double())) return ours.get_double() == 0;
    const double difference = std::abs(ours.get_double() - theirs.get_double());
    return difference <= 1e-13 * std::abs(ours.get_double()) + 1e-307;
  }
  if (ours.kind() != theirs.kind()) return false;
  if (const boost::json::array* array = ours.if_array()) {
    const boost::json::array& other = theirs.get_array();
    if (array->size() != other.size()) return false;
    for (size_t i = 0; i < other.size(); ++i) {
      if (!similar((*array)[i], other[i])) return false;
    }
    return true;
  }
  if (const boost::json::object* object = ours.if_object()) {
    if (object->size() != theirs.get_object().size()) return false;
    for (const boost::json::key_value_pair& member : *object) {
      const boost::json::value* other = theirs.get_object().if_contains(member.key());
      if (other == nullptr || !similar(member.value(), *other)) return false;
    }
    return true;
  }
  return ours == theirs;
}

// Checks that both functions that escape a string agree except on bytes that are not UTF-8, and
// that what they write reads back.
void strings_read_back(std::string_view text) {
  std::string checked;
  const bool sound = append_checked_string(checked, text);
  if (sound != is_utf8(text)) __builtin_trap();
  const std::string replaced = quoted(text);
  const auto value = parse(replaced);
  if (!value || !value->is_string()) __builtin_trap();
  if (sound && (checked != replaced || value->get_string() != text)) __builtin_trap();
}

// Says whether the values have the same kinds, doubles of the same bits, and members in the same
// order.
bool same(const boost::json::value& a, const boost::json::value& b) {
  if (a.kind() != b.kind()) return false;
  if (a.is_double()) {
    return std::bit_cast<uint64_t>(a.get_double()) == std::bit_cast<uint64_t>(b.get_double());
  }
  if (const boost::json::array* array = a.if_array()) {
    return std::equal(array->begin(), array->end(), b.get_array().begin(), b.get_array().end(),
                      same);
  }
  if (const boost::json::object* object = a.if_object()) {
    const auto same_member = [](const auto& x, const auto& y) {
      return x.key() == y.key() && same(x.value(), y.value());
    };
    return std::equal(object->begin(), object->end(), b.get_object().begin(), b.get_object().end(),
                      same_member);
  }
  return a == b;
}

// Checks that what the quick reader reads, the general one reads to the same value.
void quick_is_the_same(std::string_view text) {
  constexpr size_t kDepthMax = 4;
  constexpr size_t kValuesMax = 20;
  constexpr size_t kMembersMax = QuickReader::kMembersMax - 1;  // Too few for the quick reader.
  static QuickReader quick;
  static Reader general(Limits{.depth_max = kDepthMax, .properties_max = kMembersMax});
  const auto value = quick.read(text, {}, kDepthMax, kValuesMax);
  if (!value) return;
  const auto other = general.read(text, {}, kValuesMax);
  if (!other || !same(*value, *other)) __builtin_trap();
  if (quick.values() != general.values()) __builtin_trap();
}

bool is_ours_alone(std::string_view reason) {
  return reason == "has a property twice" || reason == "has an object with too many properties" ||
         reason == "has a number out of range" ||
         reason == "has a number with more digits than a double holds";
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  static Reader reader;  // It reads all inputs, so that what it keeps between them is tested, too.
  static Reader narrow(Limits{.depth_max = 3, .properties_max = 2});
  strings_read_back(text);
  quick_is_the_same(text);
  const auto value = reader.read(text, {});
  if (parse(text).has_value() != value.has_value()) __builtin_trap();
  boost::system::error_code error;
  const boost::json::value theirs = boost::json::parse(text, error);
  if (check(text).has_value() == error.failed()) __builtin_trap();
  if (!value) {
    if (value.error().reason.empty() || value.error().offset > size) __builtin_trap();
    if (!error && !is_ours_alone(value.error().reason)) __builtin_trap();
    if (narrow.read(text, {})) __builtin_trap();
    return 0;
  }
  if (error || !similar(*value, theirs)) __builtin_trap();
  if (const auto small = narrow.read(text, {}); small && !equal(*small, *value)) __builtin_trap();

  const std::string written = to_text(*value);
  const auto again = Reader().read(written, {});
  if (!again || !equal(*again, *value) || hash_of(*again) != hash_of(*value)) __builtin_trap();
  return 0;
}
