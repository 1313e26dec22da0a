#include "contract/schema/schema_inheritance.h"

#include <algorithm>

namespace penstock::contract {

namespace {

using Kind = Node::Kind;

// A chain of schemas that is longer is refused when the schemas are compiled.
constexpr size_t kChainMax = 200;
// A schema can build on many, and name each many times. So many may be looked at.
constexpr size_t kWorkMax = kDocumentNodesMax / 4;

bool is_base(const Node& schema) {
  const Node* discriminator = schema.find("discriminator");
  return discriminator != nullptr && discriminator->is(Kind::object);
}

const std::vector<const Node*>& parts(const Node& schema) {
  static const std::vector<const Node*> none;
  const Node* all_of = schema.find("allOf");
  return all_of == nullptr ? none : all_of->elements;
}

}  // namespace

void Inheritance::scan() {
  // References can load documents, so the list can grow meanwhile.
  for (; scanned_ < sources_.resources().size(); ++scanned_) {
    const Resource& resource = sources_.resources()[scanned_];
    const Node* components = resource.root->find("components");
    const Node* schemas = components == nullptr ? nullptr : components->find("schemas");
    if (schemas == nullptr) continue;
    for (const Member& member : schemas->members) {
      const Target schema{member.value, &sources_.resource_of(*member.value, resource)};
      for (const Node* base : bases(schema, 0)) {
        children_[base].push_back({member.key->text, schema});
      }
    }
  }
}

const std::vector<Inheritance::Child>& Inheritance::children(const Node& base) const {
  static const std::vector<Child> none;
  const auto found = children_.find(&base);
  return found == children_.end() ? none : found->second;
}

Target Inheritance::next(const Target& target) {
  const Node* reference = target.node->find("$ref");
  if (reference == nullptr || !reference->is(Kind::string)) return {};
  return sources_.resolve(*reference, reference->text, *target.resource);
}

Target Inheritance::end_of(Target target) {
  for (size_t i = 0; i < kChainMax && target.node != nullptr; ++i) {
    if (target.node->find("$ref") == nullptr) return target;
    target = next(target);
  }
  return {};
}

const Node* Inheritance::base_of(Target target) {
  for (size_t i = 0; i < kChainMax && target.node != nullptr; ++i) {
    if (is_base(*target.node)) return target.node;
    target = next(target);
  }
  return nullptr;
}

const std::vector<const Node*>& Inheritance::bases(const Target& schema, size_t depth) {
  static const std::vector<const Node*> none;
  const auto [known, is_new] = bases_.try_emplace(schema.node);
  if (!is_new) return known->second;  // It is empty while a circle is being walked.
  if (depth > kChainMax) return none;
  Nodes seen;
  std::vector<const Node*> found;
  const auto add = [&](const Node* base) {
    if (seen.insert(base).second) found.push_back(base);
  };
  for (const Node* part : parts(*schema.node)) {
    if (work_ > kWorkMax) break;
    Target at{part, &sources_.resource_of(*part, *schema.resource)};
    for (size_t i = 0; i < kChainMax && at.node != nullptr; ++i) {
      if (is_base(*at.node)) add(at.node);
      const std::vector<const Node*>& more = bases(at, depth + 1);
      work_ += 1 + more.size();
      for (const Node* base : more) add(base);
      at = next(at);
    }
  }
  if (work_ > kWorkMax && !reported_) {
    reported_ = true;
    sources_.problem(*schema.node, "too-many-bases",
                     "the schemas that build on one with a discriminator are too many");
  }
  return bases_[schema.node] = std::move(found);
}

void Inheritance::add_members(const Target& schema, const Node& base, Nodes& members) {
  std::vector<Target> open{schema};
  while (!open.empty()) {
    Target at = open.back();
    open.pop_back();
    for (size_t i = 0; i < kChainMax && at.node != nullptr && at.node != &base; ++i) {
      const std::vector<const Node*>& its = bases(at, 0);
      if (std::find(its.begin(), its.end(), &base) != its.end()) {
        if (!members.insert(at.node).second) break;
        for (const Node* part : parts(*at.node)) {
          open.push_back({part, &sources_.resource_of(*part, *at.resource)});
        }
      }
      at = next(at);
    }
  }
}

}  // namespace penstock::contract
