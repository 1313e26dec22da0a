#pragma once

#include <boost/json/value.hpp>
#include <boost/unordered/unordered_flat_map.hpp>
#include <boost/unordered/unordered_flat_set.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "contract/formats/formats.h"
#include "contract/patterns/pattern.h"
#include "contract/schema/json_type.h"
#include "json/number.h"

namespace penstock::contract {

// This room compiles the schemas of a document (document/) into a graph of rules, and validates
// values against it. A Schema is one node of the graph: a small struct with the types that it
// allows, and with pointers to the rules that it has, grouped by what they apply to: strings,
// numbers, arrays, objects, and composition, which applies other schemas to the same value. A
// pointer is null where the schema has no such rule, so a missing rule costs one test.
//
// Schemas point to one another, in circles too, because of `$ref`. Each has a pointer to its node
// in the document, too, and borrows text from it. The Contract owns them in a std::deque<Schema>,
// where their addresses are stable; the document must outlive them.
//
// At start, a SchemaCompiler fills the deque. It uses a SchemaReader for each schema; the table of
// keywords is in schema_keywords.cpp. Afterwards the graph is only read, so several threads may use
// it: validate.h is the interface, and a Validation (validation.h) walks the graph and the value
// together.

struct Node;
struct Resource;
struct Schema;

// An Enumeration is the keyword `enum` or `const`.
struct Enumeration {
  std::vector<boost::json::value> values;
  // The hash of each value with its index in `values`, sorted. It is empty for a short list, which
  // is searched from start to end.
  std::vector<std::pair<uint64_t, uint32_t>> by_hash;
  bool single = false;  // True for `const`.
  // This is the size of the arrays and objects among the values, as bytes of JSON text.
  uint64_t structure_bytes = 0;

  // Returns the steps (steps.h) that has() takes for `value`.
  [[nodiscard]] uint64_t steps_for(const boost::json::value& value) const;
  // Returns whether one of the values equals `value`. Numbers are compared by value, so 1.0 equals
  // 1.
  [[nodiscard]] bool has(const boost::json::value& value) const;
  // Returns whether one of the values is the string `text`.
  [[nodiscard]] bool has_text(std::string_view text) const;
};

// StringRules are the keywords for strings. An absent keyword has no value, or is null. This is
// also true of the other rules below.
struct StringRules {
  std::optional<uint64_t> min_length, max_length;  // In code points.
  std::optional<Pattern> pattern;
  const Format* format = nullptr;
};

// A NumberFormat is a range of numbers with the name of a format: `int32`, `float` and so on. The
// names are those of the OpenAPI format registry.
struct NumberFormat {
  std::string_view name;
  // The limits of a whole number, both included. They apply if `magnitude` is 0.
  int64_t min;
  uint64_t max;
  // If not 0, the number may have a fraction, and lies between -magnitude and magnitude.
  double magnitude;
  std::string_view sentence;  // The message of a violation: "must be a whole number from 0 to 255".

  // Returns whether the range contains `number`, which must be a JSON number.
  [[nodiscard]] bool matches(const boost::json::value& number) const;
};

// NumberRules are the keywords for numbers.
struct NumberRules {
  std::optional<boost::json::value> minimum, maximum;
  std::optional<boost::json::value> above, below;  // `exclusiveMinimum` and `exclusiveMaximum`.
  std::optional<json::Multiple> multiple;
  std::string multiple_text;  // The divisor as a message writes it.
  const NumberFormat* format = nullptr;
};

// ArrayRules are the keywords for arrays and their elements.
struct ArrayRules {
  uint64_t min_items = 0;
  std::optional<uint64_t> max_items;
  bool unique = false;
  std::vector<const Schema*> prefix;  // `prefixItems`: the schema of each of the first elements.
  const Schema* items = nullptr;      // The schema of all elements after the prefix.
  // Between `min_contains` and `max_contains` elements must match `contains`.
  const Schema* contains = nullptr;
  uint64_t min_contains = 1;
  std::optional<uint64_t> max_contains;
  const Schema* unevaluated = nullptr;  // `unevaluatedItems`.
};

// A Property is an entry of `properties`, of `required` or of both.
struct Property {
  std::string name;
  const Schema* schema = nullptr;  // Null if the property is required but not described.
  bool required = false;
};

// ObjectRules are the keywords for objects and their properties.
struct ObjectRules {
  std::vector<Property> properties;
  // This has the index of each property in `properties`. It is empty where there are few
  // properties.
  boost::unordered_flat_map<std::string_view, uint32_t> by_name;
  size_t required = 0;  // The number of required properties.
  std::vector<std::pair<Pattern, const Schema*>> patterns;
  // This schema applies to properties that are not in `properties` and match none of `patterns`.
  const Schema* additional = nullptr;
  const Schema* names = nullptr;  // `propertyNames`: the schema of each name.
  uint64_t min_properties = 0;
  std::optional<uint64_t> max_properties;
  std::vector<std::pair<std::string, std::vector<std::string>>> dependent_required;
  std::vector<std::pair<std::string, const Schema*>> dependent_schemas;
  const Schema* unevaluated = nullptr;  // `unevaluatedProperties`.

  // Returns the property's index, or properties.size() if there is no such property. The index
  // `hint` is tried first: it is right if members come in the order of the properties.
  [[nodiscard]] size_t find(std::string_view name, size_t hint) const;
};

// A Discriminator chooses one of the alternatives of `oneOf`, or of `anyOf` if the schema has no
// `oneOf`, by the value of a property (OpenAPI 3.0.3 section 4.7.25). In a schema with neither, a
// base, it chooses among the schemas that have the base in their `allOf`.
struct Discriminator {
  std::string property;
  std::vector<std::pair<std::string, const Schema*>> branches;  // By the property's value.
  // These alternatives have no name. A value that names none of `branches` is checked against them,
  // as the list says.
  std::vector<const Schema*> unnamed;
  // If true, a value that names none of `branches` is checked against the base alone.
  bool of_base = false;
  // These alternatives have the schema of the discriminator in their `allOf`, without the
  // discriminator. So they check all that it does.
  boost::unordered_flat_set<const Schema*> children;

  // Returns the alternative for a value of the property, or null if it names none.
  [[nodiscard]] const Schema* branch(std::string_view value) const;
};

// A DynamicReference is the keyword `$dynamicRef`. It refers to the candidate whose resource is the
// outermost on the way to this schema (JSON Schema core 2020-12 section 8.2.3.2).
struct DynamicReference {
  // This is the target if no resource on the way has a candidate.
  const Schema* initial = nullptr;
  // This is the name of the `$dynamicAnchor`. If it is empty, this is an ordinary reference to
  // `initial`.
  std::string anchor;
  std::vector<std::pair<const Resource*, const Schema*>> candidates;
};

// A Composition is made of the keywords that apply other schemas to the same value.
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

// These are the names of properties that go in one direction only. In the other direction they need
// not be present, even if they are required (OpenAPI 3.0.3 section 4.7.24).
struct OneWayNames {
  std::vector<std::string> read_only, write_only;
};

// A Schema is one schema of the document. A null pointer means that the schema has no rules of that
// kind.
struct Schema {
  unsigned types = type::any;  // The bits of the keyword `type`; 0 if no value is valid.
  std::unique_ptr<Enumeration> enumeration;
  std::unique_ptr<Enumeration> constant;
  std::unique_ptr<StringRules> string;
  std::unique_ptr<NumberRules> number;
  std::unique_ptr<ArrayRules> array;
  std::unique_ptr<ObjectRules> object;
  std::unique_ptr<Composition> composition;
  // These are the properties of the object that this schema describes, together with its parts.
  std::unique_ptr<OneWayNames> one_way;
  // These say whether a property with this schema is read-only or write-only. A part of the schema
  // (by `$ref` or `allOf`) can make it so, too.
  bool read_only = false;
  bool write_only = false;
  // These are the types that a valid value can have, because all parts allow them.
  unsigned allowed = type::any;
  // This says whether the schema has no rules but those for single strings and numbers, `enum` and
  // `const`, as most schemas have. It applies no other schema then.
  bool simple = false;
  const Resource* resource = nullptr;  // The resource that contains it, which the Sources own.
  const Node* node = nullptr;          // The schema's node, which the document owns.
};

// Returns the numeric format with this name, of static storage, or null if there is none.
[[nodiscard]] const NumberFormat* find_number_format(std::string_view name);
// Returns a format of strings or numbers whose name differs from `name` only in case and in what
// separates words, such as `date-time` for `dateTime`, or that has this name elsewhere, such as
// `uri` for `url`. Otherwise it returns an empty text.
[[nodiscard]] std::string_view similar_format(std::string_view name);

}  // namespace penstock::contract
