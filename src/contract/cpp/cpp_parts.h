#pragma once

#include <string_view>
#include <vector>

#include "contract/schema/schema.h"

namespace penstock::contract {

// CppParts are all schemas that one value must satisfy at once: those of a property that several
// parts of an `allOf` describe, with what their `$ref` and `allOf` lead to. What they say together
// decides on the type of C++.
struct CppParts {
  // These are the schemas that say something of their own, in the document's order. An alternative
  // is among them if null is the only other one.
  std::vector<const Schema*> parts = {};
  // These are those of `parts` whose `oneOf` or `anyOf` has several alternatives beside null.
  std::vector<const Schema*> choices = {};
  // The types of valid values, without null. It is type::any if nothing is said of them.
  unsigned types = type::any;
  bool nullable = false;  // Whether null is valid, and said to be.
  bool is_open = false;   // Whether a `$dynamicRef` leads to what is only known for a value.
};

// Returns the schemas without those that only refer to another one, which stands for them then.
[[nodiscard]] std::vector<const Schema*> without_references(
    const std::vector<const Schema*>& schemas);
// Takes all parts of the schemas together.
[[nodiscard]] CppParts parts_of(const std::vector<const Schema*>& schemas);

// Returns the alternatives of `oneOf`, or else of `anyOf`, that are not for null alone.
[[nodiscard]] std::vector<const Schema*> alternatives_of(const Schema& choice);

// A CppProperty is a property with all schemas that describe it.
struct CppProperty {
  std::string_view name;
  std::vector<const Schema*> schemas = {};
  bool required = false;
  bool read_only = false;
  bool write_only = false;
};
// Returns the properties of an object, in the order in which the parts name them.
[[nodiscard]] std::vector<CppProperty> properties_of(const CppParts& parts);

// Returns whether the alternatives of all choices and conditions only narrow what the parts
// describe themselves, so that a type that is made of the parts alone has room for every value.
[[nodiscard]] bool choices_only_narrow(const CppParts& parts);

// Returns the texts of an `enum` or `const` of strings that all enumerations of the parts have, in
// the document's order, or nothing if there is none.
[[nodiscard]] std::vector<std::string_view> texts_of(const CppParts& parts);

}  // namespace penstock::contract
