// Makes an Automaton: the expression becomes a program of small parts, and the sets of parts that a
// text can reach become its states.
#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "contract/expressions/attempt.h"
#include "contract/expressions/escape_reader.h"
#include "contract/patterns/automaton.h"
#include "contract/patterns/automaton_program.h"

namespace penstock::contract {

namespace {

using Kind = Expression::Kind;
using Range = CharacterSet::Range;
using Members = std::vector<uint64_t>;  // A bit for each set.
constexpr size_t kBits = 64;

constexpr size_t kVisitsOfPages = 1000;

// A Beside says what is before or after a place in the text, as far as assertions ask for it.
// A folded word is a word only where (?i: holds.
enum class Beside : uint8_t { edge, newline, word, folded_word, other };
constexpr size_t kBesides = 5;

// A Symbol is a class of characters that the same sets contain.
struct Symbol {
  Members members;
  Beside beside = Beside::other;

  [[nodiscard]] bool is_in(uint32_t set) const {
    return (members[set / kBits] >> set % kBits & 1) != 0;
  }
};

// A State is a set of parts that a text can reach, sorted, without splits. It keeps what is before
// only if there is an assertion among the parts.
struct State {
  std::vector<uint32_t> parts;
  Beside before = Beside::other;

  friend auto operator<=>(const State&, const State&) = default;
};

}  // namespace

class AutomatonBuilder {
 public:
  AutomatonBuilder(AutomatonProgram program, Attempt& attempt)
      : program_(std::move(program)), parts_(program_.parts), attempt_(attempt) {}

  std::optional<Automaton> build() {
    divide_characters();
    if (exceeded_) return std::nullopt;
    visited_.resize(parts_.size());
    make_states();
    if (exceeded_) return std::nullopt;
    if (made_.next_.size() <= Automaton::kShortEntriesMax) {
      made_.short_next_.assign(made_.next_.begin(), made_.next_.end());
      made_.next_ = {};
    }
    return std::move(made_);
  }

 private:
  void take(size_t visits) {
    if (!attempt_.take(visits)) exceeded_ = true;
  }
  void exceed(std::string_view why) {
    attempt_.fail(why);
    exceeded_ = true;
  }
  void divide_characters();
  void fill_pages(const std::vector<std::pair<uint32_t, uint8_t>>& segments);
  void make_states();
  // Adds to `found` the parts that `part` leads to without a character, before which is `before`.
  // Assertions that also ask for what follows are added themselves, unless `after` is given.
  void follow(uint32_t part, Beside before, const Beside* after, std::vector<uint32_t>& found);
  bool holds(Kind assertion, Beside before, Beside after) const;
  void begin_visit() { ++visit_; }
  // Returns the state that is reached by these parts, after the character `before`.
  uint32_t reach(std::vector<uint32_t> parts, Beside before);
  void expand(const State& state, std::array<bool, kBesides>& accepts,
              std::array<std::vector<uint32_t>, kBesides>& open);

  const AutomatonProgram program_;
  const std::vector<Part>& parts_;
  Attempt& attempt_;
  bool exceeded_ = false;
  std::vector<Symbol> symbols_;
  uint32_t visit_ = 0;
  std::vector<uint32_t> visited_;
  std::map<State, uint32_t> known_;
  std::vector<const State*> states_;  // By number; the first two have none.
  Automaton made_;
};

// Gives each character its symbol.
void AutomatonBuilder::divide_characters() {
  // Between two cuts all characters are in the same sets.
  std::vector<uint32_t> cuts = {0, 0x80};
  for (const auto& [set, index] : program_.sets) {
    take(2 * set.ranges.size());
    if (exceeded_) return;
    for (const Range& range : set.ranges) {
      cuts.push_back(range.first);
      cuts.push_back(range.last + 1);
    }
  }
  std::sort(cuts.begin(), cuts.end());
  cuts.erase(std::unique(cuts.begin(), cuts.end()), cuts.end());
  if (cuts.back() > kCodePointMax) cuts.pop_back();
  const Members none((program_.sets.size() + kBits - 1) / kBits);
  take(cuts.size() * (1 + none.size()));
  if (exceeded_) return;
  std::vector<Members> members(cuts.size(), none);
  for (const auto& [set, index] : program_.sets) {
    size_t i = 0;
    for (const Range& range : set.ranges) {
      i = static_cast<size_t>(std::lower_bound(cuts.begin(), cuts.end(), range.first) -
                              cuts.begin());
      for (; i < cuts.size() && cuts[i] <= range.last; ++i) {
        members[i][index / kBits] |= uint64_t{1} << index % kBits;
        take(1);
      }
    }
    if (exceeded_) return;
  }
  const CharacterSet words = word_characters(false);
  const CharacterSet folded_words = word_characters(true);
  const CharacterSet newlines = line_terminators();
  const auto beside_of = [&](uint32_t point) {
    if (program_.asks_for_lines && newlines.has(point)) return Beside::newline;
    if (program_.asks_for_words && words.has(point)) return Beside::word;
    if (program_.asks_for_folded_words && folded_words.has(point)) return Beside::folded_word;
    return Beside::other;
  };
  std::map<Members, uint8_t> known;
  std::vector<std::pair<uint32_t, uint8_t>> segments;
  for (size_t i = 0; i < cuts.size(); ++i) {
    const auto [symbol, is_new] =
        known.emplace(std::move(members[i]), static_cast<uint8_t>(symbols_.size()));
    if (is_new) symbols_.push_back({symbol->first, beside_of(cuts[i])});
    // One more is for what is not UTF-8.
    if (symbols_.size() > UINT8_MAX) return exceed("it tells too many characters apart");
    segments.emplace_back(cuts[i], symbol->second);
  }
  made_.wrong_ = static_cast<uint8_t>(symbols_.size());
  symbols_.push_back({.members = none});
  made_.symbols_ = static_cast<uint32_t>(symbols_.size());
  fill_pages(segments);
}

void AutomatonBuilder::fill_pages(const std::vector<std::pair<uint32_t, uint8_t>>& segments) {
  const auto end_of = [&](size_t i) {
    return i + 1 < segments.size() ? segments[i + 1].first : kCodePointMax + 1;
  };
  bool is_uniform = true;
  size_t i = 0;
  for (; segments[i].first < made_.ascii_.size(); ++i) {
    std::fill(made_.ascii_.begin() + segments[i].first, made_.ascii_.begin() + end_of(i),
              segments[i].second);
  }
  made_.wide_ = segments[i].second;
  for (size_t j = i; j < segments.size(); ++j) {
    is_uniform = is_uniform && segments[j].second == made_.wide_;
  }
  if (is_uniform) return;
  take(kVisitsOfPages);
  // A page begins in the segment `i`. ASCII characters are not looked up here.
  std::map<std::string, uint16_t> known;
  std::string page(Automaton::kPageSize, '\0');
  uint16_t last = 0;
  bool last_is_one_segment = false;
  for (uint32_t first = 0; first <= kCodePointMax; first += Automaton::kPageSize) {
    const uint32_t end = first + Automaton::kPageSize;
    const bool is_one_segment = segments[i].first <= first && end_of(i) >= end;
    if (!is_one_segment || !last_is_one_segment || first == segments[i].first) {
      for (uint32_t at = std::max(first, segments[i].first); at < end;) {
        const uint32_t part_end = std::min(end, end_of(i));
        std::fill(page.begin() + (at - first), page.begin() + (part_end - first),
                  static_cast<char>(segments[i].second));
        at = part_end;
        if (end_of(i) <= end && i + 1 < segments.size()) ++i;
      }
      const auto [same, is_new] = known.emplace(page, static_cast<uint16_t>(known.size()));
      if (is_new) made_.pages_.insert(made_.pages_.end(), page.begin(), page.end());
      last = same->second;
    }
    last_is_one_segment = is_one_segment;
    made_.page_of_.push_back(last);
  }
}

bool AutomatonBuilder::holds(Kind assertion, Beside before, Beside after) const {
  switch (assertion) {
    case Kind::text_start:
      return before == Beside::edge;
    case Kind::line_start:
      return before == Beside::edge || before == Beside::newline;
    case Kind::text_end:
      return after == Beside::edge;
    case Kind::line_end:
      return after == Beside::edge || after == Beside::newline;
    default:
      break;
  }
  const bool folds = assertion == Kind::folded_word_edge || assertion == Kind::not_folded_word_edge;
  const bool is_edge = assertion == Kind::word_edge || assertion == Kind::folded_word_edge;
  const auto is_word = [&](Beside beside) {
    return beside == Beside::word || (folds && beside == Beside::folded_word);
  };
  return (is_word(before) != is_word(after)) == is_edge;
}

void AutomatonBuilder::follow(uint32_t part, Beside before, const Beside* after,
                              std::vector<uint32_t>& found) {
  std::vector<uint32_t> open = {part};
  while (!open.empty() && !exceeded_) {
    const uint32_t at = open.back();
    open.pop_back();
    if (visited_[at] == visit_) continue;
    visited_[at] = visit_;
    take(1);
    const Part& one = parts_[at];
    if (one.op == Part::split) {
      open.push_back(one.next);
      open.push_back(one.other);
      continue;
    }
    if (one.op == Part::assertion) {
      const Kind kind = one.assertion_kind;
      const bool asks_before = kind == Kind::text_start || kind == Kind::line_start;
      if (asks_before || after != nullptr) {
        if (holds(kind, before, after == nullptr ? Beside::other : *after)) {
          open.push_back(one.next);
        }
        continue;
      }
    }
    found.push_back(at);
  }
}

uint32_t AutomatonBuilder::reach(std::vector<uint32_t> parts, Beside before) {
  begin_visit();
  State state;
  for (const uint32_t part : parts) follow(part, before, nullptr, state.parts);
  if (exceeded_) return 0;
  for (const uint32_t part : state.parts) {
    if (parts_[part].op == Part::accept) return made_.symbols_;
    if (parts_[part].op == Part::assertion) state.before = before;
  }
  // The expression begins again after each character, so only a line's start can still help.
  if (state.parts.empty() && !program_.asks_for_lines) return 0;
  std::sort(state.parts.begin(), state.parts.end());
  const size_t entry = states_.size() * made_.symbols_;
  const auto [known, is_new] = known_.emplace(std::move(state), static_cast<uint32_t>(entry));
  if (is_new) {
    states_.push_back(&known->first);
    if (entry + made_.symbols_ > Automaton::kEntriesMax) exceed("it would have too many states");
  }
  return known->second;
}

// Finds what the state leads to before each kind of next character: whether the expression is
// found, and the parts that take that character.
void AutomatonBuilder::expand(const State& state, std::array<bool, kBesides>& accepts,
                              std::array<std::vector<uint32_t>, kBesides>& open) {
  for (size_t i = 0; i < kBesides; ++i) {
    const auto after = static_cast<Beside>(i);
    if (after == Beside::newline && !program_.asks_for_lines) continue;
    if (after == Beside::word && !program_.asks_for_words) continue;
    if (after == Beside::folded_word && !program_.asks_for_folded_words) continue;
    begin_visit();
    open[i].clear();
    for (const uint32_t part : state.parts) follow(part, state.before, &after, open[i]);
    accepts[i] = std::any_of(open[i].begin(), open[i].end(),
                             [&](uint32_t part) { return parts_[part].op == Part::accept; });
  }
}

void AutomatonBuilder::make_states() {
  states_ = {nullptr, nullptr};
  const uint32_t symbols = made_.symbols_;
  made_.next_.assign(symbols, 0);
  made_.next_.insert(made_.next_.end(), symbols, symbols);
  made_.matches_at_end_ = {false, true};
  made_.start_ = reach({program_.start}, Beside::edge);
  std::array<bool, kBesides> accepts{};
  std::array<std::vector<uint32_t>, kBesides> open;
  for (size_t number = 2; number < states_.size() && !exceeded_; ++number) {
    const State& state = *states_[number];
    expand(state, accepts, open);
    made_.matches_at_end_.push_back(accepts[static_cast<size_t>(Beside::edge)]);
    for (const Symbol& symbol : symbols_) {
      const auto beside = static_cast<size_t>(symbol.beside);
      if (accepts[beside]) {
        made_.next_.push_back(symbols);
        continue;
      }
      // The expression may also begin after this character.
      std::vector<uint32_t> next = {program_.start};
      for (const uint32_t part : open[beside]) {
        take(1);
        if (symbol.is_in(parts_[part].set)) next.push_back(parts_[part].next);
      }
      made_.next_.push_back(reach(std::move(next), symbol.beside));
    }
  }
}

std::optional<Automaton> Automaton::make(const Expression& expression, Attempt& attempt) {
  auto program = write_program(expression, attempt);
  if (!program) return std::nullopt;
  return AutomatonBuilder(std::move(*program), attempt).build();
}

}  // namespace penstock::contract
