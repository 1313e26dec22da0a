#include "contract/expressions/class_reader.h"

#include <string>

#include "contract/expressions/escape_reader.h"
#include "contract/expressions/foreign_syntax.h"
#include "contract/expressions/unicode.h"

namespace penstock::contract {

namespace {

// Returns the name if the rest starts with "[:name:]".
std::string_view posix_name(const Reading& reading) {
  const std::string_view rest = reading.rest();
  const size_t end = rest.find_first_not_of("abcdefghijklmnopqrstuvwxyz", 2);
  if (!rest.starts_with("[:") || end == std::string_view::npos) return {};
  return rest.substr(end).starts_with(":]") ? rest.substr(2, end - 2) : std::string_view();
}

void suspect(ClassSuspicion& suspicion, size_t place, std::string sentence) {
  if (suspicion.sentence.empty()) suspicion = {.place = place, .sentence = std::move(sentence)};
}

Escape take_atom(Reading& reading, bool fold, ClassSuspicion& suspicion) {
  if (reading.starts_with("\\")) return take_escape(reading, true, fold);
  if (reading.starts_with("[")) {
    suspect(suspicion, reading.place(), sentence_about_inner_class(posix_name(reading)));
  }
  return {.point = reading.take_point()};
}

void add(CharacterSet& set, const Escape& atom) {
  if (atom.is_class) {
    set.add(atom.set);
  } else {
    set.add(atom.point, atom.point);
  }
}

}  // namespace

void fold_case(Reading& reading, CharacterSet& set, bool fold) {
  if (fold && !add_case_variants(set, reading.attempt())) reading.take_visits(SIZE_MAX);
}

CharacterSet one_character(Reading& reading, uint32_t point, bool fold) {
  CharacterSet set{{{point, point}}};
  fold_case(reading, set, fold);
  return set;
}

CharacterSet take_class(Reading& reading, bool fold, ClassSuspicion& suspicion) {
  const size_t start = reading.place();
  reading.take("[");
  const bool is_negated = reading.take("^");
  CharacterSet set;
  if (reading.starts_with("]")) {
    suspect(suspicion, start,
            "[] finds nothing and [^] any character in ECMA-262; write \\] for a ']' in a class");
  }
  while (!reading.at_end() && !reading.starts_with("]")) {
    reading.take_visits(1);
    const size_t place = reading.place();
    const Escape first = take_atom(reading, fold, suspicion);
    const bool is_range = reading.peek() == '-' && reading.peek(1) != ']';
    if (!is_range || !reading.take("-") || reading.at_end()) {
      add(set, first);
      continue;
    }
    const Escape last = take_atom(reading, fold, suspicion);
    if (first.is_class || last.is_class) {
      reading.note_annex_b(place, "write \\- where no range is meant");
      add(set, first);
      set.add('-', '-');
      add(set, last);
    } else if (first.point > last.point) {
      reading.fail(kPatternSyntax, place,
                   "the range " + reading.read_since(place) + " ends before it begins");
    } else {
      set.add(first.point, last.point);
    }
  }
  if (!reading.take("]")) {
    reading.fail(kPatternSyntax, start, "this '[' has no ']'");
    return {};
  }
  set.tidy();
  fold_case(reading, set, fold);
  return is_negated ? set.complement() : set;
}

}  // namespace penstock::contract
