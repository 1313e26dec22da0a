// Reads a pattern and matches a text with it. An automaton must find what RE2 finds with the same
// tree. The pattern is the first line, and the text the rest.
#include <re2/re2.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/utf8.h"
#include "contract/expressions/attempt.h"
#include "contract/expressions/expression.h"
#include "contract/patterns/automaton.h"
#include "contract/patterns/pattern.h"
#include "contract/patterns/re2_text.h"
#include "contract/patterns/trim.h"

using namespace penstock;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const size_t end = std::min(input.find('\n'), size);
  const std::string_view pattern = input.substr(0, end);
  const std::string_view text = input.substr(std::min(end + 1, size));
  contract::Attempt attempt;
  auto read = contract::read_pattern(pattern, attempt);
  // What is enforced is valid, and there is a reason for the rest.
  if (read.expression && !contract::is_ecma_pattern(pattern)) __builtin_trap();
  if (!read.expression && (!read.fault || read.fault->sentence.empty())) __builtin_trap();
  if (read.expression) {
    const auto written = contract::write_for_re2(*read.expression, attempt);
    contract::trim(*read.expression);
    const auto automaton = contract::Automaton::make(*read.expression, attempt);
    const bool found = automaton && automaton->is_found_in(text);
    if (automaton && written && base::is_utf8(text)) {
      RE2::Options options(RE2::Quiet);
      options.set_max_mem(8 << 20);  // As much as PatternCompiler lets RE2 have.
      const RE2 oracle(*written, options);
      if (!oracle.ok() && oracle.error_code() != RE2::ErrorPatternTooLarge) __builtin_trap();
      if (oracle.ok() &&
          found != RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), oracle)) {
        __builtin_trap();
      }
    }
  }
  const auto compiled = contract::PatternCompiler({}).compile(pattern);
  if (compiled && !read.expression) __builtin_trap();
  if (compiled && compiled->memory_bytes() > contract::PatternLimits{}.memory_bytes_max) {
    __builtin_trap();
  }
  return 0;
}
