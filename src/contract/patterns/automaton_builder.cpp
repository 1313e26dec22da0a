// Makes an Automaton: the expression becomes a program of small parts, and the sets of parts that a
// text can reach become its states.
#include <algorithm>
#include <bitset>
#include <map>

#include "contract/patterns/automaton.h"
#include "contract/patterns/expression.h"

namespace penstock::contract {

namespace {

using Kind = Expression::Kind;
using Members = std::bitset<Automaton::kSetsMax>;

// A Beside says what is before or after a place in the text, as far as assertions ask for it.
enum class Beside : uint8_t { edge, newline, word, other };
constexpr size_t kBesides = 4;

// A Part is an instruction of a nondeterministic automaton.
struct Part {
  enum Op : uint8_t { character, assertion, split, accept };

  Op op = accept;
  Kind assertion_kind = Kind::empty;
  uint32_t set = 0;  // The index of the set of characters.
  uint32_t next = 0;
  uint32_t other = 0;  // The second way of a split.
};

// A Symbol is a class of characters that the same sets contain.
struct Symbol {
  Members members;
  Beside beside = Beside::other;
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
  std::optional<Automaton> build(const Expression& expression) {
    parts_.push_back({.op = Part::accept});
    first_ = emit(expression, 0);
    if (exceeded_) return std::nullopt;
    if (asks_for_words_) index_of(word_characters());
    if (asks_for_lines_) {
      CharacterSet newline;
      newline.add('\n', '\n');
      index_of(newline);
    }
    if (exceeded_ || !divide_characters()) return std::nullopt;
    visited_.resize(parts_.size());
    make_states();
    if (exceeded_) return std::nullopt;
    return std::move(made_);
  }

 private:
  // Adds the parts for `expression`, after which the text goes on with the part `next`. Returns the
  // part to begin with.
  uint32_t emit(const Expression& expression, uint32_t next);
  uint32_t emit_repeat(const Expression& expression, uint32_t next);
  uint32_t add(const Part& part) {
    if (parts_.size() >= Automaton::kPartsMax) {
      exceeded_ = true;
      return 0;
    }
    parts_.push_back(part);
    return static_cast<uint32_t>(parts_.size() - 1);
  }
  uint32_t index_of(const CharacterSet& set) {
    const auto [known, is_new] = set_index_.emplace(set, static_cast<uint32_t>(set_index_.size()));
    if (set_index_.size() > Automaton::kSetsMax) exceeded_ = true;
    return known->second;
  }

  bool divide_characters();
  void fill_pages(const std::vector<std::pair<uint32_t, uint8_t>>& segments);
  void make_states();
  // Adds to `found` the parts that `part` leads to without a character, before which is `before`.
  // Assertions that also ask for what follows are added themselves, unless `after` is given.
  void follow(uint32_t part, Beside before, const Beside* after, std::vector<uint32_t>& found);
  bool holds(Kind assertion, Beside before, Beside after) const;
  void begin_visit() { ++visit_; }
  // Returns the state that is reached by these parts, after the character `before`.
  uint16_t reach(std::vector<uint32_t> parts, Beside before);
  void expand(const State& state, std::array<bool, kBesides>& accepts,
              std::array<std::vector<uint32_t>, kBesides>& open);

  std::vector<Part> parts_;
  uint32_t first_ = 0;
  std::map<CharacterSet, uint32_t> set_index_;
  std::vector<Symbol> symbols_;
  bool asks_for_words_ = false;
  bool asks_for_lines_ = false;
  bool exceeded_ = false;
  size_t visits_ = 0;
  uint32_t visit_ = 0;
  std::vector<uint32_t> visited_;
  std::map<State, uint16_t> known_;
  std::vector<const State*> states_;  // By number; the first two have none.
  Automaton made_;
};

uint32_t AutomatonBuilder::emit(const Expression& expression, uint32_t next) {
  if (exceeded_) return 0;
  switch (expression.kind) {
    case Kind::empty:
      return next;
    case Kind::character:
      return add({.op = Part::character, .set = index_of(expression.set), .next = next});
    case Kind::sequence:
      for (size_t i = expression.children.size(); i > 0; --i) {
        next = emit(expression.children[i - 1], next);
      }
      return next;
    case Kind::choice: {
      uint32_t all = emit(expression.children.back(), next);
      for (size_t i = expression.children.size() - 1; i > 0; --i) {
        const uint32_t one = emit(expression.children[i - 1], next);
        all = add({.op = Part::split, .next = one, .other = all});
      }
      return all;
    }
    case Kind::repeat:
      return emit_repeat(expression, next);
    case Kind::word_edge:
      asks_for_words_ = true;
      break;
    case Kind::line_start:
    case Kind::line_end:
      asks_for_lines_ = true;
      break;
    default:
      break;
  }
  return add({.op = Part::assertion, .assertion_kind = expression.kind, .next = next});
}

uint32_t AutomatonBuilder::emit_repeat(const Expression& expression, uint32_t next) {
  const Expression& child = expression.children.front();
  if (expression.max == Expression::kUnlimited) {
    const uint32_t loop = add({.op = Part::split, .other = next});
    const uint32_t body = emit(child, loop);
    if (exceeded_) return 0;
    parts_[loop].next = body;
    next = loop;
  } else {
    const uint32_t end = next;
    for (uint32_t i = expression.min; i < expression.max && !exceeded_; ++i) {
      const uint32_t body = emit(child, next);
      next = add({.op = Part::split, .next = body, .other = end});
    }
  }
  for (uint32_t i = 0; i < expression.min && !exceeded_; ++i) next = emit(child, next);
  return next;
}

// Gives each character its symbol. Returns false if there are too many symbols.
bool AutomatonBuilder::divide_characters() {
  // Between two cuts all characters are in the same sets.
  std::vector<uint32_t> cuts = {0, 0x80};
  for (const auto& [set, index] : set_index_) {
    for (const CharacterSet::Range& range : set.ranges) {
      cuts.push_back(range.first);
      cuts.push_back(range.last + 1);
    }
  }
  std::sort(cuts.begin(), cuts.end());
  cuts.erase(std::unique(cuts.begin(), cuts.end()), cuts.end());
  if (cuts.back() > kCodePointMax) cuts.pop_back();
  std::vector<Members> members(cuts.size());
  for (const auto& [set, index] : set_index_) {
    for (const CharacterSet::Range& range : set.ranges) {
      const auto first = std::lower_bound(cuts.begin(), cuts.end(), range.first) - cuts.begin();
      for (auto i = static_cast<size_t>(first); i < cuts.size() && cuts[i] <= range.last; ++i) {
        members[i].set(index);
      }
    }
  }
  std::map<std::string, uint8_t> known;  // By the text of the members, which has an order.
  std::vector<std::pair<uint32_t, uint8_t>> segments;
  const auto beside_of = [&](uint32_t point) {
    if (asks_for_lines_ && point == '\n') return Beside::newline;
    const CharacterSet words = asks_for_words_ ? word_characters() : CharacterSet();
    return std::any_of(words.ranges.begin(), words.ranges.end(),
                       [&](const auto& r) { return point >= r.first && point <= r.last; })
               ? Beside::word
               : Beside::other;
  };
  for (size_t i = 0; i < cuts.size(); ++i) {
    if (known.size() >= UINT8_MAX) return false;
    const auto [symbol, is_new] =
        known.emplace(members[i].to_string(), static_cast<uint8_t>(symbols_.size()));
    if (is_new) symbols_.push_back({members[i], beside_of(cuts[i])});
    segments.emplace_back(cuts[i], symbol->second);
  }
  made_.wrong_ = static_cast<uint8_t>(symbols_.size());
  symbols_.push_back({});
  made_.symbols_ = static_cast<uint32_t>(symbols_.size());
  fill_pages(segments);
  return true;
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
  const size_t wide = i;
  for (; i < segments.size(); ++i) is_uniform = is_uniform && segments[i].second == made_.wide_;
  if (is_uniform) return;
  std::vector<uint8_t> symbol_of(kCodePointMax + 1);
  for (i = wide; i < segments.size(); ++i) {
    std::fill(symbol_of.begin() + segments[i].first, symbol_of.begin() + end_of(i),
              segments[i].second);
  }
  std::map<std::string_view, uint16_t> known;
  for (size_t at = 0; at < symbol_of.size(); at += Automaton::kPageSize) {
    const std::string_view page(reinterpret_cast<const char*>(&symbol_of[at]),
                                Automaton::kPageSize);
    const auto [same, is_new] = known.emplace(page, static_cast<uint16_t>(known.size()));
    if (is_new) made_.pages_.insert(made_.pages_.end(), page.begin(), page.end());
    made_.page_of_.push_back(same->second);
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
    default:  // word_edge
      return (before == Beside::word) != (after == Beside::word);
  }
}

void AutomatonBuilder::follow(uint32_t part, Beside before, const Beside* after,
                              std::vector<uint32_t>& found) {
  std::vector<uint32_t> open = {part};
  while (!open.empty() && !exceeded_) {
    const uint32_t at = open.back();
    open.pop_back();
    if (visited_[at] == visit_) continue;
    visited_[at] = visit_;
    if (++visits_ > Automaton::kVisitsMax) exceeded_ = true;
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

uint16_t AutomatonBuilder::reach(std::vector<uint32_t> parts, Beside before) {
  begin_visit();
  State state;
  for (const uint32_t part : parts) follow(part, before, nullptr, state.parts);
  if (exceeded_) return 0;
  for (const uint32_t part : state.parts) {
    if (parts_[part].op == Part::accept) return static_cast<uint16_t>(made_.symbols_);
    if (parts_[part].op == Part::assertion) state.before = before;
  }
  // The expression begins again after each character, so only a line's start can still help.
  if (state.parts.empty() && !asks_for_lines_) return 0;
  std::sort(state.parts.begin(), state.parts.end());
  const size_t entry = states_.size() * made_.symbols_;
  const auto [known, is_new] = known_.emplace(std::move(state), static_cast<uint16_t>(entry));
  if (is_new) {
    states_.push_back(&known->first);
    if (entry + made_.symbols_ > Automaton::kEntriesMax) exceeded_ = true;
  }
  return known->second;
}

// Finds what the state leads to before each kind of next character: whether the expression is
// found, and the parts that take that character.
void AutomatonBuilder::expand(const State& state, std::array<bool, kBesides>& accepts,
                              std::array<std::vector<uint32_t>, kBesides>& open) {
  for (size_t i = 0; i < kBesides; ++i) {
    const auto after = static_cast<Beside>(i);
    if (after == Beside::newline && !asks_for_lines_) continue;
    if (after == Beside::word && !asks_for_words_) continue;
    begin_visit();
    open[i].clear();
    for (const uint32_t part : state.parts) follow(part, state.before, &after, open[i]);
    accepts[i] = std::any_of(open[i].begin(), open[i].end(),
                             [&](uint32_t part) { return parts_[part].op == Part::accept; });
  }
}

void AutomatonBuilder::make_states() {
  states_ = {nullptr, nullptr};
  const size_t symbols = symbols_.size();
  made_.next_.assign(symbols, 0);
  made_.next_.insert(made_.next_.end(), symbols, static_cast<uint16_t>(symbols));
  made_.matches_at_end_ = {false, true};
  made_.start_ = reach({first_}, Beside::edge);
  std::array<bool, kBesides> accepts{};
  std::array<std::vector<uint32_t>, kBesides> open;
  for (size_t number = 2; number < states_.size() && !exceeded_; ++number) {
    const State& state = *states_[number];
    expand(state, accepts, open);
    made_.matches_at_end_.push_back(accepts[static_cast<size_t>(Beside::edge)]);
    for (const Symbol& symbol : symbols_) {
      const auto beside = static_cast<size_t>(symbol.beside);
      if (accepts[beside]) {
        made_.next_.push_back(static_cast<uint16_t>(symbols));
        continue;
      }
      // The expression may also begin after this character.
      std::vector<uint32_t> next = {first_};
      for (const uint32_t part : open[beside]) {
        if (++visits_ > Automaton::kVisitsMax) exceeded_ = true;
        if (symbol.members.test(parts_[part].set)) next.push_back(parts_[part].next);
      }
      made_.next_.push_back(reach(std::move(next), symbol.beside));
    }
  }
}

std::optional<Automaton> Automaton::make(const Expression& expression) {
  return AutomatonBuilder().build(expression);
}

}  // namespace penstock::contract
