#include "contract/schema/schema.h"

#include <algorithm>
#include <array>
#include <cfloat>
#include <cmath>
#include <cstring>
#include <limits>

#include "contract/schema/price.h"
#include "contract/schema/steps.h"
#include "json/equality.h"

namespace penstock::contract {

namespace {

constexpr int64_t kSafeMax = (int64_t{1} << 53) - 1;
constexpr int64_t kSfIntegerMax = 999'999'999'999'999;  // RFC 8941 section 3.3.1.
constexpr std::string_view kSfDecimal = "sf-decimal";   // RFC 8941 section 3.3.2.

// Formats have other names elsewhere.
constexpr std::array<std::pair<std::string_view, std::string_view>, 4> kOtherNames = {
    {{"base64", "byte"}, {"guid", "uuid"}, {"long", "int64"}, {"url", "uri"}}};

constexpr std::array kNumberFormats = {
    NumberFormat{"int8", -128, 127, 0, "must be a whole number from -128 to 127"},
    NumberFormat{"int16", -32768, 32767, 0, "must be a whole number from -32768 to 32767"},
    NumberFormat{"int32", INT32_MIN, INT32_MAX, 0, "must be a whole number that fits into 32 bits"},
    NumberFormat{"int64", INT64_MIN, INT64_MAX, 0, "must be a whole number that fits into 64 bits"},
    NumberFormat{"uint8", 0, UINT8_MAX, 0, "must be a whole number from 0 to 255"},
    NumberFormat{"uint16", 0, UINT16_MAX, 0, "must be a whole number from 0 to 65535"},
    NumberFormat{"uint32", 0, UINT32_MAX, 0,
                 "must be a whole number from 0 that fits into 32 bits"},
    NumberFormat{"uint64", 0, UINT64_MAX, 0,
                 "must be a whole number from 0 that fits into 64 bits"},
    NumberFormat{"float", 0, 0, FLT_MAX, "must be a number that fits into 32 bits"},
    NumberFormat{"double", 0, 0, DBL_MAX, "must be a number that fits into 64 bits"},
    NumberFormat{"double-int", -kSafeMax, kSafeMax, 0, "must be a whole number of at most 53 bits"},
    NumberFormat{"decimal", 0, 0, DBL_MAX, "must be a number that fits into 64 bits"},
    NumberFormat{"decimal128", 0, 0, DBL_MAX, "must be a number that fits into 64 bits"},
    NumberFormat{"sf-integer", -kSfIntegerMax, kSfIntegerMax, 0,
                 "must be a whole number of at most 15 digits"},
    NumberFormat{kSfDecimal, 0, 0, 999'999'999'999.999,
                 "must be a number of at most 12 digits and 3 decimals"}};

// Returns the text in lower case, without what separates words.
std::string plain(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c >= 'A' && c <= 'Z') out += static_cast<char>(c + ('a' - 'A'));
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) out += c;
  }
  return out;
}

// Compares as == does. Names are short, so a call of memcmp() would take most of the time.
bool is_same(std::string_view a, std::string_view b) {
  const size_t size = a.size();
  if (size != b.size()) return false;
  if (size > 16) return a == b;
  const auto eight = [](const char* at) {
    uint64_t bytes = 0;
    std::memcpy(&bytes, at, sizeof bytes);
    return bytes;
  };
  if (size >= 8) {
    return eight(a.data()) == eight(b.data()) &&
           eight(a.data() + size - 8) == eight(b.data() + size - 8);
  }
  for (size_t i = 0; i < size; ++i) {
    if (a[i] != b[i]) return false;
  }
  return true;
}

}  // namespace

unsigned type::named(std::string_view name) {
  if (name == "string") return string;
  if (name == "integer") return integer;
  if (name == "number") return number | integer;
  if (name == "boolean") return boolean;
  if (name == "object") return object;
  if (name == "array") return array;
  if (name == "null") return null;
  return 0;
}

const NumberFormat* find_number_format(std::string_view name) {
  const auto* const found =
      std::find_if(kNumberFormats.begin(), kNumberFormats.end(),
                   [&](const NumberFormat& format) { return format.name == name; });
  return found == kNumberFormats.end() ? nullptr : found;
}

std::string_view similar_format(std::string_view name) {
  const std::string wanted = plain(name);
  if (wanted.empty()) return "";
  for (const auto& [other, known] : kOtherNames) {
    if (other == wanted) return known;
  }
  for (const NumberFormat& format : kNumberFormats) {
    if (plain(format.name) == wanted) return format.name;
  }
  for (const std::string_view known : format_names()) {
    if (plain(known) == wanted) return known;
  }
  return "";
}

bool NumberFormat::matches(const boost::json::value& number) const {
  if (magnitude > 0) {
    if (std::abs(number.to_number<double>()) > magnitude) return false;
    static const json::Multiple kThousandth(0.001);
    return name.data() != kSfDecimal.data() || kThousandth.divides(number);
  }
  if (!json::is_integer(number) || json::compare_numbers(number, boost::json::value(max)) > 0) {
    return false;
  }
  const auto order = json::compare_numbers(number, boost::json::value(min));
  // A double of -2^63 may have been written as -2^63 - 1, so it is refused.
  return order > 0 || (order == 0 && (min != INT64_MIN || !number.is_double()));
}

uint64_t Enumeration::steps_for(const boost::json::value& value) const {
  if (!by_hash.empty()) return price::kHash + 4 * text_bytes(value);
  // A comparison ends at the first difference, such as that of two sizes.
  return values.size() * price::kLimit +
         (value.is_structured() ? 2 * text_bytes(value, structure_bytes) : text_bytes(value) / 8);
}

bool Enumeration::has(const boost::json::value& value) const {
  if (by_hash.empty()) {
    return std::any_of(values.begin(), values.end(),
                       [&](const boost::json::value& one) { return json::equal(one, value); });
  }
  const uint64_t hash = json::hash_of(value);
  auto at = std::lower_bound(by_hash.begin(), by_hash.end(), std::pair{hash, uint32_t{0}});
  for (; at != by_hash.end() && at->first == hash; ++at) {
    if (json::equal(values[at->second], value)) return true;
  }
  return false;
}

bool Enumeration::has_text(std::string_view text) const {
  return std::any_of(values.begin(), values.end(), [&](const boost::json::value& one) {
    return one.is_string() && std::string_view(one.get_string()) == text;
  });
}

size_t ObjectRules::find(std::string_view name, size_t hint) const {
  if (hint < properties.size() && is_same(properties[hint].name, name)) return hint;
  if (!by_name.empty()) {
    const auto found = by_name.find(name);
    return found == by_name.end() ? properties.size() : found->second;
  }
  size_t i = 0;
  while (i < properties.size() && properties[i].name != name) ++i;
  return i;
}

}  // namespace penstock::contract
