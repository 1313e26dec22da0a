#pragma once

#include <string>
#include <string_view>

namespace penstock::http {

// A Preference is what the client of a mock asks for.
struct Preference {
  unsigned code = 0;    // The status, or 0 if the client has no preference.
  std::string example;  // The name of an example, or empty.
};

// Reads a Prefer header, whose lines have been joined (RFC 7240 section 2): `code=404` and
// `example=cat`, or `code=404; example=cat`. Names are compared without case, a value may be
// quoted, and the first of several preferences with one name counts. Others, those that are
// malformed, and parameters of others are ignored.
[[nodiscard]] Preference read_prefer(std::string_view header);

}  // namespace penstock::http
