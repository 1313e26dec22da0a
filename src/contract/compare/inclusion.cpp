#include "contract/compare/inclusion.h"

#include <algorithm>

#include "base/printable_text.h"
#include "contract/document/document.h"
#include "json/writer.h"

namespace penstock::contract {
namespace {

constexpr size_t kDifferencesMax = 100;
constexpr size_t kDepthMax = 200;
constexpr size_t kValueBytesMax = 60;
constexpr size_t kPathBytesMax = 300;

constexpr unsigned kNumbers = type::number | type::integer;

// Calls the function for each schema that this one points to, or for null.
template <class Visit>
void for_each_inner(const Schema& schema, Visit visit) {
  if (schema.array) {
    for (const Schema* one : schema.array->prefix) visit(one);
    visit(schema.array->items);
    visit(schema.array->contains);
    visit(schema.array->unevaluated);
  }
  if (schema.object) {
    for (const Property& property : schema.object->properties) visit(property.schema);
    for (const auto& [pattern, one] : schema.object->patterns) visit(one);
    for (const auto& [name, one] : schema.object->dependent_schemas) visit(one);
    visit(schema.object->additional);
    visit(schema.object->names);
    visit(schema.object->unevaluated);
  }
  if (!schema.composition) return;
  const Composition& composition = *schema.composition;
  for (const auto* list : {&composition.all_of, &composition.any_of, &composition.one_of}) {
    for (const Schema* one : *list) visit(one);
  }
  for (const Schema* one : {composition.reference, composition.none_of, composition.condition,
                            composition.consequence, composition.alternative}) {
    visit(one);
  }
  if (composition.dynamic) visit(composition.dynamic->initial);
}

}  // namespace

const Node* place_of(const Schema& schema, std::string_view keyword) {
  if (schema.node == nullptr) return nullptr;
  const Node* found = schema.node->find(keyword);
  return found == nullptr ? schema.node : found;
}

std::vector<Difference> Inclusion::differences(const Schema* sub, const Schema* super) {
  std::vector<Difference> found;
  if (super == nullptr) return found;
  const Domain& domain = domains_.of(sub == nullptr ? domains_.any() : *sub);
  std::set<Pair> visited;
  if ((sub != nullptr && is_dynamic(*sub)) || is_dynamic(*super)) {
    found.push_back({.certain = false,
                     .kind = "$dynamicRef",
                     .sub = domain.root->node,
                     .super = super->node,
                     .sub_text = "depends on its place",
                     .super_text = "depends on its place"});
    return found;
  }
  Walk walk{.found = &found, .visited = &visited};
  static_cast<void>(include(domain, *super, walk));
  return found;
}

bool Inclusion::is_dynamic(const Schema& schema) {
  if (const auto known = dynamic_.find(&schema); known != dynamic_.end()) return known->second;
  std::set<const Schema*> seen;
  std::vector<const Schema*> open{&schema};
  const auto add = [&](const Schema* one) {
    if (one == nullptr || !seen.insert(one).second) return;
    const auto known = dynamic_.find(one);
    if (known == dynamic_.end() || known->second) open.push_back(one);
  };
  while (!open.empty()) {
    const Schema& next = *open.back();
    open.pop_back();
    if (next.composition && next.composition->dynamic &&
        next.composition->dynamic->candidates.size() > 1) {
      return dynamic_[&schema] = true;
    }
    for_each_inner(next, add);
  }
  for (const Schema* one : seen) dynamic_[one] = false;
  return dynamic_[&schema] = false;
}

Inclusion::Verdict Inclusion::differ(const Case& at, Verdict verdict, std::string_view kind,
                                     std::string sub_text, std::string super_text,
                                     std::string_view path) {
  if (!at.walk.loud() || at.walk.found->size() == kDifferencesMax) return verdict;
  std::string whole = at.walk.path;
  if (!path.empty()) whole.append("/").append(path);
  Difference difference{.certain = verdict == Verdict::excluded && at.walk.certain,
                        .kind = std::string(kind),
                        .path = base::printable(whole, kPathBytesMax),
                        .super = place_of(at.super, kind),
                        .sub_text = base::printable(sub_text, kPathBytesMax),
                        .super_text = base::printable(super_text, kPathBytesMax)};
  difference.sub = place_of(*at.sub.root, kind);
  for (const Schema* schema : at.sub.all) {
    if (schema->node == nullptr || schema->node->find(kind) == nullptr) continue;
    difference.sub = schema->node->find(kind);
    break;
  }
  const bool repeated =
      std::any_of(at.walk.found->begin(), at.walk.found->end(), [&](const Difference& other) {
        return other.kind == difference.kind && other.sub == difference.sub &&
               other.super == difference.super && other.path == difference.path &&
               other.super_text == difference.super_text;
      });
  if (!repeated) at.walk.found->push_back(std::move(difference));
  return verdict;
}

Inclusion::Verdict Inclusion::include(const Domain& sub, const Schema& super, Walk& walk,
                                      unsigned types) {
  const Pair pair(&sub, &super, types);
  if (const auto known = known_.find(pair); known != known_.end()) {
    if (known->second == Verdict::included || !walk.loud()) return known->second;
    if (walk.visited->contains(pair)) return known->second;
  }
  if (walk.loud()) walk.visited->insert(pair);
  if (steps_left_ == 0 || depth_ == kDepthMax) {
    return differ({sub, super, super, types, walk}, Verdict::unknown, "size", "large", "large");
  }
  --steps_left_;
  ++depth_;
  const size_t start = trail_.size();
  known_[pair] = Verdict::included;
  trail_.push_back(pair);
  const Verdict verdict = include_new(sub, super, walk, types);
  --depth_;
  if (verdict != Verdict::included) {
    while (trail_.size() > start) {
      known_.erase(trail_.back());
      trail_.pop_back();
    }
    known_[pair] = verdict;
  }
  return verdict;
}

// A value must be valid for the schema and for all parts that always apply with it. Each type of
// the values is looked at alone, because most rules are about one type.
Inclusion::Verdict Inclusion::include_new(const Domain& sub, const Schema& super, Walk& walk,
                                          unsigned types) {
  types &= sub.types();
  if (types == 0) return Verdict::included;
  // What one schema requires may be excused by another one around it, but not on the other side.
  const bool excuses = sub.excuses(direction_);
  for (const Schema* schema : sub.all) {
    if (excuses && schema != sub.root) continue;
    if (same_.same(*schema, super)) return Verdict::included;
  }
  if (const auto values = values_of(sub, types)) return include_values(*values, sub, super, walk);
  Verdict worst = Verdict::included;
  constexpr unsigned kFew = type::null | type::boolean;
  if ((types & kFew) != 0) {
    worst = include_values(*values_of(sub, types & kFew), sub, super, walk);
  }
  std::vector<const Schema*> parts;
  add_with_parts(super, parts);
  Walk here{walk.found, walk.visited, walk.path, walk.certain && !sub.is_opaque()};
  for (const unsigned group : {type::string, kNumbers, type::array, type::object}) {
    if ((types & group) == 0) continue;
    for (const Schema* part : parts) {
      worst = std::max(worst, include_part({sub, super, *part, types & group, here}));
    }
  }
  return worst;
}

std::optional<std::vector<boost::json::value>> Inclusion::values_of(const Domain& domain,
                                                                    unsigned types) {
  std::vector<boost::json::value> values;
  const Enumeration* listed = nullptr;
  for (const Schema* schema : domain.all) {
    for (const Enumeration* one : {schema->constant.get(), schema->enumeration.get()}) {
      if (one != nullptr && (listed == nullptr || one->values.size() < listed->values.size())) {
        listed = one;
      }
    }
  }
  if (listed != nullptr) {
    values = listed->values;
  } else if ((types & ~(type::null | type::boolean)) == 0) {
    if ((types & type::null) != 0) values.emplace_back(nullptr);
    if ((types & type::boolean) != 0) values.insert(values.end(), {true, false});
  } else {
    return std::nullopt;
  }
  std::erase_if(values, [&](const boost::json::value& value) {
    const unsigned type = value.is_null()     ? type::null
                          : value.is_bool()   ? type::boolean
                          : value.is_string() ? type::string
                          : value.is_array()  ? type::array
                          : value.is_object() ? type::object
                                              : kNumbers;
    return (type & types) == 0 || !domain.has(value, direction_);
  });
  return values;
}

Inclusion::Verdict Inclusion::include_values(const std::vector<boost::json::value>& values,
                                             const Domain& sub, const Schema& super, Walk& walk) {
  std::string refused;
  size_t more = 0;
  for (const boost::json::value& value : values) {
    if (is_valid(super, value, direction_)) continue;
    if (refused.size() < 2 * kValueBytesMax) {
      refused +=
          (refused.empty() ? "" : ", ") + base::printable(json::to_text(value), kValueBytesMax);
    } else {
      ++more;
    }
  }
  if (refused.empty()) return Verdict::included;
  if (more > 0) refused += " and " + std::to_string(more) + " more";
  const bool listed = std::any_of(sub.all.begin(), sub.all.end(), [](const Schema* schema) {
    return schema->enumeration || schema->constant;
  });
  return differ({sub, super, super, 0, walk}, Verdict::excluded, listed ? "enum" : "type", refused,
                "");
}

// Where the domain has alternatives, each is looked at alone if all of them together are not
// certainly included.
Inclusion::Verdict Inclusion::include_part(const Case& at) {
  if (!at.sub.excuses(direction_)) {
    for (const Schema* schema : at.sub.all) {
      if (same_.same(*schema, at.super)) return Verdict::included;
    }
  }
  Walk quiet = Walk::quiet();
  Verdict verdict = include_directly({at.sub, at.whole, at.super, at.type, quiet});
  if (verdict == Verdict::included) return verdict;
  for (const Schema* schema : at.sub.all) {
    if (!schema->composition) continue;
    const Composition& composition = *schema->composition;
    for (const auto* list : {&composition.one_of, &composition.any_of}) {
      if (list->empty() ||
          std::find(at.sub.chosen.begin(), at.sub.chosen.end(), list) != at.sub.chosen.end()) {
        continue;
      }
      const bool only = list == &composition.one_of && !composition.discriminator;
      verdict = Verdict::included;
      for (const Schema* choice : *list) {
        const Domain& chosen = domains_.choose(at.sub, *list, *choice, only);
        verdict = std::max(verdict, include(chosen, at.whole, at.walk, at.type));
      }
      return verdict;
    }
  }
  return at.walk.loud() ? include_directly(at) : verdict;
}

Inclusion::Verdict Inclusion::include_directly(const Case& at) {
  Verdict worst = include_type(at);
  if (worst == Verdict::excluded) return worst;
  const Schema& super = at.super;
  if (super.enumeration || super.constant) {
    return differ(at, Verdict::excluded, super.constant ? "const" : "enum", "any value",
                  "a list of values");
  }
  if (super.string && at.type == type::string) {
    worst = std::max(worst, include_string(at, *super.string));
  }
  if (super.number && (at.type & kNumbers) != 0) {
    worst = std::max(worst, include_number(at, *super.number));
  }
  if (super.array && at.type == type::array) {
    worst = std::max(worst, include_array(at, *super.array));
  }
  if (super.object && at.type == type::object) {
    worst = std::max(worst, include_object(at, *super.object));
  }
  if (super.composition) worst = std::max(worst, include_composition(at, *super.composition));
  return worst;
}

}  // namespace penstock::contract
