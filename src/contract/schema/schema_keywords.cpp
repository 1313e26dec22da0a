// This file is the table of the keywords that a schema can have. A keyword that is read differently
// in the two dialects has a row for each.
#include <algorithm>
#include <array>
#include <span>
#include <utility>

#include "contract/schema/schema_reader.h"

namespace penstock::contract {
namespace {

using R = SchemaReader;
using N = const Node;

constexpr unsigned bit(Dialect dialect) {
  return 1U << static_cast<unsigned>(dialect);
}

constexpr unsigned k30 = bit(Dialect::openapi_3_0);
constexpr unsigned k31 = bit(Dialect::draft_2020_12);
constexpr unsigned kBoth = k30 | k31;

// These say whether a keyword belongs to the vocabulary "validation" of draft 2020-12.
constexpr bool kRule = true;
constexpr bool kOther = false;

// Returns whether the words are the same but for case, or one letter more, less, or other, or two
// neighbours in the wrong order.
bool differ_little(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  const auto same = [&](char x, char y) { return lower(x) == lower(y); };
  if (a.size() > b.size()) std::swap(a, b);
  if (b.size() - a.size() > 1) return false;
  size_t head = 0;
  while (head < a.size() && same(a[head], b[head])) ++head;
  const auto ends_alike = [&](size_t in_a, size_t in_b) {
    return in_a <= a.size() && in_b <= b.size() &&
           std::equal(a.begin() + static_cast<std::ptrdiff_t>(in_a), a.end(),
                      b.begin() + static_cast<std::ptrdiff_t>(in_b), b.end(), same);
  };
  if (a.size() < b.size()) return ends_alike(head, head + 1);
  if (head == a.size() || ends_alike(head + 1, head + 1)) return true;
  return head + 1 < a.size() && same(a[head], b[head + 1]) && same(a[head + 1], b[head]) &&
         ends_alike(head + 2, head + 2);
}

}  // namespace

std::span<const SchemaReader::Keyword> SchemaReader::keywords() {
  // Keywords without a function are annotations, or Sources reads them (JSON Schema core 2020-12
  // sections 8 and 9, validation sections 8 and 9).
  static constexpr std::array kKeywords = {
      Keyword{"$anchor", k31, kOther, nullptr},
      Keyword{"$comment", k31, kOther, nullptr},
      Keyword{"$defs", k31, kOther, [](R& r, N& v) { r.read_definitions(v); }},
      Keyword{"$dynamicAnchor", k31, kOther, nullptr},
      Keyword{"$dynamicRef", k31, kOther, [](R& r, N& v) { r.read_dynamic_reference(v); }},
      Keyword{"$id", k31, kOther, nullptr},
      Keyword{"$ref", k31, kOther, [](R& r, N& v) { r.read_reference(v); }},  // For 3.0 see read().
      Keyword{"$schema", k31, kOther, nullptr},
      Keyword{"$vocabulary", k31, kOther, nullptr},
      Keyword{"additionalProperties", k30, kOther,
              [](R& r, N& v) { r.read_additional_properties_3_0(v); }},
      Keyword{"additionalProperties", k31, kOther,
              [](R& r, N& v) { r.objects().additional = r.subschema(v); }},
      Keyword{"allOf", kBoth, kOther, [](R& r, N& v) { r.read_all_of(v); }},
      Keyword{"anyOf", kBoth, kOther, [](R& r, N& v) { r.composition().any_of = r.subschemas(v); }},
      Keyword{"const", kBoth, kRule, [](R& r, N& v) { r.read_const(v); }},
      Keyword{"contains", k31, kOther, [](R& r, N& v) { r.arrays().contains = r.subschema(v); }},
      Keyword{"contentEncoding", k31, kOther, [](R& r, N& v) { r.read_content_encoding(v); }},
      Keyword{"contentMediaType", k31, kOther, [](R& r, N&) { r.name_annotation(); }},
      Keyword{"contentSchema", k31, kOther, [](R& r, N&) { r.name_annotation(); }},
      Keyword{"default", kBoth, kOther, nullptr},
      Keyword{"definitions", k31, kOther, [](R& r, N& v) { r.read_definitions(v); }},
      Keyword{"dependentRequired", k31, kRule, [](R& r, N& v) { r.read_dependent_required(v); }},
      Keyword{"dependentSchemas", k31, kOther, [](R& r, N& v) { r.read_dependent_schemas(v); }},
      Keyword{"deprecated", kBoth, kOther, nullptr},
      Keyword{"description", kBoth, kOther, nullptr},
      Keyword{"discriminator", kBoth, kOther, [](R& r, N& v) { r.read_discriminator(v); }},
      Keyword{"else", k31, kOther,
              [](R& r, N& v) { r.composition().alternative = r.subschema(v); }},
      Keyword{"enum", kBoth, kRule, [](R& r, N& v) { r.schema_.enumeration = r.enumeration(v); }},
      Keyword{"example", kBoth, kOther, nullptr},
      Keyword{"examples", k31, kOther, nullptr},
      Keyword{"exclusiveMaximum", k30, kOther,
              [](R& r, N& v) { r.read_exclusive_3_0(v, "maximum", &NumberRules::below); }},
      Keyword{"exclusiveMaximum", k31, kRule,
              [](R& r, N& v) { r.numbers().below = r.exclusive_limit(v, "maximum"); }},
      Keyword{"exclusiveMinimum", k30, kOther,
              [](R& r, N& v) { r.read_exclusive_3_0(v, "minimum", &NumberRules::above); }},
      Keyword{"exclusiveMinimum", k31, kRule,
              [](R& r, N& v) { r.numbers().above = r.exclusive_limit(v, "minimum"); }},
      Keyword{"externalDocs", kBoth, kOther, nullptr},
      Keyword{"format", kBoth, kOther, [](R& r, N& v) { r.read_format(v); }},
      Keyword{"if", k31, kOther, [](R& r, N& v) { r.composition().condition = r.subschema(v); }},
      Keyword{"items", kBoth, kOther, [](R& r, N& v) { r.arrays().items = r.subschema(v); }},
      Keyword{"maxContains", k31, kRule, [](R& r, N& v) { r.arrays().max_contains = r.count(v); }},
      Keyword{"maxItems", kBoth, kRule, [](R& r, N& v) { r.arrays().max_items = r.count(v); }},
      Keyword{"maxLength", kBoth, kRule, [](R& r, N& v) { r.strings().max_length = r.count(v); }},
      Keyword{"maxProperties", kBoth, kRule,
              [](R& r, N& v) { r.objects().max_properties = r.count(v); }},
      Keyword{"maximum", kBoth, kRule, [](R& r, N& v) { r.numbers().maximum = r.number(v); }},
      Keyword{"minContains", k31, kRule,
              [](R& r, N& v) { r.arrays().min_contains = r.count(v).value_or(1); }},
      Keyword{"minItems", kBoth, kRule,
              [](R& r, N& v) { r.arrays().min_items = r.count(v).value_or(0); }},
      Keyword{"minLength", kBoth, kRule, [](R& r, N& v) { r.strings().min_length = r.count(v); }},
      Keyword{"minProperties", kBoth, kRule,
              [](R& r, N& v) { r.objects().min_properties = r.count(v).value_or(0); }},
      Keyword{"minimum", kBoth, kRule, [](R& r, N& v) { r.numbers().minimum = r.number(v); }},
      Keyword{"multipleOf", kBoth, kRule, [](R& r, N& v) { r.read_multiple_of(v); }},
      Keyword{"not", kBoth, kOther, [](R& r, N& v) { r.composition().none_of = r.subschema(v); }},
      Keyword{"nullable", k30, kOther,
              [](R& r, N& v) { r.nullable_ = r.boolean(v).value_or(false) ? &v : nullptr; }},
      Keyword{"nullable", k31, kOther, [](R& r, N&) { r.name_nullable_3_1(); }},
      Keyword{"oneOf", kBoth, kOther, [](R& r, N& v) { r.composition().one_of = r.subschemas(v); }},
      Keyword{"pattern", kBoth, kRule, [](R& r, N& v) { r.strings().pattern = r.pattern(v); }},
      Keyword{"patternProperties", k31, kOther, [](R& r, N& v) { r.read_pattern_properties(v); }},
      Keyword{"prefixItems", k31, kOther, [](R& r, N& v) { r.arrays().prefix = r.subschemas(v); }},
      Keyword{"properties", kBoth, kOther, [](R& r, N& v) { r.read_properties(v); }},
      Keyword{"propertyNames", k31, kOther, [](R& r, N& v) { r.objects().names = r.subschema(v); }},
      Keyword{"readOnly", kBoth, kOther,
              [](R& r, N& v) { r.schema_.read_only = r.boolean(v).value_or(false); }},
      Keyword{"required", kBoth, kRule, [](R& r, N& v) { r.read_required(v); }},
      Keyword{"then", k31, kOther,
              [](R& r, N& v) { r.composition().consequence = r.subschema(v); }},
      Keyword{"title", kBoth, kOther, nullptr},
      Keyword{"type", k30, kOther, [](R& r, N& v) { r.read_type_3_0(v); }},
      Keyword{"type", k31, kRule, [](R& r, N& v) { r.read_type_2020_12(v); }},
      Keyword{"unevaluatedItems", k31, kOther,
              [](R& r, N& v) { r.arrays().unevaluated = r.subschema(v); }},
      Keyword{"unevaluatedProperties", k31, kOther,
              [](R& r, N& v) { r.objects().unevaluated = r.subschema(v); }},
      Keyword{"uniqueItems", kBoth, kRule,
              [](R& r, N& v) { r.arrays().unique = r.boolean(v).value_or(false); }},
      Keyword{"writeOnly", kBoth, kOther,
              [](R& r, N& v) { r.schema_.write_only = r.boolean(v).value_or(false); }},
      Keyword{"xml", kBoth, kOther, nullptr},
  };
  constexpr auto by_name = [](const Keyword& a, const Keyword& b) { return a.name < b.name; };
  static_assert(std::is_sorted(kKeywords.begin(), kKeywords.end(), by_name));

  return kKeywords;
}

const SchemaReader::Keyword* SchemaReader::find_keyword(std::string_view name, Dialect dialect) {
  const std::span<const Keyword> all = keywords();
  auto row = std::lower_bound(
      all.begin(), all.end(), name,
      [](const Keyword& known, std::string_view wanted) { return known.name < wanted; });
  for (; row != all.end() && row->name == name; ++row) {
    if ((row->dialects & bit(dialect)) != 0) return &*row;
  }
  return nullptr;
}

std::string_view SchemaReader::similar_keyword(std::string_view name, Dialect dialect) {
  constexpr size_t kSizeMin = 4;  // Shorter words are similar by chance.
  if (name.size() < kSizeMin) return "";
  for (const Keyword& known : keywords()) {
    if ((known.dialects & bit(dialect)) != 0 && differ_little(name, known.name)) return known.name;
  }
  return "";
}

}  // namespace penstock::contract
