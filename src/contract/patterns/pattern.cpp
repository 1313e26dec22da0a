#include "contract/patterns/pattern.h"

#include <re2/re2.h>
#include <re2/stringpiece.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "base/printable_text.h"
#include "contract/patterns/attempt.h"
#include "contract/patterns/automaton.h"
#include "contract/patterns/expression.h"

namespace penstock::contract {

namespace {

// This is the memory of a pattern that RE2 matches, in bytes, for the program and for the states
// that it makes while it reads a text. A large program needs more, and there RE2's default is the
// limit. Whether RE2 accepts a pattern shows with less, because it reads it all before it gives up.
constexpr size_t kReadingMemory = size_t{64} << 10;
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

base::Error refused(std::string sentence) {
  return base::Error{.code = base::ErrorCode::invalid, .message = std::move(sentence)};
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

base::Result<Pattern> PatternCompiler::compile(std::string_view text) {
  if (is_beyond_) return Pattern(text);
  if (const auto known = known_.find(std::string(text)); known != known_.end()) {
    return known->second;
  }
  auto compiled = compile_new(text);
  if (!is_beyond_) known_.emplace(text, compiled);
  return compiled;
}

base::Result<Pattern> PatternCompiler::compile_new(std::string_view text) {
  Pattern pattern(text);
  const std::string shown = base::printable(text, kShownBytesMax);
  if (re2_bytes_left_ == 0) {
    return beyond("before the pattern " + shown +
                  " the patterns of the contract took too long to compile");
  }
  auto regex = compile_re2(text, kReadingMemory);
  if (!regex->ok() && regex->error_code() != re2::RE2::ErrorPatternTooLarge) {
    return refused("RE2 cannot match the pattern " + shown + " in linear time: " + regex->error());
  }
  const size_t visits = std::min(Attempt::kVisitsMax, visits_left_);
  Attempt attempt{.visits_left = visits};
  std::optional<Automaton> automaton;
  if (const auto expression = read_expression(text, attempt)) {
    automaton = Automaton::make(*expression, attempt);
  }
  visits_left_ -= visits - attempt.visits_left;
  if (attempt.visits_left == 0 && visits < Attempt::kVisitsMax) {
    attempt.obstacle = "the patterns before it have taken the time that all have together";
  }
  if (automaton) {
    pattern.steps_per_byte_ = automaton->is_small() ? 1 : kStepsOfLargeAutomaton;
    pattern.memory_bytes_ = automaton->memory_bytes();
    pattern.automaton_ = std::make_shared<const Automaton>(std::move(*automaton));
  } else {
    pattern.memory_bytes_ = kSmallMemory;
    regex = compile_re2(text, kSmallMemory);
    if (!regex->ok()) {
      pattern.memory_bytes_ = kLargeMemory;
      regex = compile_re2(text, kLargeMemory);
    }
    if (!regex->ok()) {
      return refused("RE2 cannot match the pattern " + shown +
                     " in linear time: " + regex->error() + ", and it has no automaton, because " +
                     std::string(attempt.obstacle));
    }
    pattern.steps_per_byte_ = kStepsPerInstruction * static_cast<uint64_t>(regex->ProgramSize());
    pattern.regex_ = std::move(regex);
  }
  if (pattern.steps_per_byte_ > limits_.steps_per_byte_max) {
    const std::string why = automaton
                                ? "its automaton is large"
                                : "it has no automaton, because " + std::string(attempt.obstacle);
    return refused("matching the pattern " + shown + " takes up to " +
                   std::to_string(pattern.steps_per_byte_) +
                   " steps for each byte of a text, and at most " +
                   std::to_string(limits_.steps_per_byte_max) + " are allowed: " + why + "; " +
                   std::string(kCures) + ", or allow more with " + limits_.steps_setting);
  }
  memory_bytes_ += pattern.memory_bytes_;
  if (memory_bytes_ > limits_.memory_bytes_max) {
    return beyond("with the pattern " + shown + " the patterns of the contract take " +
                  kibibytes(memory_bytes_) + " of memory, and at most " +
                  kibibytes(limits_.memory_bytes_max) + " are allowed");
  }
  return pattern;
}

std::shared_ptr<const re2::RE2> PatternCompiler::compile_re2(std::string_view text, size_t memory) {
  auto regex = make_re2(text, memory);
  size_t bytes = text.size();
  if (regex->ok()) {
    bytes += kBytesPerInstruction * static_cast<size_t>(regex->ProgramSize());
  } else if (regex->error_code() == re2::RE2::ErrorPatternTooLarge) {
    bytes += memory;
  }
  re2_bytes_left_ -= std::min(bytes, re2_bytes_left_);
  return regex;
}

base::Error PatternCompiler::beyond(const std::string& sentence) {
  is_beyond_ = true;
  known_.clear();
  return refused(sentence + "; those after it are not looked at; " + std::string(kCures));
}

}  // namespace penstock::contract
