#pragma once

#include <boost/json/value.hpp>
#include <string>

namespace penstock::json {

// JSON of values, without spaces. Unlike Boost's serializer, which writes 7.95 as 7.95E0, these
// write numbers as people do: the shortest text that reads back as the same number. All of them
// recurse as deep as the value does.

// Appends the value. False if it holds what JSON cannot: a string that is not UTF-8, a number that
// is infinite or none; what was appended is worth nothing then.
[[nodiscard]] bool append_value(std::string& out, const boost::json::value& value);

// The value's text. What JSON cannot hold is replaced, so that the text is JSON whatever the value
// is: bytes that are not UTF-8 by U+FFFD, a number that is infinite or none by null.
[[nodiscard]] std::string to_text(const boost::json::value& value);

}  // namespace penstock::json
