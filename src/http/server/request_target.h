#pragma once

#include <string_view>

namespace penstock::http {

// Says whether a text is a host, perhaps with a port: what a Host header and the authority of an
// http URI may have (RFC 9112 section 3.2, RFC 3986 section 3.2). Names of a user, ports beyond
// 65535, and ports without a host are refused. An empty text is none.
[[nodiscard]] bool is_host(std::string_view text);

// Holds the parts of a request target in one of the forms of RFC 9112 section 3.2.
struct RequestTarget {
  // Is set for a target in absolute-form, which begins with a scheme.
  bool absolute = false;
  std::string_view authority = {};
  // Is still percent-encoded. It may be empty in absolute-form, which means "/", or for OPTIONS
  // "*".
  std::string_view path = {};
  std::string_view query = {};     // Is without the question mark.
  std::string_view question = {};  // "?query", or empty.
};

// Splits a target in origin-form ("/hello?x=1"), in asterisk-form ("*"), which becomes the path, or
// in absolute-form ("http://host/hello?x=1").
[[nodiscard]] RequestTarget split_target(std::string_view target);

// Returns what is wrong with the target of a request with this method, as a sentence of static
// storage, or an empty text. CONNECT is not for this function: its targets have a form of their
// own.
[[nodiscard]] std::string_view target_fault(std::string_view method, std::string_view target);

}  // namespace penstock::http
