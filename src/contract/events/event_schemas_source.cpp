#include "contract/events/event_schemas_source.h"

#include <boost/json/serialize.hpp>
#include <boost/unordered/unordered_flat_set.hpp>
#include <initializer_list>
#include <map>
#include <optional>
#include <vector>

#include "contract/document/sources.h"
#include "contract/openapi/contract.h"
#include "contract/schema/schema.h"

namespace penstock::contract {
namespace {

constexpr size_t kDocumentValuesMax = 1'000'000;

std::string cpp_string(std::string_view text) {
  std::string literal = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') literal += '\\';
    literal += c;
  }
  return literal + '"';
}

// Returns a token of a JSON Pointer with its slash, encoded for the fragment of a URI (RFC 6901
// section 6).
std::string token(std::string_view key) {
  constexpr char kHex[] = "0123456789ABCDEF";
  std::string token = "/";
  for (const char c : key) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '_' || c == '-';
    if (c == '~' || c == '/') {
      token += c == '~' ? "~0" : "~1";
    } else if (plain) {
      token += c;
    } else {
      token += '%';
      token += kHex[byte >> 4U];
      token += kHex[byte & 15U];
    }
  }
  return token;
}

// NeededParts selects the parts of documents that the schemas of events consist of.
class NeededParts {
 public:
  // Adds a schema, and all schemas that it refers to, to the needed parts.
  void add(const Schema& first) {
    std::vector<const Schema*> open{&first};
    while (!open.empty()) {
      const Schema* schema = open.back();
      open.pop_back();
      if (schema == nullptr || !schemas_.insert(schema).second) continue;
      nodes_.insert(schema->node);
      add_parts(*schema, open);
    }
  }

  // Returns a copy of the node with only those members that contain needed parts. The other
  // elements of an array are replaced by null, so that these keep their indexes. Returns nothing if
  // no part of the node is needed.
  std::optional<boost::json::value> keep_needed(const Node& node) {
    // Aliases can multiply the values of a small document.
    if (++values_ > kDocumentValuesMax) return std::nullopt;
    if (nodes_.contains(&node)) return keep_whole(node);
    if (node.is(Node::Kind::array)) {
      boost::json::array array;
      bool used = false;
      for (const Node* element : node.elements) {
        auto value = keep_needed(*element);
        used = used || value;
        array.push_back(value.value_or(nullptr));
      }
      return used ? std::optional<boost::json::value>(std::move(array)) : std::nullopt;
    }
    boost::json::object object;
    for (const Member& member : node.members) {
      if (auto value = keep_needed(*member.value)) {
        object.emplace(member.key->text, std::move(*value));
      }
    }
    if (object.empty()) return std::nullopt;
    // References and dialects depend on these members.
    for (const std::string_view name : {"openapi", "$schema", "$id", "$anchor", "$dynamicAnchor"}) {
      if (const Node* value = node.find(name); value != nullptr && value->is_scalar()) {
        object[name] = value->text;
      }
    }
    return object;
  }
  // Returns a copy of the whole node.
  std::optional<boost::json::value> keep_whole(const Node& node) {
    auto value = to_json(node, kDocumentValuesMax);
    if (!value) values_ = kDocumentValuesMax + 1;
    return value;
  }
  [[nodiscard]] bool too_large() const { return values_ > kDocumentValuesMax; }

 private:
  static void add_parts(const Schema& schema, std::vector<const Schema*>& open) {
    const auto all = [&](const auto& list) { open.insert(open.end(), list.begin(), list.end()); };
    const auto seconds = [&](const auto& pairs) {
      for (const auto& pair : pairs) open.push_back(pair.second);
    };
    if (schema.object) {
      for (const Property& property : schema.object->properties) open.push_back(property.schema);
      seconds(schema.object->patterns);
      seconds(schema.object->dependent_schemas);
      all(std::initializer_list<const Schema*>{schema.object->additional, schema.object->names,
                                               schema.object->unevaluated});
    }
    if (schema.array) {
      all(schema.array->prefix);
      all(std::initializer_list<const Schema*>{schema.array->items, schema.array->contains,
                                               schema.array->unevaluated});
    }
    if (!schema.composition) return;
    const Composition& composition = *schema.composition;
    all(composition.all_of);
    all(composition.any_of);
    all(composition.one_of);
    all(std::initializer_list<const Schema*>{composition.reference, composition.none_of,
                                             composition.condition, composition.consequence,
                                             composition.alternative});
    if (composition.discriminator) seconds(composition.discriminator->branches);
    if (composition.dynamic) {
      open.push_back(composition.dynamic->initial);
      seconds(composition.dynamic->candidates);
    }
  }

  boost::unordered_flat_set<const Schema*> schemas_;
  boost::unordered_flat_set<const Node*> nodes_;
  size_t values_ = 0;
};

// Returns the JSON Pointer from `from` to `wanted`. Returns nothing if `from` does not contain it,
// or is in `seen`.
std::optional<std::string> pointer_to(const Node& wanted, const Node& from,
                                      boost::unordered_flat_set<const Node*>& seen) {
  if (&from == &wanted) return std::string();
  if (!seen.insert(&from).second) return std::nullopt;
  for (size_t i = 0; i < from.elements.size(); ++i) {
    if (const auto rest = pointer_to(wanted, *from.elements[i], seen)) {
      return token(std::to_string(i)) + *rest;
    }
  }
  for (const Member& member : from.members) {
    if (const auto rest = pointer_to(wanted, *member.value, seen)) {
      return token(member.key->text) + *rest;
    }
  }
  return std::nullopt;
}

std::string reference_to(const Node& node, const Contract& contract) {
  for (const Document& document : contract.sources().documents()) {
    boost::unordered_flat_set<const Node*> seen;
    if (const auto pointer = pointer_to(node, document.root(), seen)) {
      return *document.root().file + "#" + *pointer;
    }
  }
  return {};
}

}  // namespace

base::Result<EventSchemasSource> EventSchemasSource::of(const Contract& contract) {
  EventSchemasSource source;
  NeededParts needed;
  for (const Path& path : contract.paths()) {
    for (const Operation& operation : path.operations) {
      for (const EventDeclaration& declared : operation.events) {
        // All events of a type have the same schema.
        const auto [event, is_new] = source.events.emplace(declared.type, "");
        if (!is_new || declared.schema == nullptr) continue;
        needed.add(*declared.schema);
        event->second = reference_to(*declared.schema->node, contract);
      }
    }
  }
  for (const Document& document : contract.sources().documents()) {
    // The whole of a metaschema is needed.
    const Node& root = document.root();
    auto json =
        root.find("$vocabulary") != nullptr ? needed.keep_whole(root) : needed.keep_needed(root);
    if (needed.too_large()) {
      return base::Error{base::ErrorCode::invalid, *root.file + ": the document has more than " +
                                                       std::to_string(kDocumentValuesMax) +
                                                       " values when its aliases are followed"};
    }
    const bool is_first = source.documents.empty();
    if (!json && !is_first) continue;
    source.documents.emplace_back(*root.file,
                                  boost::json::serialize(json.value_or(boost::json::object{})));
  }
  const bool is_3_0 = contract.document().find("openapi")->text.starts_with("3.0.");
  source.dialect = is_3_0 ? Dialect::openapi_3_0 : Dialect::draft_2020_12;
  return source;
}

std::string EventSchemasSource::cpp(const std::string& name_space) const {
  std::string all = "#include \"" + name_space + "/event_schemas.h\"\n\nnamespace " + name_space +
                    " {\nnamespace {\n\n";
  all += "const penstock::contract::EventSchemasText::Document kDocuments[] = {\n";
  for (const auto& [name, json] : documents) {
    all += "    {" + cpp_string(name) + ",\n     " + cpp_string(json) + "},\n";
  }
  all += "};\n\nconst penstock::contract::EventSchemaText kEvents[] = {\n";
  for (const auto& [type, reference] : events) {
    all += "    {" + cpp_string(type) + ", " + cpp_string(reference) + "},\n";
  }
  // An array must not be empty, so there is one more element, which the span leaves out.
  all += "    {}};\n\n}  // namespace\n\n";
  all += "const penstock::contract::EventSchemasText kEventSchemas{penstock::contract::Dialect::";
  all += dialect == Dialect::openapi_3_0 ? "openapi_3_0" : "draft_2020_12";
  return all + ", kDocuments, {kEvents, " + std::to_string(events.size()) +
         "}};\n\n}  // namespace " + name_space + "\n";
}

}  // namespace penstock::contract
