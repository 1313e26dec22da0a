#include "contract/patterns/pattern.h"

#include <re2/re2.h>
#include <re2/stringpiece.h>

#include <optional>
#include <utility>

#include "contract/patterns/automaton.h"
#include "contract/patterns/expression.h"

namespace penstock::contract {

namespace {

// This is the memory of a pattern that RE2 matches, in bytes, for the program and for the states
// that it makes while it reads a text. A large program needs more, and there RE2's default is the
// limit.
constexpr int64_t kSmallMemory = 1 << 20;
constexpr int64_t kLargeMemory = 8 << 20;

// To make a new state for a byte takes RE2 up to 10 ns for each instruction of the program. A text
// can make it do so for each of its bytes: the states do not fit into the memory then, and are
// forgotten again.
constexpr uint64_t kStepsPerInstruction = 4;

std::unique_ptr<const re2::RE2> compile_re2(std::string_view text, int64_t memory) {
  re2::RE2::Options options(re2::RE2::Quiet);
  options.set_max_mem(memory);
  // Whether there is a match does not depend on which one is found. RE2 needs one table less then.
  options.set_longest_match(true);
  return std::make_unique<const re2::RE2>(re2::StringPiece(text.data(), text.size()), options);
}

base::Error refused(std::string sentence) {
  return base::Error{.code = base::ErrorCode::invalid, .message = std::move(sentence)};
}

}  // namespace

Pattern::Pattern(std::string_view text) : text_(text) {}
Pattern::Pattern(Pattern&&) noexcept = default;
Pattern& Pattern::operator=(Pattern&&) noexcept = default;
Pattern::~Pattern() = default;

bool Pattern::is_found_in(std::string_view subject) const {
  if (automaton_) return automaton_->is_found_in(subject);
  return re2::RE2::PartialMatch(re2::StringPiece(subject.data(), subject.size()), *regex_);
}

base::Result<Pattern> PatternCompiler::compile(std::string_view text) {
  Pattern pattern(text);
  // This also bounds how long a hostile document keeps the compiler busy.
  if (memory_bytes_ > limits_.memory_bytes_max) return too_large(pattern);
  int64_t memory = kSmallMemory;
  auto regex = compile_re2(text, memory);
  if (!regex->ok()) {
    memory = kLargeMemory;
    regex = compile_re2(text, memory);
  }
  if (!regex->ok()) {
    return refused("RE2 cannot match the pattern " + pattern.text_ +
                   " in linear time: " + regex->error());
  }
  std::optional<Automaton> automaton;
  if (const auto expression = read_expression(text, book_)) {
    automaton = Automaton::make(*expression);
  }
  if (automaton) {
    pattern.memory_bytes_ = automaton->memory_bytes();
    pattern.automaton_ = std::make_unique<const Automaton>(std::move(*automaton));
  } else {
    pattern.steps_per_byte_ = kStepsPerInstruction * static_cast<uint64_t>(regex->ProgramSize());
    pattern.memory_bytes_ = static_cast<size_t>(memory);
    pattern.regex_ = std::move(regex);
  }
  memory_bytes_ += pattern.memory_bytes_;
  if (memory_bytes_ > limits_.memory_bytes_max) return too_large(pattern);
  if (pattern.steps_per_byte_ > limits_.steps_per_byte_max) {
    return refused(
        "matching the pattern " + pattern.text_ + " takes up to " +
        std::to_string(pattern.steps_per_byte_) + " steps for each byte of a text, and at most " +
        std::to_string(limits_.steps_per_byte_max) +
        " are allowed; let it repeat fewer times, anchor it with ^, use maxLength instead "
        "of a count, or raise the API's PATTERN_STEPS_MAX");
  }
  return pattern;
}

base::Error PatternCompiler::too_large(const Pattern& pattern) const {
  return refused("with the pattern " + pattern.text_ + ", the patterns take up to " +
                 std::to_string(memory_bytes_ >> 20) + " MiB of memory, and at most " +
                 std::to_string(limits_.memory_bytes_max >> 20) + " are allowed");
}

}  // namespace penstock::contract
