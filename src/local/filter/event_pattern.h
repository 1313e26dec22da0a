#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "base/result.h"
#include "local/filter/json_tree.h"
#include "local/filter/value_rules.h"

namespace penstock::local {

// One Pattern, compiled. Its steps follow aws/event-ruler, the engine of EventBridge that AWS
// publishes:
// - Fields of a pattern must all match. A field that the pattern does not name is of no interest.
// - An array in a record stands for its elements, and of those any may match; but fields of one
// object in the
//   pattern must match in one and the same element.
// - {"exists": true} is about leaves: an object, {} and [] are none.
// - {"exists": false} wants that no such leaf is anywhere in the record, whichever element it would
// be in.
class EventPattern {
 public:
  // What the pattern wants a record's value to be.
  enum class Format { json, text };

  // An Error says where in the pattern. Only "value" may be on its top level, as is so for Kafka.
  [[nodiscard]] static base::Result<EventPattern> compile(const JsonNode& pattern);

  [[nodiscard]] Format format() const { return format_; }
  // `record` is {"value": …}, or {} for a tombstone. Takes time in proportion to the record and to
  // the pattern.
  [[nodiscard]] bool match(const JsonNode& record) const;

 private:
  using Index = size_t;
  struct Field {
    std::string name;
    bool is_leaf = false;
    Index target = 0;  // In leaves_ or objects_.
  };
  struct Object {
    std::vector<Field> fields;
    std::vector<std::vector<Index>> alternatives;  // Of each "$or".
  };
  struct Leaf {
    ValueRules rules;
    std::vector<std::string> path;  // From the record's top.
  };
  class Compiler;
  class Matcher;

  Format format_ = Format::json;
  std::vector<Object> objects_;  // The first is the pattern itself.
  std::vector<Leaf> leaves_;
};

}  // namespace penstock::local
