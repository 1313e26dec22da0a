#pragma once

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace penstock::contract {

// This room writes a contract as C++: a type for each schema, a struct for each operation's request
// and functions for its answers, and a struct for each event. A CppModel (cpp_model.h) says which
// types there are and how they are called; the writers turn it into text, which looks as
// clang-format would leave it.
//
// This file makes names of C++ out of the names of a contract. The same name always becomes the
// same one, and where two would be the same, the order of the document does not decide.

// Returns the words of a name: "orderID" and "order-id" have two. Digits belong to the word before
// them. Letters with accents lose them ("größe" is "grosse"), other characters that are no ASCII
// become their number ("u4e2d"), and everything else separates words. A sign before a digit is the
// word "plus" or "minus". A name without letters and digits is spelled out: "*" is "star", and the
// empty one is "empty".
[[nodiscard]] std::vector<std::string> words_of(std::string_view name);

// Returns the name of a type: "order_line" becomes "OrderLine". Words in capitals are kept beside
// others ("HTTPServer"), and become "Http" alone, since a name in capitals may be a macro.
[[nodiscard]] std::string cpp_type_name(std::string_view name);
// Returns the name of a member, a parameter or an enumerator: "orderId" becomes "order_id".
[[nodiscard]] std::string cpp_member_name(std::string_view name);
// Returns the name with an underscore behind it if it is a keyword of C++, or a macro that standard
// headers define. Otherwise it is returned as it is.
[[nodiscard]] std::string without_keyword(std::string name);
// Returns whether an author may choose this name: an identifier of ASCII letters, digits and single
// underscores that begins with a letter, is no keyword, and has at most kCppNameMax characters.
// Types begin with a capital letter and members with a small one, so that neither is a name of the
// other kind, of a function or of a namespace.
enum class CppLetter { any, capital, small };
[[nodiscard]] bool is_cpp_name(std::string_view name, CppLetter first = CppLetter::any);
// Longer names are cut, and end with a hash of the whole name.
inline constexpr size_t kCppNameMax = 64;

// Returns the name of the function that makes an answer with this status: the standard reason
// phrase (RFC 9110 section 15, and IANA's registry), "not_found", or "status_299".
[[nodiscard]] std::string cpp_status_name(unsigned status);

// Returns the text as a literal of C++ with its quotes. Only printable ASCII stays as it is; "??"
// is no trigraph in it. It may hold any bytes.
[[nodiscard]] std::string cpp_literal(std::string_view text);

// Gives each of several things in one scope a name of its own. First add() them all, then take the
// names. A thing that asks for a chosen name gets it. Of several that want the same name, the one
// whose own name is already it comes first, and then the order of their keys decides; those behind
// the first get a number: "order", "order_2".
class CppScope {
 public:
  // `separator` stands before the number: "_" for members, and "" for types.
  explicit CppScope(std::string_view separator) : separator_(separator) {}

  // Forbids a name, because the generated code needs it. A thing that wants it gets an underscore
  // behind it.
  void reserve(std::string_view name) { reserved_.emplace(name); }
  // Adds a thing. `key` tells it from all others: it is its place in the contract, or what it is
  // called there. `original` is what it is called there. `rank` is 0 for a name that the author has
  // chosen; a lower rank is served first.
  void add(std::string_view key, std::string_view original, std::string wanted, unsigned rank);
  // Makes the names.
  void finish();
  // Returns the name of the thing. It must have been added.
  [[nodiscard]] const std::string& name(std::string_view key) const;
  // Returns the keys of two things for which one name was chosen, or two empty texts.
  [[nodiscard]] const std::pair<std::string, std::string>& clash() const { return clash_; }

 private:
  struct Wanted {
    unsigned rank;
    bool differs;  // Whether the wanted name is not the original one.
    std::string key;
    std::string name;

    auto operator<=>(const Wanted&) const = default;
  };

  std::string separator_;
  std::set<std::string, std::less<>> reserved_;
  std::vector<Wanted> wanted_;
  std::map<std::string, std::string, std::less<>> names_;
  std::pair<std::string, std::string> clash_;
};

}  // namespace penstock::contract
