#include "contract/expressions/foreign_syntax.h"

#include <algorithm>
#include <cctype>

#include "contract/expressions/properties.h"

namespace penstock::contract {

namespace {

struct Advice {
  std::string_view name;
  std::string_view instead;
};

// POSIX has these classes, and Java has them as properties.
constexpr Advice kAsciiClasses[] = {
    {"alnum", "[A-Za-z0-9]"},
    {"alpha", "[A-Za-z]"},
    {"ascii", R"([\0-\x7F])"},
    {"blank", R"([ \t])"},
    {"cntrl", R"([\0-\x1F\x7F])"},
    {"digit", R"(\d)"},
    {"graph", "[!-~]"},
    {"lower", "[a-z]"},
    {"print", "[ -~]"},
    {"punct", R"([!-/:-@\[-`\{-~])"},
    {"space", R"(\s)"},
    {"upper", "[A-Z]"},
    {"word", R"(\w)"},
    {"xdigit", "[0-9A-Fa-f]"},
};

constexpr Advice kEscapes[] = {
    {"A", "^"},
    {"C", "."},
    {"H", R"([^ \t])"},
    {"N", R"([^\n])"},
    {"R", R"((?:\r\n|[\n\r]))"},
    {"V", R"([^\n\v\f\r])"},
    {"Z", "$"},
    {"a", R"(\x07)"},
    {"e", R"(\x1B)"},
    {"h", R"([ \t])"},
    {"l", "[a-z]"},
    {"p", R"(\p{L} for a letter, and so on)"},
    {"P", R"(\P{L} for no letter, and so on)"},
    {"u", R"(\u and four digits, or \u{1F600})"},
    {"x", R"(\x and two digits, or \u{41})"},
    {"c", R"(\c and a letter, or \x and two digits)"},
    {"z", "$"},
};

// These general categories are near to a property without a table.
constexpr Advice kNearCategories[] = {
    {"Alphabetic", "L"}, {"Alpha", "L"},  {"ID_Start", "L"}, {"Lowercase", "Ll"}, {"Lower", "Ll"},
    {"Uppercase", "Lu"}, {"Upper", "Lu"}, {"Math", "Sm"},    {"Dash", "Pd"},
};

std::string_view find(const auto& list, std::string_view name) {
  for (const Advice& one : list) {
    if (one.name == name) return one.instead;
  }
  return {};
}

std::string_view find_ascii_class(std::string_view name) {
  std::string lower(name);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return find(kAsciiClasses, lower);
}

}  // namespace

std::string sentence_about_escape(char letter) {
  const std::string written = std::string("\\") + letter;
  if (letter == 'Q' || letter == 'E') {
    return written + R"( is not ECMA-262; write a '\' before each special character)";
  }
  const bool is_partly_known = std::string_view("cpPux").find(letter) != std::string_view::npos;
  const std::string_view instead = find(kEscapes, {&letter, 1});
  if (instead.empty()) return written + " is not ECMA-262; write what it stands for";
  return written + " is not ECMA-262" + (is_partly_known ? " in this way" : "") + "; write " +
         std::string(instead);
}

std::string sentence_about_property(std::string_view name) {
  const std::string written = "\\p{" + std::string(name) + "}";
  const auto write = [&](const std::string& instead) {
    return written + " is not ECMA-262; write " + instead;
  };
  const bool is_ecma = is_property_without_table({}, name) || name.starts_with("scx=") ||
                       name.starts_with("Script_Extensions=");
  if (is_ecma) {
    const std::string_view category = find(kNearCategories, name);
    return written + " is not enforced, for there is no table of it; " +
           (category.empty()
                ? std::string("general categories and scripts are")
                : "write \\p{" + std::string(category) + "}, which is nearly the same");
  }
  if (name.starts_with('^')) return write("\\P{" + std::string(name.substr(1)) + "}");
  if (const auto instead = find_ascii_class(name); !instead.empty()) {
    return write(std::string(instead));
  }
  std::string_view script = name;
  if (script.starts_with("Is")) script.remove_prefix(2);
  if (find_property({}, script) != nullptr) return write("\\p{" + std::string(script) + "}");
  if (find_property("Script", script) != nullptr) {
    return write("\\p{Script=" + std::string(script) + "}");
  }
  return written +
         " is not ECMA-262; write a general category such as \\p{Lu}, or a script such as "
         "\\p{Script=Greek}";
}

std::string sentence_about_inner_class(std::string_view name) {
  if (const auto instead = find_ascii_class(name); !instead.empty()) {
    return "[:" + std::string(name) + ":] is not ECMA-262; write " + std::string(instead) +
           ", which may be a part of a class";
  }
  return R"(a class within a class is not ECMA-262; write \[ and \] for these two characters)";
}

std::string sentence_about_group(std::string_view rest) {
  const auto is_not = [](std::string_view written, std::string_view instead) {
    return std::string(written) + " is not ECMA-262; write " + std::string(instead);
  };
  if (rest.starts_with("P<")) return is_not("(?P<name>", "(?<name>");
  if (rest.starts_with("'")) return is_not("(?'name'", "(?<name>");
  if (rest.starts_with("P=") || rest.starts_with("P>")) {
    return "a reference to another group is not enforced; write out what it stands for";
  }
  if (rest.starts_with("#")) return is_not("(?#", "the comment into 'description'");
  if (rest.starts_with(">")) return is_not("(?>", "(?:, which finds all that it finds and more");
  if (rest.starts_with("|")) return is_not("(?|", "(?:");
  const size_t end = rest.find_first_not_of("imsxuUdJn-^");
  if (end != std::string_view::npos && end > 0 && (rest[end] == ')' || rest[end] == ':')) {
    const std::string flags(rest.substr(0, end));
    if (flags.find_first_not_of("ims-") != std::string::npos) {
      return "the flags (?" + flags + " are not ECMA-262, which has i, m and s";
    }
    return is_not("(?" + flags + ")", "(?" + flags + ":...) around what it is for");
  }
  return "(? must be followed by a kind of group, such as (?: or (?<name>";
}

}  // namespace penstock::contract
