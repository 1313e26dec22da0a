#pragma once

namespace penstock::contract {

// Whether an answer of this status ends with its headers, whatever anybody declares (RFC 9110
// section 15).
[[nodiscard]] constexpr bool has_no_content(unsigned status) {
  return status == 204 || status == 205 || status == 304;
}

// Whether it may have a Content-Length. Of those without content only 205 has one, of 0: a client
// would read on otherwise (RFC 9110 sections 8.6 and 15.3.6).
[[nodiscard]] constexpr bool has_content_length(unsigned status) {
  return !has_no_content(status) || status == 205;
}

}  // namespace penstock::contract
