#pragma once

#include <boost/json/value.hpp>
#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "contract/formats/formats.h"
#include "contract/schema/json_type.h"
#include "json/number.h"

namespace re2 {
class RE2;
}

namespace penstock::contract {

// This room makes schemas of the document (document/) into a graph of rules, and holds values
// against it. A Schema is one node of the graph: a small struct of the types that it allows and of
// pointers to the rules that it has, by what they are about: strings, numbers, arrays, objects, and
// composition, which is other schemas about the same value. Schemas point to one another (`$ref`
// makes circles) and to their nodes in the document, which they borrow. A std::deque<Schema> of the
// Contract owns them, for their addresses are stable there. A rule that a schema does not have
// costs a test of one pointer.
//
// A SchemaCompiler fills the list at start, with a SchemaReader for each schema;
// schema_keywords.cpp is the table of the keywords. Afterwards it is only read, by validate.h: a
// Validation (validation.h) walks the graph and the value together.

struct Node;
struct Resource;
struct Schema;

struct Pattern {
  Pattern(std::string_view expression, std::unique_ptr<const re2::RE2> compiled);
  Pattern(Pattern&&) noexcept;
  Pattern& operator=(Pattern&&) noexcept;
  ~Pattern();

  [[nodiscard]] bool is_in(std::string_view text) const;

  std::string text;  // As in the document.
  std::unique_ptr<const re2::RE2> regex;
};

struct Enumeration {
  std::vector<boost::json::value> values;
  std::vector<std::pair<uint64_t, uint32_t>> by_hash;  // Sorted; where there are many.
  bool single = false;                                 // `const`

  [[nodiscard]] bool has(const boost::json::value& value) const;
  [[nodiscard]] bool has_text(std::string_view text) const;
};

struct StringRules {
  std::optional<uint64_t> min_length, max_length;  // Code points.
  std::optional<Pattern> pattern;
  const Format* format = nullptr;
};

// A range that a format names: int32, float, …
struct NumberFormat {
  std::string_view name;
  int64_t min;
  uint64_t max;
  double magnitude;  // Not 0: of a number that need not be whole, instead of the above.
  std::string_view sentence;

  [[nodiscard]] bool matches(const boost::json::value& number) const;
};

struct NumberRules {
  std::optional<boost::json::value> minimum, maximum, above, below;  // The last two are exclusive.
  std::optional<json::Multiple> multiple;
  std::string multiple_text;
  const NumberFormat* format = nullptr;
};

struct ArrayRules {
  uint64_t min_items = 0;
  std::optional<uint64_t> max_items;
  bool unique = false;
  std::vector<const Schema*> prefix;
  const Schema* items = nullptr;  // Of the elements after the prefix.
  const Schema* contains = nullptr;
  uint64_t min_contains = 1;
  std::optional<uint64_t> max_contains;
  const Schema* unevaluated = nullptr;
};

struct Property {
  std::string name;
  const Schema* schema = nullptr;  // Null: required, but not described.
  bool required = false;
};

struct ObjectRules {
  std::vector<Property> properties;
  boost::unordered_flat_map<std::string_view, uint32_t> by_name;  // Where there are many.
  size_t required = 0;
  std::vector<std::pair<Pattern, const Schema*>> patterns;
  const Schema* additional = nullptr;
  const Schema* names = nullptr;
  uint64_t min_properties = 0;
  std::optional<uint64_t> max_properties;
  std::vector<std::pair<std::string, std::vector<std::string>>> dependent_required;
  std::vector<std::pair<std::string, const Schema*>> dependent_schemas;
  const Schema* unevaluated = nullptr;

  // The property's index, or properties.size(). `hint` is where it would be if the members came in
  // this order.
  [[nodiscard]] size_t find(std::string_view name, size_t hint) const;
};

// Chooses between the alternatives of `oneOf`, or of `anyOf` where there is no `oneOf`.
struct Discriminator {
  std::string property;
  std::vector<std::pair<std::string, const Schema*>> branches;  // By the property's value.

  [[nodiscard]] const Schema* branch(std::string_view value) const;
};

// `$dynamicRef`: the outermost resource on the way here that has the anchor decides (core section
// 8.2.3.2).
struct DynamicReference {
  const Schema* initial = nullptr;
  std::string anchor;  // Empty: it is an ordinary reference.
  std::vector<std::pair<const Resource*, const Schema*>> candidates;
};

struct Composition {
  const Schema* reference = nullptr;
  std::optional<DynamicReference> dynamic;
  std::vector<const Schema*> all_of, any_of, one_of;
  std::optional<Discriminator> discriminator;
  const Schema* none_of = nullptr;  // `not`
  const Schema* condition = nullptr;
  const Schema* consequence = nullptr;
  const Schema* alternative = nullptr;
};

// Properties that go in one direction only. What is required need not be there in the other.
struct OneWayNames {
  std::vector<std::string> read_only, write_only;
};

struct Schema {
  unsigned types = type::any;  // 0: nothing is valid.
  std::unique_ptr<Enumeration> enumeration;
  std::unique_ptr<Enumeration> constant;
  std::unique_ptr<StringRules> string;
  std::unique_ptr<NumberRules> number;
  std::unique_ptr<ArrayRules> array;
  std::unique_ptr<ObjectRules> object;
  std::unique_ptr<Composition> composition;
  std::unique_ptr<OneWayNames> one_way;  // Of the object that this schema and its parts describe.
  // Where the schema is a property's; a part that says so (`$ref`, `allOf`) counts.
  bool read_only = false;
  bool write_only = false;
  unsigned allowed = type::any;  // Types that a value can have: what all parts allow.
  const Resource* resource = nullptr;
  const Node* node = nullptr;  // As in the document, of which it borrows.
};

// Returns null if the format says nothing about numbers.
[[nodiscard]] const NumberFormat* find_number_format(std::string_view name);

}  // namespace penstock::contract
