#pragma once

#include <string>
#include <string_view>

namespace penstock::contract {

// These functions say what to write instead of what other dialects of regular expressions know
// (Perl's, Java's, Python's, .NET's, POSIX's, RE2's) and ECMA-262 does not.

// Returns a sentence about an escape of a letter, such as \A or \h.
[[nodiscard]] std::string sentence_about_escape(char letter);
// Returns a sentence about the name of a property within \p{}, such as Alpha, IsLatin or ^L.
[[nodiscard]] std::string sentence_about_property(std::string_view name);
// Returns a sentence about "[:name:]", or about a '[' within a class, if the name is empty.
[[nodiscard]] std::string sentence_about_inner_class(std::string_view name);
// Returns a sentence about a group whose "(?" is followed by `rest`.
[[nodiscard]] std::string sentence_about_group(std::string_view rest);

}  // namespace penstock::contract
