#pragma once

#include <boost/json/value.hpp>
#include <string>

namespace penstock::json {

// These functions write values as JSON without spaces. A number gets the shortest text that reads
// back as the same number, while Boost's serializer writes 7.95 as 7.95E0. They recurse as deep as
// the value is nested.

// Appends the value. Returns false if JSON cannot express it because a string is not UTF-8 or a
// number is infinite or NaN. What it has appended until then is incomplete and must be discarded.
[[nodiscard]] bool append_value(std::string& out, const boost::json::value& value);

// Returns the value as JSON. It cannot fail: bytes that are not UTF-8 become U+FFFD, and infinite
// numbers and NaN become null.
[[nodiscard]] std::string to_text(const boost::json::value& value);

}  // namespace penstock::json
