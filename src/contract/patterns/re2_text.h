#pragma once

#include <optional>
#include <string>

#include "contract/expressions/attempt.h"
#include "contract/expressions/expression.h"

namespace penstock::contract {

// Writes the expression in RE2's syntax, so that RE2 finds it in the same texts of UTF-8. Returns
// nothing if it would be too long, or asks for what RE2 has not, as \B between characters; then
// `attempt` says why.
[[nodiscard]] std::optional<std::string> write_for_re2(const Expression& expression,
                                                       Attempt& attempt);

}  // namespace penstock::contract
