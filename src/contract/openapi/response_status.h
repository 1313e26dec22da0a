#pragma once

namespace penstock::contract {

// Returns whether a response with this status, from 200 to 599, never has a body, whatever the
// contract declares (RFC 9110 sections 15.3.5, 15.3.6 and 15.4.5).
[[nodiscard]] constexpr bool has_no_content(unsigned status) {
  return status == 204 || status == 205 || status == 304;
}

// Returns whether the server sends Content-Length with this status. Among the responses without a
// body only 205 gets it, as 0, because a client would otherwise wait for a body (RFC 9110 sections
// 8.6 and 15.3.6).
[[nodiscard]] constexpr bool has_content_length(unsigned status) {
  return !has_no_content(status) || status == 205;
}

}  // namespace penstock::contract
