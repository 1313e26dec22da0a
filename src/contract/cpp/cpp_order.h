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

// Sets `used_by_events` for these types and for all that they contain.
void mark_used_by_events(std::deque<CppType>& types, const std::vector<const CppEvent*>& events);

}  // namespace penstock::contract
