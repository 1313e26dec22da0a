#pragma once

#include <string>
#include <string_view>

namespace penstock::http {

// These find and change a header among the lines of a response, each "name: value\r\n", as
// ResponseMessage::headers has them. Names match in any case of letters.

// Returns the value of the first line with this name. It is empty if there is none. It views
// `lines`.
[[nodiscard]] std::string_view find_line(std::string_view lines, std::string_view name);
// Replaces the value of that line, which must be there.
void replace_line(std::string& lines, std::string_view name, std::string_view value);
// Removes all lines whose name `is_unwanted`.
void remove_lines(std::string& lines, bool (*is_unwanted)(std::string_view name));

}  // namespace penstock::http
