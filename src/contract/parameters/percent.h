#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace penstock::contract {

// Decodes percent encoding (RFC 3986 section 2.1) into `out`, whose capacity is reused. With
// `plus`, '+' becomes a space, as in HTML forms. Returns false if a '%' is not followed by two
// hexadecimal digits; then `out` is unspecified.
[[nodiscard]] bool decode_percent(std::string_view text, bool plus, std::string& out);
// Returns false if a '%' is not followed by two hexadecimal digits.
[[nodiscard]] bool is_percent_encoded(std::string_view text);
// Returns whether the character is one that means the same with and without percent encoding: a
// letter, a digit, '-', '.', '_' or '~' (RFC 3986 section 2.3).
[[nodiscard]] bool is_unreserved(char c);
// Appends the text to `out`, with every character encoded that is not unreserved.
void encode_percent(std::string_view text, std::string& out);

// A NormalSegment is a segment of a path in a form in which equivalent texts are equal (RFC 3986
// section 6.2.2): unreserved characters are decoded, and all that a URI cannot have is encoded. An
// encoded reserved character stays encoded, since it means something else than the character.
struct NormalSegment {
  std::string text;
  // For each character of `text`, and for its end, this is where it begins in the original text.
  std::vector<uint32_t> offsets;

  // Takes over a text whose percent encoding is sound. Capacities are reused.
  void assign(std::string_view raw);
};

// Returns whether a segment of a path may differ from its normal form.
[[nodiscard]] bool may_be_abnormal(std::string_view raw);

}  // namespace penstock::contract
