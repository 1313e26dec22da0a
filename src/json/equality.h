#pragma once

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>

namespace penstock::json {

// Equality of JSON values as JSON Schema 2020-12 section 4.2.2 has it: 1 is 1.0, but not true; the
// order of properties does not matter; strings are compared by code points, which are their bytes'
// order. All of this recurses as deep as the values do, which Reader bounds.

[[nodiscard]] bool equal(const boost::json::value& a, const boost::json::value& b);

// The same for equal values. Keyed by a secret of the process, so that nobody outside can make
// values of one hash: it differs from run to run.
[[nodiscard]] uint64_t hash_of(const boost::json::value& value);

// For uniqueItems: the first element that equals an earlier one, after that one. Empty if there is
// none.
[[nodiscard]] std::optional<std::pair<size_t, size_t>> first_duplicate(
    const boost::json::array& array);

}  // namespace penstock::json
