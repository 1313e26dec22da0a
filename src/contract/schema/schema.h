#pragma once

#include <boost/json/value.hpp>
#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "contract/document/document.h"
#include "contract/formats/formats.h"
#include "contract/schema/violation.h"
#include "json/number.h"

namespace re2 {
class RE2;
}

namespace penstock::contract {

// The compiled form of JSON schemas: nodes of a graph that point to one another (`$ref` makes circles), owned
// by the Contract, made once at start and only read afterwards. A rule that a schema does not have costs a
// test of one pointer.

struct Resource;
struct Schema;

// Types of JSON, as bits; `number` includes the whole ones.
namespace type {
inline constexpr unsigned null = 1;
inline constexpr unsigned boolean = 2;
inline constexpr unsigned integer = 4;
inline constexpr unsigned number = 8;
inline constexpr unsigned string = 16;
inline constexpr unsigned array = 32;
inline constexpr unsigned object = 64;
inline constexpr unsigned any = 127;

// The bits of a type that is named as in JSON Schema; 0: there is no such type.
[[nodiscard]] unsigned named(std::string_view name);
}  // namespace type

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

  // The property's index, or properties.size(). `hint` is where it would be if the members came in this
  // order.
  [[nodiscard]] size_t find(std::string_view name, size_t hint) const;
};

// Chooses between the alternatives of `oneOf`, or of `anyOf` where there is no `oneOf`.
struct Discriminator {
  std::string property;
  std::vector<std::pair<std::string, const Schema*>> branches;  // By the property's value.

  [[nodiscard]] const Schema* branch(std::string_view value) const;
};

// `$dynamicRef`: the outermost resource on the way here that has the anchor decides (core section 8.2.3.2).
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

// Whose schema it is: properties that are read-only are no part of a request, those that are write-only none
// of a response (OpenAPI 3.0.3 section 4.7.24.1).
enum class Direction { neither, request, response };

// Adds to `violations` (up to kViolationsMax) what `value` breaks. `in` is of static storage; `name` is what
// the places start with: a parameter's name, or nothing.
void validate(const Schema& schema, const boost::json::value& value, std::string_view in,
              std::string_view name, Direction direction, Violations& violations);
[[nodiscard]] bool is_valid(const Schema& schema, const boost::json::value& value,
                            Direction direction = Direction::neither);
// The same for a text that is known to be a string, without making a JSON value of it.
[[nodiscard]] bool is_plain_string(const Schema& schema);  // Only `string` rules and `enum` apply.
void validate_text(const Schema& schema, std::string_view text, std::string_view in, std::string_view name,
                   Violations& violations);

// Null if the format says nothing about numbers.
[[nodiscard]] const NumberFormat* find_number_format(std::string_view name);

}  // namespace penstock::contract
