// Matches a text with a pattern. An automaton must find what RE2 finds. The pattern is the first
// line, and the text the rest.
#include <re2/re2.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/utf8.h"
#include "contract/patterns/attempt.h"
#include "contract/patterns/automaton.h"
#include "contract/patterns/expression.h"
#include "contract/patterns/pattern.h"

using namespace penstock;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const size_t end = std::min(input.find('\n'), size);
  const std::string_view pattern = input.substr(0, end);
  const std::string_view text = input.substr(std::min(end + 1, size));
  contract::Attempt attempt;
  const auto expression = contract::read_expression(pattern, attempt);
  const auto automaton =
      expression ? contract::Automaton::make(*expression, attempt) : std::nullopt;
  RE2::Options options(RE2::Quiet);
  options.set_max_mem(8 << 20);  // As much as PatternCompiler lets RE2 have.
  const RE2 oracle(re2::StringPiece(pattern.data(), pattern.size()), options);
  if (automaton) {
    const bool found = automaton->is_found_in(text);
    if (oracle.ok() && base::is_utf8(text) &&
        found != RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), oracle)) {
      __builtin_trap();
    }
  }
  contract::PatternCompiler compiler({});
  const auto compiled = compiler.compile(pattern);
  // What is too large for RE2 can still be an automaton.
  const bool is_valid = oracle.ok() || oracle.error_code() == RE2::ErrorPatternTooLarge;
  if (compiled && !is_valid) __builtin_trap();
  if (compiled && compiled->memory_bytes() > contract::PatternLimits{}.memory_bytes_max) {
    __builtin_trap();
  }
  return 0;
}
