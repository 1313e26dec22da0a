#include "json/quick_reader.h"

#include <algorithm>
#include <array>
#include <bit>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <memory>

#if defined(__SSE2__)
#include <emmintrin.h>
#elif defined(__ARM_NEON)
#include <arm_neon.h>
#endif

#include "base/utf8.h"

namespace penstock::json {
namespace {

constexpr size_t kDepthMax = 32;

// Returns how many of the 16 bytes at `at` come before the first one that is not a plain character
// of a string: a quote, a backslash, a control character, or a byte beyond ASCII. It is 16 if all
// are plain.
#if defined(__SSE2__)
int count_plain(const char* at) {
  const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
  // Bytes beyond ASCII are negative, so they are less than a space, too.
  const __m128i special = _mm_or_si128(_mm_cmplt_epi8(bytes, _mm_set1_epi8(' ')),
                                       _mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('"')),
                                                    _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\'))));
  return std::countr_zero(static_cast<unsigned>(_mm_movemask_epi8(special)) | 0x10000U);
}
#elif defined(__ARM_NEON)
int count_plain(const char* at) {
  const int8x16_t bytes = vld1q_s8(reinterpret_cast<const int8_t*>(at));
  const uint8x16_t special =
      vorrq_u8(vcltq_s8(bytes, vdupq_n_s8(' ')),
               vorrq_u8(vceqq_s8(bytes, vdupq_n_s8('"')), vceqq_s8(bytes, vdupq_n_s8('\\'))));
  // Each byte becomes four bits.
  const uint8x8_t narrow = vshrn_n_u16(vreinterpretq_u16_u8(special), 4);
  return std::countr_zero(vget_lane_u64(vreinterpret_u64_u8(narrow), 0)) / 4;
}
#else
int count_plain(const char* at) {
  int count = 0;
  while (count < 16 && static_cast<signed char>(at[count]) >= ' ' && at[count] != '"' &&
         at[count] != '\\') {
    ++count;
  }
  return count;
}
#endif

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// Counts the members of all objects in the value.
size_t count_members(const boost::json::value& value) {
  size_t count = 0;
  if (const auto* object = value.if_object()) {
    count = object->size();
    for (const auto& member : *object) {
      if (member.value().is_structured()) count += count_members(member.value());
    }
  } else if (const auto* array = value.if_array()) {
    for (const auto& element : *array) {
      if (element.is_structured()) count += count_members(element);
    }
  }
  return count;
}

}  // namespace

std::optional<boost::json::value> QuickReader::read(std::string_view text,
                                                    const boost::json::storage_ptr& storage,
                                                    size_t depth_max, size_t values_max) {
  end_ = text.data() + text.size();
  values_ = members_ = 0;
  stack_.reset(storage);
  // The stack must not keep values, or the storage, longer than the caller does.
  const auto empty = [](boost::json::value_stack* used) { used->reset(); };
  const std::unique_ptr<boost::json::value_stack, decltype(empty)> emptied(&stack_, empty);
  if (read_document(text.data(), std::min(depth_max, kDepthMax), values_max) != end_) {
    return std::nullopt;
  }
  std::optional<boost::json::value> value(stack_.release());
  // The stack drops all but the last of equal properties, so that members are missing then.
  if (members_ > 0 && count_members(*value) != members_) return std::nullopt;
  return value;
}

// Arrays and objects are kept in a list of those that are open, so there is no recursion.
const char* QuickReader::read_document(const char* at, size_t depth_max, size_t values_max) {
  struct Open {
    bool object;
    size_t size;
  };
  std::array<Open, kDepthMax> open;
  size_t depth = 0;
  while (true) {
    // A value begins here.
    at = skip_spaces(at);
    if (at == end_ || ++values_ > values_max) return nullptr;
    bool closes = false;
    if (*at == '{' || *at == '[') {
      if (depth == depth_max) return nullptr;
      const bool object = *at == '{';
      open[depth++] = {object, 0};
      at = skip_spaces(at + 1);
      if (at == end_) return nullptr;
      closes = *at == (object ? '}' : ']');
      if (!closes) {
        if (object && (at = read_key(at)) == nullptr) return nullptr;
        continue;
      }
    } else if ((at = read_scalar(at)) == nullptr) {
      return nullptr;
    }
    // A value has ended here, or an empty array or object is about to.
    while (true) {
      if (closes) {
        ++at;
        const Open& closed = open[--depth];
        if (closed.object) {
          members_ += closed.size;
          stack_.push_object(closed.size);
        } else {
          stack_.push_array(closed.size);
        }
      }
      at = skip_spaces(at);
      if (depth == 0) return at;
      if (at == end_) return nullptr;
      Open& around = open[depth - 1];
      if (++around.size > kMembersMax && around.object) return nullptr;
      if (*at == ',') {
        ++at;
        if (around.object && (at = read_key(skip_spaces(at))) == nullptr) return nullptr;
        break;
      }
      closes = *at == (around.object ? '}' : ']');
      if (!closes) return nullptr;
    }
  }
}

inline const char* QuickReader::skip_spaces(const char* at) const {
  while (at != end_ && static_cast<unsigned char>(*at) <= ' ' &&
         (*at == ' ' || *at == '\n' || *at == '\r' || *at == '\t')) {
    ++at;
  }
  return at;
}

inline const char* QuickReader::skip_plain(const char* at) const {
  while (end_ - at >= 16) {
    const int plain = count_plain(at);
    at += plain;
    if (plain < 16) return static_cast<signed char>(*at) >= 0 ? at : skip_beyond_ascii(at);
  }
  return skip_beyond_ascii(at);
}

// Goes on byte by byte, up to the end of the string.
const char* QuickReader::skip_beyond_ascii(const char* at) const {
  while (at != end_) {
    const auto byte = static_cast<unsigned char>(*at);
    if (byte == '"' || byte == '\\' || byte < 0x20) return at;
    const int length = byte < 0x80 ? 1 : base::utf8_length({at, static_cast<size_t>(end_ - at)});
    if (length == 0) return nullptr;
    at += length;
  }
  return nullptr;
}

inline const char* QuickReader::read_key(const char* at) {
  if (at == end_ || *at != '"') return nullptr;
  const char* const start = ++at;
  at = skip_plain(at);
  if (at == nullptr || *at != '"') return nullptr;
  stack_.push_key({start, static_cast<size_t>(at - start)});
  at = skip_spaces(at + 1);
  return at == end_ || *at != ':' ? nullptr : at + 1;
}

inline const char* QuickReader::read_string(const char* at) {
  const char* const start = ++at;
  at = skip_plain(at);
  if (at == nullptr) return nullptr;
  if (*at == '\\') return read_escaped_string(start, at);
  if (*at != '"') return nullptr;
  stack_.push_string({start, static_cast<size_t>(at - start)});
  return at + 1;
}

inline const char* QuickReader::read_scalar(const char* at) {
  switch (*at) {
    case '"':
      return read_string(at);
    case 't':
      stack_.push_bool(true);
      return read_word(at, "true");
    case 'f':
      stack_.push_bool(false);
      return read_word(at, "false");
    case 'n':
      stack_.push_null();
      return read_word(at, "null");
    default:
      return read_number(at);
  }
}

const char* QuickReader::read_word(const char* at, std::string_view word) const {
  const std::string_view rest(at, static_cast<size_t>(end_ - at));
  return rest.starts_with(word) ? at + word.size() : nullptr;
}

const char* QuickReader::read_escaped_string(const char* start, const char* at) {
  unescaped_.assign(start, at);
  while (*at == '\\') {
    const char* const plain = read_escape(at + 1);
    if (plain == nullptr || (at = skip_plain(plain)) == nullptr) return nullptr;
    unescaped_.append(plain, at);
  }
  if (*at != '"') return nullptr;
  stack_.push_string(unescaped_);
  return at + 1;
}

const char* QuickReader::read_escape(const char* at) {
  constexpr std::string_view kLetters = R"("\/bfnrt)";
  constexpr std::string_view kMeanings = "\"\\/\b\f\n\r\t";
  if (at == end_) return nullptr;
  const char letter = *at++;
  if (const size_t index = kLetters.find(letter); index != std::string_view::npos) {
    unescaped_ += kMeanings[index];
    return at;
  }
  uint32_t code = 0;
  if (letter != 'u' || (at = read_code_unit(at, code)) == nullptr) return nullptr;
  if (code >= 0xd800 && code < 0xe000) {  // Half of a surrogate pair (RFC 8259 section 7).
    uint32_t second = 0;
    if (code >= 0xdc00 || end_ - at < 2 || at[0] != '\\' || at[1] != 'u') return nullptr;
    at = read_code_unit(at + 2, second);
    if (at == nullptr || second < 0xdc00 || second >= 0xe000) return nullptr;
    code = 0x10000 + ((code - 0xd800) << 10) + (second - 0xdc00);
  }
  const auto add = [this](uint32_t byte) { unescaped_ += static_cast<char>(byte); };
  if (code < 0x80) {
    add(code);
    return at;
  }
  if (code < 0x800) {
    add(0xc0 | (code >> 6));
  } else {
    if (code < 0x10000) {
      add(0xe0 | (code >> 12));
    } else {
      add(0xf0 | (code >> 18));
      add(0x80 | (code >> 12 & 0x3f));
    }
    add(0x80 | (code >> 6 & 0x3f));
  }
  add(0x80 | (code & 0x3f));
  return at;
}

const char* QuickReader::read_code_unit(const char* at, uint32_t& unit) const {
  if (end_ - at < 4) return nullptr;
  const auto [stop, code] = std::from_chars(at, at + 4, unit, 16);
  return code == std::errc{} && stop == at + 4 ? stop : nullptr;
}

const char* QuickReader::read_number(const char* at) {
  constexpr std::ptrdiff_t kWholeDigitsMax = 19;  // So many always fit into a uint64.
  const char* const start = at;
  const bool negative = *at == '-';
  if (negative) ++at;
  const char* const digits = at;
  uint64_t whole = 0;
  for (; at != end_ && is_digit(*at); ++at) {
    if (at - digits == kWholeDigitsMax) return nullptr;
    whole = whole * 10 + static_cast<uint64_t>(*at - '0');
  }
  if (at == digits || (*digits == '0' && at - digits > 1)) return nullptr;
  if (at != end_ && (*at == '.' || *at == 'e' || *at == 'E')) return read_double(start, at, whole);
  if ((negative && whole == 0) || whole > INT64_MAX) return nullptr;
  stack_.push_int64(negative ? -static_cast<int64_t>(whole) : static_cast<int64_t>(whole));
  return at;
}

const char* QuickReader::read_double(const char* start, const char* at, uint64_t whole) {
  // A whole number and a power of ten up to these are doubles, so that their quotient is the
  // nearest double to the fraction.
  constexpr uint64_t kExactMax = uint64_t{1} << 53;
  constexpr std::ptrdiff_t kExponentDigitsMax = 3;
  static constexpr std::array kPowers = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8, 1e9,
                                         1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18};
  bool has_fraction = false;
  if (*at == '.') {
    const char* const first = ++at;
    uint64_t all = whole;
    for (; at != end_ && is_digit(*at); ++at) {
      const auto digit = static_cast<uint64_t>(*at - '0');
      all = all < kExactMax / 10 ? all * 10 + digit : kExactMax;  // It stays there.
      has_fraction = has_fraction || digit != 0;
    }
    const auto fraction = static_cast<size_t>(at - first);
    if (fraction == 0) return nullptr;
    const bool ends = at == end_ || (*at != 'e' && *at != 'E');
    if (ends && all < kExactMax && fraction < kPowers.size()) {
      const double number = static_cast<double>(all) / kPowers[fraction];
      stack_.push_double(*start == '-' ? -number : number);
      return at;
    }
  }
  if (at != end_ && (*at == 'e' || *at == 'E')) {
    ++at;
    if (at != end_ && (*at == '+' || *at == '-')) {
      // The digits that this moves behind the point may all be zero, but that is rare.
      has_fraction = has_fraction || *at == '-';
      ++at;
    }
    const char* const first = at;
    while (at != end_ && is_digit(*at)) ++at;
    if (at == first || at - first > kExponentDigitsMax) return nullptr;
  }
  double number = 0;
  const auto [stop, code] = std::from_chars(start, at, number);
  if (code != std::errc{} || stop != at || std::isinf(number)) return nullptr;
  // A fraction must not be lost without a trace: the other reader decides what it is.
  if (has_fraction && number == std::trunc(number)) return nullptr;
  stack_.push_double(number);
  return at;
}

}  // namespace penstock::json
