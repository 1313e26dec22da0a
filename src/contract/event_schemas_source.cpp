#include "contract/event_schemas_source.h"

#include <boost/json/serialize.hpp>
#include <map>

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

// JSON Pointer's token (RFC 6901) as a part of a URI's fragment.
void append_token(std::string& pointer, std::string_view token) {
  constexpr char kHex[] = "0123456789ABCDEF";
  pointer += '/';
  for (const char c : token) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
    if (c == '~' || c == '/') {
      pointer += c == '~' ? "~0" : "~1";
    } else if (plain) {
      pointer += c;
    } else {
      pointer += '%';
      pointer += kHex[byte >> 4U];
      pointer += kHex[byte & 15U];
    }
  }
}

// Adds the way from `from` to `wanted`; false if it is not there.
bool find(const Node& from, const Node& wanted, std::string& pointer) {
  if (&from == &wanted) return true;
  const size_t length = pointer.size();
  for (size_t i = 0; i < from.elements.size(); ++i) {
    append_token(pointer, std::to_string(i));
    if (find(*from.elements[i], wanted, pointer)) return true;
    pointer.resize(length);
  }
  for (const Member& member : from.members) {
    append_token(pointer, member.key->text);
    if (find(*member.value, wanted, pointer)) return true;
    pointer.resize(length);
  }
  return false;
}

}  // namespace

base::Result<std::string> event_schemas_source(const Contract& contract) {
  std::map<std::string, std::string> references;  // By type: the same type has the same schema.
  for (const Path& path : contract.paths()) {
    for (const Operation& operation : path.operations) {
      if (!operation.event) continue;
      std::string& reference = references[operation.event->type];
      if (operation.event->schema == nullptr) continue;
      for (const Document& document : contract.sources().documents()) {
        std::string pointer;
        if (!find(document.root(), *operation.event->schema->node, pointer)) continue;
        reference = *document.root().file + "#" + pointer;
        break;
      }
    }
  }
  std::string documents;
  for (const Document& document : contract.sources().documents()) {
    const auto json = to_json(document.root(), kDocumentValuesMax);
    if (!json) {
      return base::Error{base::ErrorCode::invalid, *document.root().file + ": more than " +
                                                       std::to_string(kDocumentValuesMax) +
                                                       " values, once its aliases are followed"};
    }
    documents += "    {" + cpp_string(*document.root().file) + ",\n     " +
                 cpp_string(boost::json::serialize(*json)) + "},\n";
  }
  std::string events;
  for (const auto& [type, reference] : references) {
    events += "    {" + cpp_string(type) + ", " + cpp_string(reference) + "},\n";
  }
  const bool is_3_0 = contract.document().find("openapi")->text.starts_with("3.0.");
  const std::string dialect = is_3_0 ? "openapi_3_0" : "draft_2020_12";
  // Arrays have no length of 0.
  return "#include \"embedded_event_schemas.h\"\n\nnamespace penstock {\nnamespace {\n\n"
         "const contract::EventSchemasText::Document kDocuments[] = {\n" +
         documents + "};\n\nconst contract::EventSchemasText::Event kEvents[] = {\n" + events +
         "    {}};\n\n}  // namespace\n\nconst contract::EventSchemasText kEventSchemas{contract::Dialect::" +
         dialect + ", kDocuments, {kEvents, " + std::to_string(references.size()) +
         "}};\n\n}  // namespace penstock\n";
}

}  // namespace penstock::contract
