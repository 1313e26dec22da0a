#pragma once

#include <string_view>

namespace penstock::contract {

// What is known about one label of an internationalised host name. Two rules are not checked:
// normalisation, and unassigned code points.
struct IdnaLabel {
  bool valid = false;
  // The label has code points that are written from right to left, so that the whole name must
  // follow the Bidi rule (RFC 5893).
  bool is_right = false;
  // The label may stand beside such a label. It means nothing if the label is one itself.
  bool fits_beside_right = false;
};

// Checks an A-label: the ASCII form of a label (RFC 5890 section 2.3.2.1, RFC 5891 section 4.2).
// `label` must consist of letters, digits and hyphens, and start with "xn--" in any case. It is
// valid if its Punycode can be decoded and gives the same text again, and the decoded label may be
// registered.
[[nodiscard]] IdnaLabel check_a_label(std::string_view label);
// Checks a U-label: a label as people read it, in UTF-8, with at least one code point beyond ASCII.
[[nodiscard]] IdnaLabel check_u_label(std::string_view label);

}  // namespace penstock::contract
