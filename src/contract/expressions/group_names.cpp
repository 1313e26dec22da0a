#include "contract/expressions/group_names.h"

#include <algorithm>
#include <iterator>

#include "contract/expressions/escape_reader.h"
#include "contract/expressions/properties.h"

namespace penstock::contract {

namespace {

bool is_in(uint32_t point, std::string_view category) {
  return find_property({}, category)->has(point);
}

// ECMA-262 calls these RegExpIdentifierStart and RegExpIdentifierPart.
bool is_of_name(uint32_t point, bool is_first) {
  if (point < 0x80) {
    const uint32_t lower = point | 0x20;
    const bool is_digit = point >= '0' && point <= '9';
    return (lower >= 'a' && lower <= 'z') || point == '$' || point == '_' ||
           (is_digit && !is_first);
  }
  if (is_in(point, "L") || is_in(point, "Nl")) return true;
  constexpr uint32_t kZeroWidthNonJoiner = 0x200c;  // The joiner follows it.
  return !is_first && (is_in(point, "Mn") || is_in(point, "Mc") || is_in(point, "Nd") ||
                       is_in(point, "Pc") || point >> 1 == kZeroWidthNonJoiner >> 1);
}

// Reads a name to its '>'. It is the text as written, but for escapes.
std::string read_name(Reading& reading) {
  const size_t start = reading.place();
  std::u32string points;
  while (!reading.at_end() && !reading.starts_with(">")) {
    const size_t place = reading.place();
    const uint32_t point =
        reading.take("\\u") ? take_unicode_escape(reading, place) : reading.take_point();
    reading.take_visits(100);
    if (!is_of_name(point, points.empty())) {
      reading.fail(kPatternSyntax, place,
                   "a group's name is made of letters, digits, '_' and '$', and does not begin "
                   "with a digit");
    }
    points += static_cast<char32_t>(point);
  }
  if (!reading.take(">") || points.empty()) {
    reading.fail(kPatternSyntax, start, "a group's name ends with '>'");
  }
  return {reinterpret_cast<const char*>(points.data()), points.size() * sizeof(char32_t)};
}

}  // namespace

void GroupNames::begin_alternative(const Choice& choice) {
  others_.insert(
      others_.end(),
      std::make_move_iterator(visible_.begin() + static_cast<ptrdiff_t>(choice.names_before)),
      std::make_move_iterator(visible_.end()));
  visible_.resize(choice.names_before);
}

void GroupNames::end_choice(const Choice& choice) {
  visible_.insert(
      visible_.end(),
      std::make_move_iterator(others_.begin() + static_cast<ptrdiff_t>(choice.others_before)),
      std::make_move_iterator(others_.end()));
  others_.resize(choice.others_before);
}

void GroupNames::take_name(Reading& reading) {
  ++groups_;
  const size_t place = reading.place();
  std::string name = read_name(reading);
  reading.take_visits(visible_.size());
  if (std::find(visible_.begin(), visible_.end(), name) != visible_.end()) {
    reading.fail(kPatternSyntax, place, "another group has this name");
  }
  visible_.push_back(std::move(name));
}

bool GroupNames::take_reference(Reading& reading) {
  const size_t place = reading.place();
  const char c = reading.peek(1);
  if (reading.take("\\k")) {
    if (!reading.take("<")) {
      reading.fail(kPatternSyntax, place, "\\k is followed by a group's name, as in \\k<name>");
    }
    name_references_.emplace_back(place, read_name(reading));
  } else if (c >= '1' && c <= '9') {
    reading.take("\\");
    number_references_.emplace_back(place, *reading.take_number());
  } else {
    return false;
  }
  reading.note_not_enforced(kPatternReference, place,
                            "back references are not enforced, for they cannot be found in linear "
                            "time; write out what may stand there");
  return true;
}

void GroupNames::check_references(Reading& reading) const {
  for (const auto& [place, number] : number_references_) {
    if (number <= groups_) continue;
    reading.fail(kPatternSyntax, place,
                 "there are not so many groups; for a character write \\x and two digits");
  }
  for (const auto& [place, name] : name_references_) {
    reading.take_visits(visible_.size());
    if (std::find(visible_.begin(), visible_.end(), name) != visible_.end()) continue;
    reading.fail(kPatternSyntax, place, "no group has this name");
  }
}

}  // namespace penstock::contract
