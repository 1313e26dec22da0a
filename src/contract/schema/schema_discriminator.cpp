// Reads the keyword `discriminator` (OpenAPI 3.0.3 section 4.7.25).
#include <algorithm>

#include "contract/schema/schema_reader.h"

namespace penstock::contract {

// Gives each alternative its names: those under `mapping`, or else the last part of its `$ref`.
void SchemaReader::read_discriminator(const Node& value) {
  const Node* property = value.find("propertyName");
  if (property == nullptr || !property->is_scalar()) {
    return problem(value, "discriminator needs 'propertyName'");
  }
  const Node* branches = node_.find("oneOf") != nullptr ? node_.find("oneOf") : node_.find("anyOf");
  if (branches == nullptr) {
    return problem(
        value,
        "discriminator is only supported beside oneOf or anyOf; add one of them or remove it");
  }
  Discriminator& made = composition().discriminator.emplace();
  made.property = property->text;
  struct Branch {
    const Node* reference;
    const Node* target;
    const Schema* schema;
    bool named = false;
  };
  std::vector<Branch> all;
  for (const Node* branch : branches->elements) {
    const Node* reference = branch->find("$ref");
    const Node* of_type = branch->find("type");
    if (reference == nullptr && of_type != nullptr && of_type->is_scalar() &&
        of_type->text != "object") {
      continue;  // The alternative is not an object (`null`, for example), so it needs no name.
    }
    if (reference == nullptr) {
      problem(
          *branch,
          "discriminator: each alternative must be a $ref, because the property holds its name");
      continue;
    }
    all.push_back({reference, sources_.resolve(*reference, reference->text, *schema_.resource).node,
                   subschema(*branch)});
  }
  const Node* mapping = value.find("mapping");
  for (const Member& member : mapping == nullptr ? std::vector<Member>() : mapping->members) {
    const std::string& to = member.value->text;
    const bool is_name = to.find_first_of("/#.") == std::string::npos;
    const std::string reference = is_name ? "#/components/schemas/" + to : to;
    const Node* target = sources_.resolve(*member.value, reference, *schema_.resource).node;
    const auto found = std::find_if(all.begin(), all.end(),
                                    [&](const Branch& one) { return one.target == target; });
    if (target != nullptr && found == all.end()) {
      problem(*member.value, "mapping: '" + to + "' is not one of the alternatives");
    } else if (target != nullptr) {
      found->named = true;
      made.branches.emplace_back(member.key->text, found->schema);
    }
  }
  for (const Branch& branch : all) {
    if (branch.named || branch.target == nullptr) continue;
    const std::string& reference = branch.reference->text;
    const std::string name = reference.substr(reference.rfind('/') + 1);
    if (reference.find("#/") == std::string::npos || made.branch(name) != nullptr) {
      problem(*branch.reference, "discriminator: 'mapping' must give this alternative a name");
    } else {
      made.branches.emplace_back(name, branch.schema);
    }
  }
}

}  // namespace penstock::contract
