#pragma once

#include <boost/json/value.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "contract/violation.h"

namespace re2 {
class RE2;
}

namespace penstock::contract {

// The compiled form of a schema of the document: a tree that is made once at start and only read afterwards.
// Knows the keywords below; the compiler refuses a document that uses others.
struct Schema {
  enum Type : unsigned { any = 0, string = 1, integer = 2, number = 4, boolean = 8, object = 16, array = 32 };

  struct Property {
    std::string name;
    bool required = false;
    std::shared_ptr<const Schema> schema;  // Null: required, but not described.
  };

  Type type = any;
  bool nullable = false;
  std::vector<boost::json::value> enumeration;
  // Code points of a string, elements of an array.
  std::optional<uint64_t> min_length, max_length, min_items, max_items;
  std::shared_ptr<const re2::RE2> pattern;
  std::string pattern_text;
  std::optional<double> minimum, maximum;
  std::vector<Property> properties;
  bool additional_properties = true;
  std::shared_ptr<const Schema> items;

  // Adds to `violations` (up to kViolationsMax) what `value` breaks. `in` is of static storage.
  void validate(const boost::json::value& value, std::string_view in, Violations& violations) const;
  // The same for a parameter, which is text whatever its type.
  void validate_text(std::string_view text, std::string_view in, std::string_view name,
                     Violations& violations) const;
};

}  // namespace penstock::contract
