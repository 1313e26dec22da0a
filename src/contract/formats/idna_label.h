#pragma once

#include <string_view>

namespace penstock::contract {

// Whether `label`, an LDH label of at most 63 bytes that starts with "xn--", stands for a valid
// label of an internationalised host name (RFC 5891 section 4.2): its Punycode decodes and what it
// decodes to may be registered. Left out: the Bidi rule (RFC 5893), normalisation and code points
// that are not assigned.
[[nodiscard]] bool is_a_label(std::string_view label);

}  // namespace penstock::contract
