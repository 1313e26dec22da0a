#include "contract/formats/format_regex.h"

#include <algorithm>
#include <string>
#include <vector>

#include "contract/formats/format_scanner.h"

namespace penstock::contract {

namespace {

constexpr Bytes kSyntax("^$\\.*+?()[]{}|");
constexpr Bytes kFlags("ims");
constexpr Bytes kIdentifier = kAlnum.with("_$");
constexpr Bytes kProperty = kAlnum.with("_");

// Reads an expression from start to end (ECMA-262 section 22.2.1, with +UnicodeMode). Open groups
// are counted instead of recursing, so any depth takes the same stack.
class Expression {
 public:
  explicit Expression(std::string_view text) : scanner_(text) {}

  bool read() {
    while (!scanner_.done()) {
      if (!take_term()) return false;
    }
    return open_.empty() && highest_reference_ <= groups_ && names_are_sound();
  }

 private:
  // An Atom is a member of a class, or an escape outside of one.
  struct Atom {
    char32_t point = 0;
    bool is_set = false;  // It stands for a set of characters, such as \d.
  };

  // Removes one character, one group's border, or one assertion, with its quantifier.
  bool take_term() {
    if (scanner_.take('|')) {
      has_alternatives_ = true;
      can_repeat_ = false;
      return true;
    }
    if (scanner_.take('(')) return open_group();
    if (scanner_.take(')')) {
      if (open_.empty()) return false;
      can_repeat_ = open_.back();
      open_.pop_back();
      return true;
    }
    if (!scanner_.done() && Bytes("*+?{").has(scanner_.rest().front())) return take_quantifier();
    can_repeat_ = false;
    if (scanner_.take('^') || scanner_.take('$')) return true;
    if (scanner_.take_text("\\b") || scanner_.take_text("\\B")) return true;
    can_repeat_ = true;
    if (scanner_.take('.')) return true;
    if (scanner_.take('[')) return take_class();
    if (scanner_.take('\\')) return take_escape(false).has_value();
    if (kSyntax.has(scanner_.rest().front())) return false;
    return scanner_.take_point().has_value();
  }

  // Reads what follows "(": the start of a group, or of a look-around, which cannot be repeated.
  bool open_group() {
    can_repeat_ = false;
    bool is_group = true;
    if (!scanner_.take('?')) {
      ++groups_;
    } else if (scanner_.take('=') || scanner_.take('!') || scanner_.take_text("<=") ||
               scanner_.take_text("<!")) {
      is_group = false;
    } else if (scanner_.take('<')) {
      ++groups_;
      return take_name(groups_named_) && open(true);
    } else if (!take_modifiers()) {
      return false;
    }
    return open(is_group);
  }
  bool open(bool is_group) {
    open_.push_back(is_group);
    return true;
  }

  // Removes "i-m:" or ":". No flag may occur twice.
  bool take_modifiers() {
    const std::string_view added = scanner_.take_all(kFlags);
    const bool has_minus = scanner_.take('-');
    const std::string_view removed = has_minus ? scanner_.take_all(kFlags) : "";
    if (has_minus && added.empty() && removed.empty()) return false;
    std::string flags = std::string(added) + std::string(removed);
    std::sort(flags.begin(), flags.end());
    // "(?i)" is an option of other languages: here a colon and an expression must follow.
    return std::adjacent_find(flags.begin(), flags.end()) == flags.end() && scanner_.take(':');
  }

  bool take_quantifier() {
    if (!can_repeat_) return false;
    can_repeat_ = false;
    if (scanner_.take('{')) {
      const auto number = [this] {
        std::string_view digits = scanner_.take_all(kDigits);
        if (digits.empty()) return std::optional<std::string_view>();
        digits.remove_prefix(std::min(digits.find_first_not_of('0'), digits.size()));
        return std::optional(digits);
      };
      const auto least = number();
      if (!least) return false;
      if (scanner_.take(',')) {
        const auto most = number();
        if (most &&
            (most->size() < least->size() || (most->size() == least->size() && *most < *least))) {
          return false;
        }
      }
      if (!scanner_.take('}')) return false;
    } else {
      scanner_.take(scanner_.rest().front());
    }
    scanner_.take('?');
    return true;
  }

  // Reads what follows "[".
  bool take_class() {
    scanner_.take('^');
    while (!scanner_.take(']')) {
      const auto first = take_member();
      if (!first) return false;
      if (scanner_.rest().size() < 2 || scanner_.rest()[0] != '-' || scanner_.rest()[1] == ']') {
        continue;
      }
      scanner_.take('-');
      const auto last = take_member();
      if (!last || first->is_set || last->is_set || first->point > last->point) return false;
    }
    return true;
  }
  std::optional<Atom> take_member() {
    if (scanner_.take('\\')) return take_escape(true);
    const auto point = scanner_.take_point();
    return point ? std::optional(Atom{*point}) : std::nullopt;
  }

  // Reads what follows "\".
  std::optional<Atom> take_escape(bool in_class) {
    if (scanner_.done()) return std::nullopt;
    const char c = scanner_.rest().front();
    if (c == 'k' && !in_class) {
      return scanner_.take_text("k<") && take_name(names_used_) ? std::optional(Atom{})
                                                                : std::nullopt;
    }
    if (c >= '1' && c <= '9' && !in_class) {
      const std::string_view digits = scanner_.take_all(kDigits);
      size_t number = 0;
      for (const char digit : digits.substr(0, 9)) {
        number = number * 10 + static_cast<size_t>(digit - '0');
      }
      highest_reference_ = std::max(highest_reference_, digits.size() > 9 ? SIZE_MAX : number);
      return Atom{};
    }
    scanner_.take(c);
    switch (c) {
      case 'd':
      case 'D':
      case 's':
      case 'S':
      case 'w':
      case 'W':
        return Atom{0, true};
      case 'p':
      case 'P':
        return take_property() ? std::optional(Atom{0, true}) : std::nullopt;
      case 'b':
        return in_class ? std::optional(Atom{'\b'}) : std::nullopt;
      case 'f':
        return Atom{'\f'};
      case 'n':
        return Atom{'\n'};
      case 'r':
        return Atom{'\r'};
      case 't':
        return Atom{'\t'};
      case 'v':
        return Atom{'\v'};
      case '0':
        if (!scanner_.done() && kDigits.has(scanner_.rest().front())) return std::nullopt;
        return Atom{0};
      case 'c': {
        const std::string_view rest = scanner_.rest();
        return scanner_.take_one(kAlpha) ? std::optional(Atom{char32_t(rest[0]) % 32})
                                         : std::nullopt;
      }
      case 'x':
        return take_hex(2);
      case 'u':
        return take_unicode();
      case '-':
        return in_class ? std::optional(Atom{'-'}) : std::nullopt;
      default:
        if (!kSyntax.has(c) && c != '/') return std::nullopt;
        return Atom{static_cast<unsigned char>(c)};
    }
  }

  std::optional<Atom> take_hex(size_t digits) {
    char32_t point = 0;
    for (size_t i = 0; i < digits; ++i) {
      if (scanner_.done() || !kHex.has(scanner_.rest().front())) return std::nullopt;
      const char c = scanner_.rest().front();
      point = point * 16 + static_cast<char32_t>(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
      scanner_.take(c);
    }
    return Atom{point};
  }

  // Reads what follows "\u". Two escapes of a surrogate pair are one character.
  std::optional<Atom> take_unicode() {
    if (scanner_.take('{')) {
      const size_t end = scanner_.rest().find('}');
      std::string_view digits = scanner_.rest().substr(0, end);
      if (end == std::string_view::npos || digits.empty()) return std::nullopt;
      while (digits.size() > 6 && scanner_.take('0')) digits.remove_prefix(1);
      if (digits.size() > 6) return std::nullopt;
      const auto atom = take_hex(digits.size());
      return atom && atom->point <= 0x10ffff && scanner_.take('}') ? atom : std::nullopt;
    }
    const auto lead = take_hex(4);
    if (!lead || lead->point < 0xd800 || lead->point > 0xdbff) return lead;
    const Scanner before = scanner_;
    if (scanner_.take_text("\\u")) {
      const auto trail = take_hex(4);
      if (trail && trail->point >= 0xdc00 && trail->point <= 0xdfff) {
        return Atom{0x10000 + ((lead->point - 0xd800) << 10) + (trail->point - 0xdc00)};
      }
    }
    scanner_ = before;
    return lead;
  }

  bool take_property() {
    if (!scanner_.take('{') || scanner_.take_all(kProperty).empty()) return false;
    if (scanner_.take('=') && scanner_.take_all(kProperty).empty()) return false;
    return scanner_.take('}');
  }

  // Removes "name>", and adds the name to the list.
  bool take_name(std::vector<std::string_view>& names) {
    const std::string_view from_here = scanner_.rest();
    if (!scanner_.done() && kDigits.has(scanner_.rest().front())) return false;
    while (scanner_.take_one(kIdentifier) || scanner_.take_wide(Wide::ucschar)) continue;
    const std::string_view name = from_here.substr(0, from_here.size() - scanner_.rest().size());
    names.push_back(name);
    return !name.empty() && scanner_.take('>');
  }

  bool names_are_sound() {
    std::sort(groups_named_.begin(), groups_named_.end());
    const auto twice = std::adjacent_find(groups_named_.begin(), groups_named_.end());
    return (twice == groups_named_.end() || has_alternatives_) &&
           std::all_of(names_used_.begin(), names_used_.end(), [this](std::string_view name) {
             return std::binary_search(groups_named_.begin(), groups_named_.end(), name);
           });
  }

  Scanner scanner_;
  std::vector<bool> open_;  // For each open group, whether it can be repeated.
  bool can_repeat_ = false;
  bool has_alternatives_ = false;
  size_t groups_ = 0;
  size_t highest_reference_ = 0;
  std::vector<std::string_view> groups_named_;
  std::vector<std::string_view> names_used_;
};

}  // namespace

bool is_regex(std::string_view text) {
  return Expression(text).read();
}

}  // namespace penstock::contract
