#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace penstock::contract {

// These write lines as clang-format leaves them in Penstock's style: Google's, with 100 columns.
inline constexpr size_t kCppColumns = 100;

// A CppFile is a generated file: its name relative to the folder of the include path, with '/'.
struct CppFile {
  std::string name;
  std::string text;
};

// Returns the lines of a comment at this indentation. The text comes from a contract: control
// characters are escaped, and only its first paragraph is taken, up to 400 bytes. The result is
// empty if the text is.
[[nodiscard]] std::string cpp_comment(std::string_view text, size_t indent);

// Returns "HEAD(ARGUMENTS)TAIL" and a line feed, at this indentation, in as many lines as it needs.
// `head` ends before the parenthesis.
[[nodiscard]] std::string cpp_call(size_t indent, const std::string& head,
                                   const std::vector<std::string>& arguments,
                                   const std::string& tail);
// Returns "HEAD = {ELEMENTS};" and a line feed, in one line if it fits and otherwise as a table.
[[nodiscard]] std::string cpp_list(size_t indent, const std::string& head,
                                   const std::vector<std::string>& elements);
// Returns "HEAD = {", the elements with a comma behind each, and "};", in lines of their own.
[[nodiscard]] std::string cpp_table(size_t indent, const std::string& head,
                                    const std::vector<std::string>& elements);
// Returns "HEAD = FUNCTION(ARGUMENTS);" and a line feed.
[[nodiscard]] std::string cpp_assigned(size_t indent, const std::string& head,
                                       const std::string& function,
                                       const std::vector<std::string>& arguments);
// Returns "HEAD TAIL" and a line feed. If it does not fit into one line, the tail begins a line
// with 4 more columns of indentation.
[[nodiscard]] std::string cpp_broken(size_t indent, const std::string& head,
                                     const std::string& tail);

// Returns "TYPE NAME = VALUE;" and a line feed.
[[nodiscard]] std::string cpp_member(size_t indent, const std::string& type,
                                     const std::string& name, const std::string& value);

// Returns "HEAD : BASE<ARGUMENTS> {" and a line feed.
[[nodiscard]] std::string cpp_derived(size_t indent, const std::string& head,
                                      const std::string& base,
                                      const std::vector<std::string>& arguments);

// Returns the lines that include these files, sorted.
[[nodiscard]] std::string cpp_includes(std::vector<std::string> names);
// Returns the first line of a generated file, about the contract's file.
[[nodiscard]] std::string cpp_first_line(const std::string& contract_file);

}  // namespace penstock::contract
