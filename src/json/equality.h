#pragma once

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>

namespace penstock::json {

// Equality of JSON values as JSON Schema 2020-12 section 4.2.2 defines it: 1 equals 1.0 but not
// true, the order of properties does not matter, and strings are compared byte by byte, which for
// UTF-8 is the same as by code points. These functions cannot fail. They recurse as deep as the
// values are nested, which Reader limits.

// Says whether two values are equal.
[[nodiscard]] bool equal(const boost::json::value& a, const boost::json::value& b);

// Returns a hash that is the same for equal values. It is keyed by a random secret of the process,
// so that a client cannot craft values with the same hash. It therefore differs from run to run.
[[nodiscard]] uint64_t hash_of(const boost::json::value& value);

// Finds the first element that equals an earlier one, for the keyword uniqueItems. Returns the
// indexes of the earlier and of the later element, or nothing if all elements differ.
[[nodiscard]] std::optional<std::pair<size_t, size_t>> first_duplicate(
    const boost::json::array& array);

}  // namespace penstock::json
