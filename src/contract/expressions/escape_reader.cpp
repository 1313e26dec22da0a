#include "contract/expressions/escape_reader.h"

#include <string>

#include "contract/expressions/foreign_syntax.h"
#include "contract/expressions/properties.h"

namespace penstock::contract {

namespace {

constexpr uint32_t kLongS = 0x17f;
constexpr uint32_t kKelvin = 0x212a;

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// These are ECMA-262's WhiteSpace and LineTerminator: no other white space of Unicode.
CharacterSet space_characters() {
  return {{{'\t', '\r'},
           {' ', ' '},
           {0xa0, 0xa0},
           {0x1680, 0x1680},
           {0x2000, 0x200a},
           {0x2028, 0x2029},
           {0x202f, 0x202f},
           {0x205f, 0x205f},
           {0x3000, 0x3000},
           {0xfeff, 0xfeff}}};
}

Escape class_of(Reading& reading, CharacterSet set, bool is_negated) {
  reading.take_visits(set.ranges.size());
  return {.is_class = true, .set = is_negated ? set.complement() : std::move(set)};
}

// Reads what follows \p or \P.
Escape take_property(Reading& reading, size_t place, bool is_negated) {
  if (!reading.take("{")) {
    const char c = reading.peek();
    // Perl and RE2 have \pL.
    const std::string sentence =
        is_letter(c) ? std::string("write ") + (is_negated ? "\\P{" : "\\p{") + c + "}"
                     : sentence_about_escape(is_negated ? 'P' : 'p');
    reading.fail(kPatternDialect, place, sentence);
    return {};
  }
  const size_t start = reading.place();
  std::string name;
  size_t value_start = 0;
  while (!reading.at_end() && !reading.starts_with("}")) {
    if (reading.take_point() == '=' && name.empty()) {
      name = reading.read_since(start);
      name.pop_back();
      value_start = reading.place();
    }
  }
  const std::string all = reading.read_since(start);
  if (!reading.take("}")) {
    reading.fail(kPatternSyntax, place, "this \\p{ has no '}'");
    return {};
  }
  const std::string value = value_start == 0 ? all : all.substr(value_start - start);
  if (is_property_without_table(name, value)) {
    reading.note_not_enforced(kPatternProperty, place, sentence_about_property(all));
    return {.is_class = true};
  }
  const CharacterSet* set = find_property(name, value);
  if (set == nullptr || (value_start != 0 && name.empty())) {
    reading.fail(kPatternDialect, place, sentence_about_property(all));
    return {};
  }
  return class_of(reading, *set, is_negated);
}

}  // namespace

CharacterSet word_characters(bool fold) {
  CharacterSet set{{{'0', '9'}, {'A', 'Z'}, {'_', '_'}, {'a', 'z'}}};
  if (fold) {
    set.add(kLongS, kLongS);
    set.add(kKelvin, kKelvin);
  }
  return set;
}

CharacterSet line_terminators() {
  return {{{'\n', '\n'}, {'\r', '\r'}, {0x2028, 0x2029}}};
}

uint32_t take_unicode_escape(Reading& reading, size_t place) {
  if (reading.take("{")) {
    uint32_t point = 0;
    bool has_digits = false;
    while (const auto digit = reading.take_hex(1)) {
      has_digits = true;
      if (point <= kCodePointMax) point = point << 4 | *digit;
    }
    if (has_digits && reading.take("}") && point <= kCodePointMax) return point;
  } else if (const auto first = reading.take_hex(4)) {
    const size_t end = reading.place();
    if (*first >> 10 == 0xd800 >> 10 && reading.take("\\u")) {
      const auto second = reading.take_hex(4);
      if (second && *second >> 10 == 0xdc00 >> 10) {
        return 0x10000 + ((*first & 0x3ff) << 10 | (*second & 0x3ff));
      }
      reading.go_back_to(end);
    }
    return *first;
  }
  reading.fail(kPatternSyntax, place, "\\u needs four hexadecimal digits, or \\u{1F600}");
  return 0;
}

Escape take_escape(Reading& reading, bool in_class, bool fold) {
  constexpr std::string_view kNames = "fnrtv";
  constexpr std::string_view kControls = "\f\n\r\t\v";
  const size_t place = reading.place();
  reading.take("\\");
  if (reading.at_end()) {
    reading.fail(kPatternSyntax, place, "a '\\' at the end escapes nothing");
    return {};
  }
  const char c = reading.peek();
  const uint32_t point = reading.take_point();
  switch (c) {
    case 'd':
    case 'D':
      return class_of(reading, {{{'0', '9'}}}, c == 'D');
    case 's':
    case 'S':
      return class_of(reading, space_characters(), c == 'S');
    case 'w':
    case 'W':
      return class_of(reading, word_characters(fold), c == 'W');
    case 'p':
    case 'P':
      return take_property(reading, place, c == 'P');
    case 'u':
      return {.point = take_unicode_escape(reading, place)};
    case 'x':
      if (const auto read = reading.take_hex(2)) return {.point = *read};
      break;
    case 'c':
      if (const char letter = reading.peek(); is_letter(letter)) {
        return {.point = reading.take_point() & 0x1f};
      }
      break;
    default:
      break;
  }
  if (c == 'b' && in_class) return {.point = '\b'};
  if (const size_t at = kNames.find(c); at != std::string_view::npos) {
    return {.point = static_cast<uint32_t>(kControls[at])};
  }
  if (c == '0' && !is_digit(reading.peek())) return {.point = 0};
  if (is_digit(c)) {
    reading.fail(kPatternDialect, place,
                 "octal numbers are not ECMA-262 with the flag u; write \\x and two digits");
  } else if (is_letter(c)) {
    reading.fail(kPatternDialect, place, sentence_about_escape(c));
  } else if (std::string_view("^$\\.*+?()[]{}|/").find(c) == std::string_view::npos &&
             !(c == '-' && in_class)) {
    reading.note_annex_b(place, "leave out the '\\' before a character that needs none");
  }
  return {.point = point};
}

}  // namespace penstock::contract
