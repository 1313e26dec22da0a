#pragma once

#include <string_view>

namespace penstock::contract {

// Returns whether `label` is a valid A-label: the ASCII form of a label of an internationalised
// host name (RFC 5890 section 2.3.2.1, RFC 5891 section 4.2). `label` must consist of letters,
// digits and hyphens, and start with "xn--" in any case. It is valid if its Punycode can be
// decoded, and the decoded label may be registered. Three rules are not checked: the Bidi rule (RFC
// 5893), normalisation, and unassigned code points.
[[nodiscard]] bool is_a_label(std::string_view label);

}  // namespace penstock::contract
