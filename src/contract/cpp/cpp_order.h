#pragma once

#include <deque>
#include <vector>

#include "contract/cpp/cpp_model.h"

namespace penstock::contract {

// Puts what would contain itself into a Box: each struct or variant that is a member, or in a map,
// of one that it contains. Call it once, when the types are filled.
void box_recursions(std::deque<CppType>& types);

// Returns the types that have a name. Each is behind those that it contains as they are, and
// otherwise they are sorted by name. What is only in lists or boxes needs no more than a
// declaration.
[[nodiscard]] std::vector<const CppType*> in_order(const std::deque<CppType>& types);

}  // namespace penstock::contract
