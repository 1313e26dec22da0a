// Names what has no effect in a schema: unknown keywords and formats, and keywords that are only
// annotations, although their author may expect more of them.
#include <algorithm>
#include <array>

#include "contract/schema/schema_reader.h"

namespace penstock::contract {

namespace {

using Kind = Node::Kind;

struct Advice {
  std::string_view keyword;
  std::string_view sentence;
};

// These keywords exist elsewhere, under another name or with another value.
constexpr std::array kAdviceFor30 = {
    Advice{"examples", "write 'example'"},
    Advice{"$comment", "write 'x-comment'"},
    Advice{"contentEncoding", "write 'format: byte' for base64"},
    Advice{"id", "remove it: it has no effect"},
    Advice{"$id", "remove it: it has no effect"},
    Advice{"$schema", "remove it: it has no effect"},
    Advice{"additionalItems", "remove it: 'items' is for all elements"},
    Advice{"dependencies", "remove it, or write the document in OpenAPI 3.1"},
    Advice{"optional", "remove it: what is not in the object's 'required' is optional"},
    Advice{"definitions", "write the schemas under '#/components/schemas'"},
    Advice{"$defs", "write the schemas under '#/components/schemas'"},
};
constexpr std::array kAdviceFor31 = {
    Advice{"dependencies", "write 'dependentRequired' or 'dependentSchemas'"},
    Advice{"additionalItems", "write 'items' beside 'prefixItems'"},
    Advice{"id", "write '$id'"},
    Advice{"divisibleBy", "write 'multipleOf'"},
    Advice{"$recursiveRef", "write '$dynamicRef'"},
    Advice{"$recursiveAnchor", "write '$dynamicAnchor'"},
};

// JSON Schema makes these annotations. Frameworks leave them in documents that they turn into 3.0.
constexpr std::array<std::string_view, 5> kAnnotationsOf31{
    "$comment", "contentEncoding", "contentMediaType", "contentSchema", "examples"};

template <class Table>
std::string_view advice(const Table& table, std::string_view keyword) {
  const auto* const found = std::find_if(table.begin(), table.end(),
                                         [&](const Advice& one) { return one.keyword == keyword; });
  return found == table.end() ? "" : found->sentence;
}

}  // namespace

// An OpenAPI 3.0 schema may have no keywords but those of section 4.7.24. In JSON Schema 2020-12
// any other keyword is an annotation (core section 6.5).
void SchemaReader::name_unknown_keyword() {
  const bool is_3_0 = compiler_.options_.dialect == Dialect::openapi_3_0;
  const std::string_view similar = similar_keyword(keyword(), compiler_.options_.dialect);
  const std::string name = '\'' + keyword() + '\'';
  if (!is_3_0) {
    if (!similar.empty()) {
      return sources_.remark(*key_, "misspelt-keyword",
                             name + " is no keyword, so it has no effect; did you mean '" +
                                 std::string(similar) + "'?");
    }
    const std::string_view hint = advice(kAdviceFor31, keyword());
    return sources_.remark(*key_, "unknown-keyword",
                           name + " is no keyword of JSON Schema 2020-12, so it has no effect" +
                               (hint.empty() ? "" : "; " + std::string(hint)));
  }
  std::string hint(advice(kAdviceFor30, keyword()));
  if (std::find(kAnnotationsOf31.begin(), kAnnotationsOf31.end(), keyword()) !=
      kAnnotationsOf31.end()) {
    return sources_.remark(*key_, "unknown-keyword",
                           "a schema of OpenAPI 3.0 has no keyword " + name +
                               " (section 4.7.24), so it has no effect; " +
                               (hint.empty() ? "remove it" : hint));
  }
  if (hint.empty() && !similar.empty()) hint = "did you mean '" + std::string(similar) + "'?";
  if (hint.empty()) {
    hint = find_keyword(keyword(), Dialect::draft_2020_12) != nullptr
               ? "remove it, or write the document in OpenAPI 3.1, which has it"
               : "correct it, remove it, or let it begin with 'x-'";
  }
  problem(*key_, "unknown-keyword",
          "a schema of OpenAPI 3.0 has no keyword " + name + " (section 4.7.24); " + hint);
}

// OpenAPI 3.0 has no `const`, but nobody means anything else by it than by an `enum` of one value.
void SchemaReader::read_const(const Node& value) {
  if (compiler_.options_.dialect == Dialect::openapi_3_0) {
    sources_.remark(*key_, "unknown-keyword",
                    "a schema of OpenAPI 3.0 has no keyword 'const' (section 4.7.24); it is "
                    "enforced, but others may ignore it, so write 'enum' with one value");
  }
  schema_.constant = constant(value);
}

void SchemaReader::name_annotation() {
  sources_.remark(*key_, "content-not-enforced",
                  keyword() + " is an annotation, so the text's content is not checked");
}

void SchemaReader::name_nullable_3_1() {
  sources_.remark(*key_, "nullable-without-effect",
                  "OpenAPI 3.1 has no nullable, so it has no effect; add 'null' to the type, as in "
                  "type: [string, 'null']");
}

// In OpenAPI 3.0 all siblings of a reference are ignored (section 4.7.23.1).
void SchemaReader::name_siblings() {
  for (const Member& member : node_.members) {
    const std::string& name = member.key->text;
    if (name == "$ref" || name.starts_with("x-")) continue;
    const Keyword* known = find_keyword(name, Dialect::openapi_3_0);
    if (known == nullptr || known->read == nullptr) continue;
    sources_.remark(*member.key, "beside-reference",
                    "'" + name +
                        "' has no effect beside $ref (OpenAPI 3.0, section 4.7.23.1); put the $ref "
                        "into 'allOf' to have both");
  }
}

// `nullable` adds null to the type beside it. Without a type it has no effect (OpenAPI 3.0.3
// section 4.7.24), and `enum` refuses null if it does not list it.
void SchemaReader::finish_nullable() {
  if (nullable_ == nullptr) return;
  if (node_.find("type") == nullptr) {
    return sources_.remark(*nullable_, "nullable-without-effect",
                           "nullable has no effect without 'type' in the same schema (OpenAPI 3.0, "
                           "section 4.7.24); write the type beside it");
  }
  schema_.types |= type::null;
  if (schema_.enumeration && !schema_.enumeration->has(boost::json::value())) {
    sources_.remark(*nullable_, "nullable-without-effect",
                    "nullable has no effect, because null is not in the enum; add it there");
  }
}

void SchemaReader::read_format(const Node& value) {
  if (!value.is(Kind::string)) return wrong_type(value, "format must be a string");
  if (compiler_.options_.formats_asserted || schema_.resource->format_assertion) format_ = &value;
}

// The standard makes this keyword an annotation (JSON Schema validation 2020-12 section 8), but an
// author expects it to be enforced, as the formats of the same encodings are.
void SchemaReader::read_content_encoding(const Node& value) {
  if (!value.is(Kind::string)) return wrong_type(value, "contentEncoding must be a string");
  if (compiler_.options_.formats_asserted) encoding_ = &value;
}

// Enforces the format on those values to which the format registry of OpenAPI applies it, if the
// type allows any.
void SchemaReader::finish_format() {
  if (encoding_ != nullptr) {
    const bool is_known = encoding_->text == "base64" || encoding_->text == "base64url";
    const bool is_alone = format_ == nullptr || find_format(format_->text) == nullptr;
    if (is_known && is_alone) {
      strings().format = find_format(encoding_->text == "base64" ? "byte" : "base64url");
    } else if (!is_known || format_->text != (encoding_->text == "base64" ? "byte" : "base64url")) {
      sources_.remark(*encoding_, "content-not-enforced",
                      "contentEncoding is only enforced for base64 and base64url, and not beside "
                      "another format");
    }
  }
  if (format_ == nullptr) return;
  const std::string& name = format_->text;
  const Format* of_text = find_format(name);
  const NumberFormat* of_number = find_number_format(name);
  const bool is_text = of_text != nullptr || is_free_format(name);
  if (!is_text && of_number == nullptr) return name_unknown_format();
  const bool fits_text = is_text && (schema_.types & type::string) != 0;
  const bool fits_number =
      of_number != nullptr && (schema_.types & (type::number | type::integer)) != 0;
  if (fits_text && of_text != nullptr) strings().format = of_text;
  if (fits_number) numbers().format = of_number;
  if (fits_text || fits_number) return;
  sources_.remark(*format_, "format-does-not-apply",
                  "format '" + name + "' is for " +
                      (!is_text               ? "numbers"
                       : of_number == nullptr ? "strings"
                                              : "numbers and strings") +
                      ", so it has no effect on this type");
}

void SchemaReader::name_unknown_format() {
  const std::string similar(similar_format(format_->text));
  sources_.remark(
      *format_, "unknown-format",
      "format '" + format_->text +
          "' is neither in JSON Schema nor in OpenAPI's registry, so it has no effect; " +
          (similar.empty() ? "write a 'pattern' to enforce one" : "write '" + similar + '\''));
}

// In OpenAPI 3.0 an array needs `items` (section 4.7.24.1). What is meant is clear without it.
void SchemaReader::finish_items() {
  const Node* type = node_.find("type");
  if (type == nullptr || !type->is(Kind::string) || type->text != "array") return;
  if (node_.find("items") != nullptr) return;
  sources_.remark(*type, "items-missing",
                  "an array must have 'items' in OpenAPI 3.0 (section 4.7.24.1); any element is "
                  "valid until it has");
}

}  // namespace penstock::contract
