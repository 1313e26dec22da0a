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

// `pattern`: it is found anywhere in a text, unless it is anchored.
struct Pattern {
  Pattern(std::string_view expression, std::unique_ptr<const re2::RE2> compiled);
  Pattern(Pattern&&) noexcept;
  Pattern& operator=(Pattern&&) noexcept;
  ~Pattern();

  [[nodiscard]] bool is_found_in(std::string_view text) const;

  std::string text;  // As in the document.
  std::unique_ptr<const re2::RE2> regex;
};

// `enum` or `const`.
struct Enumeration {
  std::vector<boost::json::value> values;
  // Hashes of the values and their indexes, sorted; empty where there are few values.
  std::vector<std::pair<uint64_t, uint32_t>> by_hash;
  bool single = false;  // It is `const`.

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
  // Not 0: the number need not be whole, and this is its limit on both sides.
  double magnitude;
  std::string_view sentence;  // "must be a whole number from 0 to 255"

  [[nodiscard]] bool matches(const boost::json::value& number) const;
};

struct NumberRules {
  std::optional<boost::json::value> minimum, maximum, above, below;  // The last two are exclusive.
  std::optional<json::Multiple> multiple;
  std::string multiple_text;  // As a message says it.
  const NumberFormat* format = nullptr;
};

struct ArrayRules {
  uint64_t min_items = 0;
  std::optional<uint64_t> max_items;
  bool unique = false;
  std::vector<const Schema*> prefix;  // Of the first elements, one each.
  const Schema* items = nullptr;      // Of the elements after the prefix.
  const Schema* contains = nullptr;   // Of as many elements as the next two say.
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
  // Indexes of the properties; empty where there are few.
  boost::unordered_flat_map<std::string_view, uint32_t> by_name;
  size_t required = 0;  // How many of the properties are.
  std::vector<std::pair<Pattern, const Schema*>> patterns;
  const Schema* additional = nullptr;  // Of what is neither a property nor matches a pattern.
  const Schema* names = nullptr;       // Of the names themselves.
  uint64_t min_properties = 0;
  std::optional<uint64_t> max_properties;
  std::vector<std::pair<std::string, std::vector<std::string>>> dependent_required;
  std::vector<std::pair<std::string, const Schema*>> dependent_schemas;
  const Schema* unevaluated = nullptr;

  // Returns the property's index, or properties.size(). `hint` is where it would be if the members
  // came in this order.
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
  const Schema* initial = nullptr;  // What it refers to where no resource decides.
  std::string anchor;               // Empty: it is an ordinary reference.
  std::vector<std::pair<const Resource*, const Schema*>> candidates;
};

// Other schemas about the same value.
struct Composition {
  const Schema* reference = nullptr;
  std::optional<DynamicReference> dynamic;
  std::vector<const Schema*> all_of, any_of, one_of;
  std::optional<Discriminator> discriminator;
  const Schema* none_of = nullptr;      // `not`
  const Schema* condition = nullptr;    // `if`
  const Schema* consequence = nullptr;  // `then`
  const Schema* alternative = nullptr;  // `else`
};

// Properties that go in one direction only. What is required need not be there in the other.
struct OneWayNames {
  std::vector<std::string> read_only, write_only;
};

// One schema of the document. A pointer that is null is a kind of rule that it does not have.
struct Schema {
  unsigned types = type::any;  // Of `type`, as type:: bits; 0: nothing is valid.
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
  const Node* node = nullptr;  // In the document, from which it borrows.
};

// Returns null if the format says nothing about numbers.
[[nodiscard]] const NumberFormat* find_number_format(std::string_view name);

}  // namespace penstock::contract
