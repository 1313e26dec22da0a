#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "contract/schema/schema.h"
#include "contract/schema/validate.h"

namespace penstock::contract {

// A Domain is the set of values that several schemas allow together. Schemas that always apply
// with one of them (by `$ref` and `allOf`) are in the list, too. Two domains with the same parts
// are the same object, as long as they come from the same Domains.
struct Domain {
  const Schema* root = nullptr;             // The schema that a message names.
  std::vector<const Schema*> all = {};      // Every value is valid for all of these.
  std::vector<const Schema*> without = {};  // No value is valid for one of these.
  // These lists of alternatives (`anyOf`, `oneOf`) have been replaced by one of their elements.
  std::vector<const std::vector<const Schema*>*> chosen = {};

  // Returns the types that all schemas allow.
  [[nodiscard]] unsigned types() const;
  // Returns whether a keyword restricts the values in a way that an Inclusion does not look at, so
  // that there may be fewer values than it thinks.
  [[nodiscard]] bool is_opaque() const;
  // Returns whether a required property may be missing because it goes in the other direction.
  [[nodiscard]] bool excuses(Direction direction) const;
  // Returns whether the value is valid for all schemas.
  [[nodiscard]] bool has(const boost::json::value& value, Direction direction) const;
};

// Adds the schema to the list, with those that always apply with it.
void add_with_parts(const Schema& schema, std::vector<const Schema*>& all);

// Returns whether the schema says nothing, so that it can be left out. This is so if it is null.
[[nodiscard]] bool allows_all(const Schema* schema);

// Returns the schemas that the rules apply to a property of this name.
[[nodiscard]] std::vector<const Schema*> schemas_of(const ObjectRules& rules,
                                                    std::string_view name);
// Returns whether the schema forbids its property in this direction.
[[nodiscard]] bool is_forbidden(const Schema& schema, Direction direction);
// Returns whether the name is one that may be missing in this direction although it is required.
[[nodiscard]] bool is_excused(const Schema& schema, std::string_view name, Direction direction);

// A PropertyDomain is what a domain's objects may have under one name.
struct PropertyDomain {
  const Domain* domain = nullptr;
  bool possible = true;    // Whether there can be such a property.
  bool described = false;  // Whether a schema names it, instead of allowing any other name.
};

// Domains makes domains, and owns them.
class Domains {
 public:
  // Returns the domain of the schema's values.
  [[nodiscard]] const Domain& of(const Schema& schema);
  // Returns the domain of the values that are valid for each of these; `root` must be one.
  [[nodiscard]] const Domain& of(const Schema& root, std::vector<const Schema*> schemas);
  // Returns the values of `domain` that are valid for `choice`, which is an element of `list`, and
  // if `only` for no other element.
  [[nodiscard]] const Domain& choose(const Domain& domain, const std::vector<const Schema*>& list,
                                     const Schema& choice, bool only);
  // Returns the values of `domain` that are valid for `schema`, too.
  [[nodiscard]] const Domain& narrowed(const Domain& domain, const Schema& schema);
  // Returns the domain of a property of the domain's objects.
  [[nodiscard]] PropertyDomain property(const Domain& domain, std::string_view name,
                                        Direction direction);
  [[nodiscard]] const Schema& any() const { return any_; }

 private:
  [[nodiscard]] const Domain& known(Domain domain);

  const Schema any_{};  // Allows all values.
  std::map<std::vector<const void*>, std::unique_ptr<Domain>> by_parts_;
};

}  // namespace penstock::contract
