#include "contract/patterns/pattern.h"

#include <re2/re2.h>
#include <re2/stringpiece.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "base/printable_text.h"
#include "contract/expressions/attempt.h"
#include "contract/expressions/expression.h"
#include "contract/patterns/automaton.h"
#include "contract/patterns/re2_text.h"
#include "contract/patterns/trim.h"

namespace penstock::contract {

namespace {

// This is the memory of a pattern that RE2 matches, in bytes, for the program and for the states
// that it makes while it reads a text. A large program needs more, and there RE2's default is the
// limit.
constexpr size_t kSmallMemory = size_t{1} << 20;
constexpr size_t kLargeMemory = size_t{8} << 20;

// To make a new state for a byte takes RE2 up to 10 ns for each instruction of the program. A text
// can make it do so for each of its bytes: the states do not fit into the memory then, and are
// forgotten again.
constexpr uint64_t kStepsPerInstruction = 4;
// A text can make each byte read another part of the table. If that is in no nearer cache than the
// one that the cores share, it takes up to 20 ns.
constexpr uint64_t kStepsOfLargeAutomaton = 8;

// RE2 takes some twenty bytes for each instruction.
constexpr size_t kBytesPerInstruction = 20;

constexpr size_t kShownBytesMax = 500;  // Of a pattern in a sentence.
constexpr size_t kSentenceBytesMax = 1000;

constexpr std::string_view kCures =
    "use enum instead of a list of words, let patterns repeat fewer times, anchor them with ^, or "
    "use maxLength instead of a count";

std::shared_ptr<const re2::RE2> make_re2(std::string_view text, size_t memory) {
  re2::RE2::Options options(re2::RE2::Quiet);
  options.set_max_mem(static_cast<int64_t>(memory));
  // Whether there is a match does not depend on which one is found. RE2 needs one table less then.
  options.set_longest_match(true);
  return std::make_shared<const re2::RE2>(re2::StringPiece(text.data(), text.size()), options);
}

// Says which pattern the fault is about, and where it is.
PatternFault located(const PatternFault& fault, const std::string& shown) {
  return {.kind = fault.kind,
          .sentence = "at column " + std::to_string(fault.column) + " of the pattern " + shown +
                      ": " + base::printable(fault.sentence, kSentenceBytesMax),
          .column = fault.column};
}

std::string kibibytes(size_t bytes) {
  return std::to_string((bytes + 1023) / 1024) + " KiB";
}

}  // namespace

bool Pattern::is_found_in(std::string_view subject) const {
  if (automaton_) return automaton_->is_found_in(subject);
  return regex_ == nullptr ||
         re2::RE2::PartialMatch(re2::StringPiece(subject.data(), subject.size()), *regex_);
}

std::optional<std::string> Pattern::sample(uint64_t length_min, uint64_t length_max,
                                           unsigned variant) const {
  return automaton_ ? automaton_->sample(length_min, length_max, variant) : std::nullopt;
}

PatternResult PatternCompiler::compile(std::string_view text) {
  if (is_beyond_) return Pattern(text);
  if (const auto known = known_.find(std::string(text)); known != known_.end()) {
    return known->second;
  }
  auto compiled = compile_new(text);
  if (!is_beyond_) known_.emplace(text, compiled);
  return compiled;
}

PatternResult PatternCompiler::compile_new(std::string_view text) {
  Pattern pattern(text);
  const std::string shown = base::printable(text, kShownBytesMax);
  if (re2_bytes_left_ == 0 || reading_visits_left_ == 0) {
    return beyond("before the pattern " + shown +
                  " the patterns of the contract took too long to compile");
  }
  const size_t visits = std::min(Attempt::kVisitsMax, reading_visits_left_);
  Attempt reading{.visits_left = visits};
  ReadPattern read = read_pattern(text, reading);
  reading_visits_left_ -= visits - reading.visits_left;
  if (!read.expression) return located(*read.fault, shown);
  if (read.annex_b) {
    pattern.remarks_.push_back(located(*read.annex_b, shown));
    pattern.remarks_.back().sentence +=
        "; validators that set the flag u, as JSON Schema wants, refuse this";
  }
  trim(*read.expression);
  std::string_view obstacle;
  if (auto automaton = make_automaton(*read.expression, obstacle)) {
    if (automaton->finds_nothing()) {
      const bool has_slashes = text.starts_with('/') && text.find('/', 1) != std::string_view::npos;
      pattern.remarks_.push_back(
          {.kind = "pattern-finds-nothing",
           .sentence = "the pattern " + shown + " is found in no text; " +
                       (has_slashes ? "write it without the '/' around it, and without flags"
                                    : "are ^ and $ where they should be?")});
    }
    pattern.steps_per_byte_ = automaton->is_small() ? 1 : kStepsOfLargeAutomaton;
    pattern.memory_bytes_ = automaton->memory_bytes();
    pattern.automaton_ = std::make_shared<const Automaton>(std::move(*automaton));
  } else if (!use_re2(*read.expression, pattern, obstacle)) {
    return PatternFault{.kind = "pattern-too-costly",
                        .sentence = "the pattern " + shown + " cannot be matched: " +
                                    std::string(obstacle) + "; " + std::string(kCures)};
  }
  if (pattern.steps_per_byte_ > limits_.steps_per_byte_max) {
    const std::string why = obstacle.empty()
                                ? "its automaton is large"
                                : "it has no automaton, because " + std::string(obstacle);
    return PatternFault{.kind = "pattern-too-costly",
                        .sentence = "matching the pattern " + shown + " takes up to " +
                                    std::to_string(pattern.steps_per_byte_) +
                                    " steps for each byte of a text, and at most " +
                                    std::to_string(limits_.steps_per_byte_max) +
                                    " are allowed: " + why + "; " + std::string(kCures) +
                                    ", or allow more with " + limits_.steps_setting};
  }
  memory_bytes_ += pattern.memory_bytes_;
  if (memory_bytes_ > limits_.memory_bytes_max) {
    return beyond("with the pattern " + shown + " the patterns of the contract take " +
                  kibibytes(memory_bytes_) + " of memory, and at most " +
                  kibibytes(limits_.memory_bytes_max) + " are allowed");
  }
  return pattern;
}

std::optional<Automaton> PatternCompiler::make_automaton(const Expression& expression,
                                                         std::string_view& obstacle) {
  const size_t visits = std::min(Attempt::kVisitsMax, visits_left_);
  Attempt attempt{.visits_left = visits};
  auto automaton = Automaton::make(expression, attempt);
  visits_left_ -= visits - attempt.visits_left;
  obstacle = automaton ? std::string_view() : attempt.obstacle;
  if (attempt.visits_left == 0 && visits < Attempt::kVisitsMax) {
    obstacle = "the patterns before it have taken the time that all have together";
  }
  return automaton;
}

bool PatternCompiler::use_re2(const Expression& expression, Pattern& pattern,
                              std::string_view& obstacle) {
  Attempt attempt;
  const auto text = write_for_re2(expression, attempt);
  if (!text) {
    obstacle = attempt.obstacle;
    return false;
  }
  for (const size_t memory : {kSmallMemory, kLargeMemory}) {
    auto regex = make_re2(*text, memory);
    const size_t bytes =
        text->size() +
        (regex->ok() ? kBytesPerInstruction * static_cast<size_t>(regex->ProgramSize()) : memory);
    re2_bytes_left_ -= std::min(bytes, re2_bytes_left_);
    if (!regex->ok()) continue;
    pattern.memory_bytes_ = memory;
    pattern.steps_per_byte_ = kStepsPerInstruction * static_cast<uint64_t>(regex->ProgramSize());
    pattern.regex_ = std::move(regex);
    return true;
  }
  return false;
}

PatternFault PatternCompiler::beyond(const std::string& sentence) {
  is_beyond_ = true;
  known_.clear();
  return {.kind = "patterns-too-large",
          .sentence = sentence + "; those after it are not looked at; " + std::string(kCures)};
}

}  // namespace penstock::contract
