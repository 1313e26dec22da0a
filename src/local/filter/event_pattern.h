#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "base/result.h"
#include "local/filter/json_tree.h"
#include "local/filter/value_rules.h"

namespace penstock::local {

// One compiled Pattern. It matches like aws/event-ruler, the engine of EventBridge that AWS
// publishes:
// - All fields of a pattern must match. Other fields of the record are ignored.
// - If a record has an array, any of its elements may match. But the fields of one object in the
//   pattern must match in the same element.
// - {"exists": true} matches leaves only, which objects, {} and [] are not.
// - {"exists": false} matches if the record has no such leaf, in any element of its arrays. But if
// a
//   field with an earlier name, by the alphabet, has matched in an element, only this one counts.
class EventPattern {
 public:
  enum class Format { json, text };  // The format of the values to which the pattern applies.

  // Compiles a pattern, whose top level may have "value" only, as AWS requires for Kafka. The error
  // is `invalid` and says where in the pattern it is.
  [[nodiscard]] static base::Result<EventPattern> compile(const JsonNode& pattern);

  [[nodiscard]] Format format() const { return format_; }
  // Says whether a record matches, which is {"value": …}, or {} for a tombstone. Takes time in
  // proportion to the record and to the pattern.
  [[nodiscard]] bool match(const JsonNode& record) const;

 private:
  using Index = size_t;
  struct Field {
    std::string name;
    bool is_leaf = false;
    Index target = 0;  // An index of leaves_ or objects_.
  };
  struct Object {
    std::vector<Field> fields;
    std::vector<std::vector<Index>> alternatives;  // The objects of each "$or".
  };
  struct Leaf {
    ValueRules rules;
    std::vector<std::string> path;  // Begins at the record.
  };
  class Compiler;
  class Matcher;

  Format format_ = Format::json;
  std::vector<Object> objects_;  // The first is the pattern itself.
  std::vector<Leaf> leaves_;
};

}  // namespace penstock::local
