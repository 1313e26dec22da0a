#include "contract/formats/format_text.h"

#include <algorithm>

#include "base/number_text.h"
#include "base/utf8.h"
#include "contract/formats/format_scanner.h"

namespace penstock::contract {

namespace {

constexpr Bytes kBase64 = kAlnum.with("+/");
constexpr Bytes kBase64Url = kAlnum.with("-_");
constexpr Bytes kToken = kAlnum.with("!#$%&'*+-.^_`|~");  // RFC 9110 section 5.6.2.
constexpr Bytes kBlank(" \t");

// Returns whether `rest` is the padding that makes a multiple of four of `digits` digits.
bool is_padding(std::string_view rest, size_t digits) {
  return (digits + rest.size()) % 4 == 0 && (rest == "" || rest == "=" || rest == "==");
}

// Removes a quoted-string (RFC 9110 section 5.6.4).
bool take_quoted_string(Scanner& scanner) {
  if (!scanner.take('"')) return false;
  while (!scanner.take('"')) {
    scanner.take('\\');
    if (scanner.done()) return false;
    const auto c = static_cast<unsigned char>(scanner.rest().front());
    if ((c < ' ' && c != '\t') || c == 0x7f) return false;
    scanner.take(scanner.rest().front());
  }
  return true;
}

}  // namespace

// Checks base64 with padding (RFC 4648 section 4).
bool is_base64(std::string_view text) {
  Scanner scanner(text);
  const size_t digits = scanner.take_all(kBase64).size();
  return is_padding(scanner.rest(), digits);
}

// Checks base64url (RFC 4648 section 5), whose padding may be left out.
bool is_base64url(std::string_view text) {
  Scanner scanner(text);
  const size_t digits = scanner.take_all(kBase64Url).size();
  return scanner.done() ? digits % 4 != 1 : is_padding(scanner.rest(), digits);
}

// Checks that the text is one code point.
bool is_char(std::string_view text) {
  return !text.empty() && base::utf8_length(text) == static_cast<int>(text.size()) &&
         text.front() != '\0';
}

// Checks a JSON Pointer (RFC 6901 section 3).
bool is_json_pointer(std::string_view text) {
  if (!text.empty() && text.front() != '/') return false;
  for (size_t i = 0; (i = text.find('~', i)) != std::string_view::npos; ++i) {
    if (i + 1 == text.size() || (text[i + 1] != '0' && text[i + 1] != '1')) return false;
  }
  return true;
}

// Checks a relative JSON Pointer (draft-bhutton-relative-json-pointer-00 section 3).
bool is_relative_json_pointer(std::string_view text) {
  Scanner scanner(text);
  const std::string_view up = scanner.take_all(kDigits);
  if (up.empty() || (up.size() > 1 && up.front() == '0')) return false;
  if (scanner.take('+') || scanner.take('-')) {
    const std::string_view by = scanner.take_all(kDigits);
    if (by.empty() || by.front() == '0') return false;
  }
  return scanner.rest() == "#" || is_json_pointer(scanner.rest());
}

// Checks a UUID (RFC 4122 section 3).
bool is_uuid(std::string_view text) {
  if (text.size() != 36) return false;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool is_dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (is_dash ? text[i] != '-' : !kHex.has(text[i])) return false;
  }
  return true;
}

// Checks a media-range with its parameters (RFC 9110 sections 12.5.1 and 5.6.6).
bool is_media_range(std::string_view text) {
  Scanner scanner(text);
  // "*" is a character of tokens, too, but only "*/*" and "type/*" are ranges.
  const std::string_view type = scanner.take_all(kToken);
  if (type.empty() || !scanner.take('/')) return false;
  const std::string_view subtype = scanner.take_all(kToken);
  if (subtype.empty() || (type == "*" && subtype != "*")) return false;
  while (!scanner.done()) {
    scanner.take_all(kBlank);
    if (!scanner.take(';')) return false;
    scanner.take_all(kBlank);
    if (scanner.take_all(kToken).empty()) continue;  // An empty parameter is allowed.
    if (!scanner.take('=')) return false;
    if (scanner.take_all(kToken).empty() && !take_quoted_string(scanner)) return false;
  }
  return true;
}

bool is_sf_binary(std::string_view text) {
  Scanner scanner(text);
  if (!scanner.take(':')) return false;
  const size_t digits = scanner.take_all(kBase64).size();
  const std::string_view rest = scanner.rest();
  return rest == ":" ||
         (rest.ends_with(':') && is_padding(rest.substr(0, rest.size() - 1), digits));
}

bool is_sf_boolean(std::string_view text) {
  return text == "?0" || text == "?1";
}

bool is_sf_string(std::string_view text) {
  Scanner scanner(text);
  if (!scanner.take('"')) return false;
  while (!scanner.take('"')) {
    if (scanner.take('\\')) {
      if (!scanner.take('"') && !scanner.take('\\')) return false;
      continue;
    }
    if (scanner.done() || scanner.rest().front() < ' ' || scanner.rest().front() > '~') {
      return false;
    }
    scanner.take(scanner.rest().front());
  }
  return scanner.done();
}

bool is_sf_token(std::string_view text) {
  constexpr Bytes kMore = kToken.with(":/");
  Scanner scanner(text);
  if (!scanner.take_one(kAlpha) && !scanner.take('*')) return false;
  scanner.take_all(kMore);
  return scanner.done();
}

// Checks a 64-bit number as ProtoJSON writes it: digits without an exponent, no leading zero.
bool is_int64_text(std::string_view text) {
  return base::signed_number<int64_t>(text).has_value() && !text.starts_with("-0") &&
         (text.size() == 1 || text.front() != '0');
}
bool is_uint64_text(std::string_view text) {
  return base::whole_number<uint64_t>(text).has_value() &&
         (text.size() == 1 || text.front() != '0');
}

// Checks a decimal number without an exponent. The registry says nothing of its precision.
bool is_decimal(std::string_view text) {
  Scanner scanner(text);
  if (!scanner.take('-')) scanner.take('+');
  if (scanner.take_all(kDigits).empty()) return false;
  return scanner.done() ||
         (scanner.take('.') && !scanner.take_all(kDigits).empty() && scanner.done());
}

// Checks a number that a decimal128 (IEEE 754-2008) holds: at most 34 digits beside zeros at both
// ends, and an exponent from -6176 to 6111 of the last digit, or one of the three special values.
bool is_decimal128(std::string_view text) {
  if (text == "NaN" || text == "INF" || text == "-INF") return true;
  constexpr size_t kDigitsMax = 34;
  constexpr int64_t kExponentMin = -6176;
  constexpr int64_t kExponentMax = 6144;  // Of the first digit.
  Scanner scanner(text);
  if (!scanner.take('-')) scanner.take('+');
  const std::string_view whole = scanner.take_all(kDigits);
  const std::string_view fraction = scanner.take('.') ? scanner.take_all(kDigits) : "";
  if (whole.empty() || (fraction.empty() && text.find('.') != std::string_view::npos)) return false;
  int64_t exponent = 0;
  if (scanner.take('e') || scanner.take('E')) {
    const bool is_negative = scanner.take('-');
    if (!is_negative) scanner.take('+');
    const std::string_view digits = scanner.take_all(kDigits);
    const auto read = base::whole_number<int64_t>(digits);
    if (!read || digits.size() > 6) return false;
    exponent = is_negative ? -*read : *read;
  }
  if (!scanner.done()) return false;
  // The digit `i` of both parts together has the exponent `whole.size() - 1 - i`.
  const auto digit = [&](size_t i) {
    return i < whole.size() ? whole[i] : fraction[i - whole.size()];
  };
  const size_t size = whole.size() + fraction.size();
  size_t first = 0;
  while (first < size && digit(first) == '0') ++first;
  if (first == size) return true;
  size_t last = size - 1;
  while (digit(last) == '0') --last;
  const auto power = [&](size_t i) {
    return static_cast<int64_t>(whole.size()) - 1 - static_cast<int64_t>(i) + exponent;
  };
  return last - first < kDigitsMax && power(last) >= kExponentMin && power(first) <= kExponentMax;
}

}  // namespace penstock::contract
