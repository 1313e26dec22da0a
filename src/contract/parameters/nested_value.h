#pragma once

#include <boost/json/storage_ptr.hpp>
#include <boost/json/value.hpp>
#include <span>
#include <string_view>

#include "contract/parameters/parameter.h"

namespace penstock::contract {

// An Added says what add_nested() has done with a text.
enum class Added {
  yes,
  repeated,    // There is a value already where the text belongs.
  undeclared,  // The schema has no such place.
  disordered,  // The number of an element is not the next one.
};

// Keys are the parts of a name such as "filter[size][0]" after the parameter's name.
struct Keys {
  std::string_view keys[kNestedMax];
  size_t count = 0;
};

// Reads the keys of a name into `keys`, which views it. Returns false if the name does not belong
// to the parameter, or has more than kNestedMax keys.
[[nodiscard]] bool read_keys(std::string_view name, std::string_view parameter, Keys& keys);

// Adds the decoded text of one name to `value`, an array or object of this shape, which is null
// before the first text. A key is a property's name, the number of an array's element from 0 on, or
// nothing for the next element. A text whose keys end at an array is its next element, too.
[[nodiscard]] Added add_nested(boost::json::value& value, const Shape& shape,
                               std::span<const std::string_view> keys, std::string_view text,
                               const boost::json::storage_ptr& storage, Steps& steps);

}  // namespace penstock::contract
