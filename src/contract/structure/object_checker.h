#pragma once

#include <boost/unordered/unordered_flat_set.hpp>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace penstock::contract {

class Sources;
struct Node;

// This room knows what the objects of an OpenAPI document look like, apart from schemas and
// security schemes: which members they may have, the base paths that servers give, and the names of
// operations. Its rules are tables (object_rules.h).

struct ObjectRule;

// A FieldRule is about one member of an object.
struct FieldRule {
  enum class Type : uint8_t {
    anything,
    text,
    flag,    // True or false.
    object,  // An object, which has this rule.
    list,    // A list of objects, which all have this rule.
    map,     // An object with any keys, whose values are objects and all have this rule.
    texts,   // A list of strings.
    names,   // The same as `map`, but its keys are names of components.
  };

  std::string_view key;
  Type type = Type::text;
  const ObjectRule* rule = nullptr;  // Null if the objects are read elsewhere.
  bool required = false;
  bool since_3_1 = false;  // OpenAPI 3.0 does not have it.
};

// An ObjectRule says what one kind of object may have. Extensions (`x-…`) are always allowed.
struct ObjectRule {
  std::string_view name;   // What messages call it, such as "info".
  std::string_view title;  // The section of the specification, such as "Info Object".
  std::span<const FieldRule> fields;
  bool may_be_reference = false;  // A Reference Object is not looked into.
  // Two members that exclude one another, or two empty names.
  std::pair<std::string_view, std::string_view> exclusive = {};
};

// Checks objects by their rules, and records problems. Each object is checked once for each rule,
// so that aliases of YAML do not multiply the work. The depth is that of the rules.
class ObjectChecker {
 public:
  // `sources` must outlive this object.
  ObjectChecker(Sources& sources, bool is_3_0) : sources_(sources), is_3_0_(is_3_0) {}

  // Returns whether the node is an object that has all that the rule requires, of the right types.
  // An unknown key is a problem, too, but the object can still be read.
  bool check(const Node& node, const ObjectRule& rule);

  [[nodiscard]] bool is_3_0() const { return is_3_0_; }

 private:
  [[nodiscard]] bool check_field(const Node& value, const FieldRule& field, const ObjectRule& of);
  void refuse_unknown_keys(const Node& node, const ObjectRule& rule);
  void check_names(const Node& map);
  bool wrong(const Node& at, const FieldRule& field, const ObjectRule& of);

  Sources& sources_;
  const bool is_3_0_;
  boost::unordered_flat_set<std::pair<const Node*, const void*>> checked_;
};

}  // namespace penstock::contract
