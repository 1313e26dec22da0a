#include "support/worst_values.h"

#include <algorithm>
#include <utility>

namespace penstock::test {

namespace {

constexpr size_t kBytes = 1 << 20;
// Reading so many takes about half of a request's steps.
constexpr size_t kValuesMax = 131'000;

// Returns `part` repeated with commas between, in `bytes` bytes at most. A "#" in it becomes a
// number that differs each time.
std::string list_of(std::string_view part, size_t bytes = kBytes - 2,
                    size_t values_max = kValuesMax) {
  const size_t commas = static_cast<size_t>(std::count(part.begin(), part.end(), ','));
  const size_t values = part.front() == '[' || part.front() == '{' ? commas + 2 : 1;
  std::string all;
  for (size_t i = 100'000; i < 100'000 + values_max / values; ++i) {
    std::string one(part);
    for (size_t at; (at = one.find('#')) != std::string::npos;) {
      one.replace(at, 1, std::to_string(i));
    }
    if (all.size() + one.size() + 1 > bytes) return all;
    all += (all.empty() ? "" : ",") + one;
  }
  return all;
}

std::string array_of(std::string_view part) {
  return '[' + list_of(part) + ']';
}
// Returns an object with as many properties as the reader allows, and long names.
std::string object_of(std::string_view value) {
  constexpr size_t kPropertiesMax = 10'000;
  std::string all;
  for (size_t i = 0; i < kPropertiesMax; ++i) {
    const std::string name = std::to_string(100'000 + i) + std::string(90, 'a');
    all.append(i == 0 ? "{\"" : ",\"").append(name).append("\":").append(value);
  }
  return all + '}';
}

// Returns a JSON string in which `part` is repeated.
std::string text_of(std::string_view part, size_t bytes = kBytes - 2) {
  std::string all = "\"";
  while (all.size() + part.size() < bytes) all += part;
  return all + '"';
}

std::string repeated(std::string_view part, size_t times) {
  std::string all;
  for (size_t i = 0; i < times; ++i) all += part;
  return all;
}

// Returns a text of the letters a and b without a period.
std::string random_text(size_t bytes) {
  std::string all;
  uint32_t state = 1;  // Of a linear congruential generator (Numerical Recipes).
  while (all.size() < bytes) {
    state = state * 1'664'525 + 1'013'904'223;
    all += (state >> 31) == 0 ? 'a' : 'b';
  }
  return all;
}

void add_honest(std::vector<WorstValue>& all) {
  const std::string uuid =
      "{items: {type: string, pattern: "
      "'^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$'}}";
  all.push_back(
      {"honest: UUIDs with a pattern", uuid, array_of("\"#67-e89b-42d3-a456-426614174000\"")});
  all.push_back({"honest: UUIDs with a format", "{items: {type: string, format: uuid}}",
                 array_of("\"#67-e89b-42d3-a456-426614174000\"")});
  all.push_back(
      {"honest: numbers with limits",
       "{maxItems: 100000, items: {type: number, minimum: 0, maximum: 1000000000, multipleOf: "
       "0.01}}",
       '[' + list_of("#.25", 30'000 * 10) + ']'});
  all.push_back(
      {"honest: orders",
       "{items: {type: object, required: [id, sku, price], additionalProperties: false, "
       "properties: {id: {type: string, format: uuid}, sku: {type: string, pattern: "
       "'^[A-Z]{3}-[0-9]{1,9}$'}, price: {type: number, minimum: 0}, note: {type: string, "
       "maxLength: 200}}}}",
       array_of(R"({"id":"#67-e89b-42d3-a456-426614174000","sku":"ABC-#","price":#.5,)"
                R"("note":"Please ring the bell twice"})")});
  all.push_back({"honest: prices", "{items: {type: number, minimum: 0, multipleOf: 0.01}}",
                 '[' + list_of("#.25", 45'000 * 10) + ']'});
  all.push_back(
      {"honest: coordinates",
       "{type: object, properties: {type: {const: LineString}, coordinates: {type: array, "
       "items: {type: array, minItems: 2, maxItems: 3, items: {type: number}}}}}",
       R"({"type":"LineString","coordinates":[)" + list_of("[12.#,48.#]", kBytes - 100, kBytes) +
           "]}"});
  all.push_back(
      {"honest: orders of two parts",
       "{$defs: {entity: {type: object, required: [id], properties: {id: {type: string, format: "
       "uuid}}}, order: {type: object, required: [sku, price], properties: {sku: {type: string, "
       "pattern: '^[A-Z]{3}-[0-9]{1,9}$'}, price: {type: number, minimum: 0}, count: {type: "
       "integer, minimum: 1}}}}, items: {allOf: [{$ref: '#/$defs/entity'}, {$ref: "
       "'#/$defs/order'}], unevaluatedProperties: false}}",
       array_of(
           R"({"id":"#67-e89b-42d3-a456-426614174000","sku":"ABC-#","price":#.5,"count":3})")});
  all.push_back(
      {"honest: one of three objects",
       "{items: {oneOf: [{type: object, required: [card], properties: {card: {type: string}, "
       "amount: {type: number}}}, {type: object, required: [iban], properties: {iban: {type: "
       "string}, amount: {type: number}}}, {type: object, required: [voucher], properties: "
       "{voucher: {type: string}, amount: {type: number}}}]}}",
       array_of(R"({"iban":"DE8937040044#","amount":#.5},{"voucher":"V-#","amount":#})")});
  all.push_back({"honest: one long text", R"({type: string, pattern: '^[\p{L}\p{N}\s.,-]+$'})",
                 text_of("Zwölf Boxkämpfer jagen Viktor quer über den großen Deich. ")});
  all.push_back({"honest: base64", "{type: string, contentEncoding: base64}", text_of("aGVs")});
}

void add_patterns(std::vector<WorstValue>& all) {
  const auto add = [&](const std::string& name, const std::string& pattern, std::string_view part) {
    all.push_back({"pattern, " + name, "{pattern: '" + pattern + "'}", text_of(part)});
    all.push_back({"pattern of many texts, " + name,
                   "{minContains: 0, contains: {pattern: '" + pattern + "'}}",
                   array_of(text_of(part, 20))});
  };
  add("ASCII", "^[a-y ]*z$", "abcdefghijkl mnop");
  add("wide class", R"(^[\p{L}\p{N}]*!$)", "aé中Ωж١x𝒜");
  add("many states", "(?:foo|bar|baz|q[a-z]{1,20}x)+!$", "foobarqabcdefx");
  add("matched by RE2", "[ab][ac]{8}[^b]{9}[ab]{9}!$", "aabbcabcacbacca");
  add("matched by RE2, a counted wide class", R"(\p{L}.{20}[\p{Lu}a-c]{3}!)", "aébcÄdĉ");
  // RE2 makes a state for nearly each byte of such a text, more than it has memory for.
  const std::string thrashing = R"((?:[ab][a-c].{30}[ab]|b.{40}a).{50}!)";
  all.push_back({"pattern, states that RE2 cannot keep", "{pattern: \"" + thrashing + "\"}",
                 '"' + random_text(900) + '"'});
  all.push_back({"pattern, states that RE2 cannot keep, twice",
                 "{items: {pattern: \"" + thrashing + "\"}}",
                 "[\"" + random_text(400) + "\",\"" + random_text(500) + "\"]"});
  all.push_back({"patternProperties", "{patternProperties: {'^[a-y0-9]*z': {type: integer}}}",
                 object_of("1")});
  all.push_back({"patternProperties, long name",
                 "{patternProperties: {'^a*b': {}, '^a*c': {}, '^a*d': {}}}",
                 '{' + text_of("a", kBytes - 8) + ":1}"});
  all.push_back({"propertyNames", "{propertyNames: {pattern: '^[a-y0-9]*$', maxLength: 500}}",
                 object_of("1")});
}

void add_formats(std::vector<WorstValue>& all) {
  const auto add = [&](const std::string& format, std::string_view part, std::string_view front,
                       std::string_view one) {
    std::string text = text_of(part, kBytes - 40);
    text.insert(1, front);
    all.push_back({"format " + format + ", long", "{format: " + format + "}", text});
    all.push_back({"format " + format + ", many", "{items: {format: " + format + "}}",
                   array_of("\"" + std::string(one) + "\"")});
  };
  const std::string a_label = "xn--fiqs8s-fiqz9s-55qx5d-xhq521b";
  const std::string idna = repeated("xn--mgbh0fb.xn--fiqs8s.xn--80akhbyknj4f.", 6) + "xn--p1ai";
  add("date-time", "1", "2026-01-31T12:00:00.", "2026-01-31T12:00:00.123Z");
  add("date", "1", "2026-01-3", "2026-01-31");
  add("time", "1", "12:00:00.", "12:00:00Z");
  add("duration", "1", "P", "P1Y2M3DT4H5M6S");
  add("email", "a.", "", "jo@" + idna);
  add("email", "a.", "", "a.b.c.d.e.f.g@a.b.c.d.e.f.g");
  add("idn-email", "é.中", "", "é@é.é.é.é.é");
  add("hostname", "a", "", idna);
  add("hostname", "a.", "", "a.b.c.d.e.f.g.h.i.j.k.l.m");
  add("ipv4", "1", "", "192.0.2.100");
  add("ipv6", "1:", "", "2001:db8:1:2:3:4:5:6");
  add("uri", "%41", "https://example.com/", "a://b@c:1/d?e#f");
  add("uri-reference", "%41", "/", "//b@c:1/d?e#f");
  add("iri", "é", "https://example.com/", "a://é@é:1/é?é#é");
  add("iri-reference", "é", "/", "//é@é:1/é?é#é");
  add("uri-template", "{+a,b:1}", "/", "{+a,b:1,c*}");
  add("uuid", "1", "", "123e4567-e89b-42d3-a456-426614174000");
  add("json-pointer", "/~0", "", "/a/~0/~1/0");
  add("relative-json-pointer", "/~0", "1", "1/a/~0");
  add("byte", "aGVs", "", "aGVs");
}

void add_numbers(std::vector<WorstValue>& all) {
  all.push_back({"minimum and maximum", "{items: {minimum: 0, maximum: 9.5}}", array_of("1")});
  all.push_back({"exclusive limits",
                 "{items: {exclusiveMinimum: 0.5, exclusiveMaximum: 18446744073709551615}}",
                 array_of("1")});
  all.push_back({"multipleOf, whole", "{items: {multipleOf: 1}}", array_of("1")});
  all.push_back({"multipleOf, double", "{items: {multipleOf: 1.0e-10}}", array_of("1.5")});
  all.push_back({"multipleOf, large",
                 "{minContains: 0, contains: {multipleOf: 18446744073709551557}}",
                 array_of("1e300")});
  all.push_back({"multipleOf, long", "{minContains: 0, contains: {multipleOf: 3.0e-17}}",
                 array_of("2.2250738585072014e-300")});
  all.push_back({"number formats", "{items: {format: int64}}", array_of("1.0")});
  all.push_back({"type", "{items: {type: integer}}", array_of("1.0")});
}

void add_structures(std::vector<WorstValue>& all) {
  const std::string many = repeated("x, ", 200);
  all.push_back({"items", "{items: {type: integer}}", array_of("1")});
  all.push_back({"items without rules", "{items: {}}", array_of("1")});
  all.push_back({"prefixItems", "{prefixItems: [{}, {}], items: {type: integer}}", array_of("1")});
  all.push_back(
      {"contains", "{contains: {const: 2}, maxContains: 1, minContains: 0}", array_of("1")});
  all.push_back({"uniqueItems, numbers", "{uniqueItems: true}", array_of("#")});
  all.push_back({"uniqueItems, equal", "{uniqueItems: true}", array_of("1")});
  all.push_back({"uniqueItems, arrays", "{uniqueItems: true}", array_of("[#]")});
  all.push_back({"uniqueItems, objects", "{uniqueItems: true}", array_of("{\"#\":1}")});
  all.push_back(
      {"uniqueItems, long", "{uniqueItems: true}", '[' + list_of(text_of("ab", 100'000)) + ']'});
  all.push_back({"enum of many",
                 "{minContains: 0, contains: {enum: [" + list_of("#", 10'000) + "]}}",
                 array_of("105000")});
  all.push_back({"enum of few", "{minContains: 0, contains: {enum: [1, 2, 3, 4, 5, 6, 7, 8.5]}}",
                 array_of("9")});
  all.push_back(
      {"enum of structures",
       "{minContains: 0, contains: {enum: [[1, 1, 1, 1, 2], [1, 1, 1, 1, 3], [1, 1, 1, 1, 4]]}}",
       array_of("[1,1,1,1,5]")});
  all.push_back({"enum of many at each depth",
                 "{anyOf: [{enum: [" + list_of("#", 500) + "]}, {items: {$ref: '#'}}]}",
                 repeated("[", 20) + array_of("1") + repeated("]", 20)});
  all.push_back({"const, long text", "{allOf: [{const: x}, {const: y}]}", text_of("a")});
  all.push_back({"minLength and maxLength", "{minLength: 1, maxLength: 2000000}", text_of("é")});
  all.push_back(
      {"properties", "{items: {properties: {a: {type: integer}}}}", array_of(R"({"a":1})")});
  all.push_back({"properties, empty objects", "{items: {properties: {a: {}}, required: []}}",
                 array_of("{}")});
  all.push_back(
      {"additionalProperties", "{additionalProperties: {type: integer}}", object_of("1")});
  all.push_back({"additionalProperties, none", "{additionalProperties: false}", object_of("1")});
  std::string read_only = "{items: {properties: {";
  std::string required = "}, required: [";
  for (int i = 0; i < 200; ++i) {
    const std::string name = "p" + std::to_string(i);
    read_only += (i == 0 ? "" : ", ") + name + ": {readOnly: true}";
    required += (i == 0 ? "" : ", ") + name;
  }
  all.push_back({"required and readOnly", read_only + required + "]}}", array_of("{}")});
  all.push_back({"required, missing", "{items: {anyOf: [{required: [a, b]}, {type: object}]}}",
                 array_of("{}")});
  all.push_back({"dependentRequired", "{items: {dependentRequired: {a: [b], b: [a], c: [d]}}}",
                 array_of("{}")});
  all.push_back(
      {"dependentSchemas", "{items: {dependentSchemas: {a: {}, b: {}, c: {}}}}", array_of("{}")});
  all.push_back({"minProperties", "{items: {minProperties: 0, maxProperties: 9}}", array_of("{}")});
}

void add_compositions(std::vector<WorstValue>& all) {
  all.push_back({"allOf", "{items: {allOf: [{}, {}, {}, {}, {}]}}", array_of("1")});
  all.push_back({"anyOf", "{items: {anyOf: [{type: string}, {type: array}, {type: integer}]}}",
                 array_of("1")});
  all.push_back({"oneOf", "{items: {oneOf: [{type: string}, {type: array}, {type: integer}]}}",
                 array_of("1")});
  all.push_back({"oneOf at each depth",
                 "{oneOf: [{type: integer}, {type: array, items: {$ref: '#'}}, "
                 "{type: array, items: {$ref: '#'}, minItems: 9999999}]}",
                 repeated("[", 25) + "1" + repeated("]", 25)});
  all.push_back({"oneOf at each depth, failing",
                 "{oneOf: [{type: integer}, {type: array, items: {$ref: '#'}}]}",
                 repeated("[", 20) + '[' + list_of("1") + ",true]" + repeated("]", 20)});
  all.push_back({"not", "{items: {not: {type: string}}}", array_of("1")});
  all.push_back(
      {"if", "{items: {if: {type: string}, then: {}, else: {type: integer}}}", array_of("1")});
  all.push_back({"$ref", "{items: {$ref: '#/$defs/a'}, $defs: {a: {$ref: '#/$defs/b'}, b: {}}}",
                 array_of("1")});
  all.push_back({"$dynamicRef",
                 "{$dynamicAnchor: n, type: [array, integer], items: {$dynamicRef: '#n'}}",
                 array_of("1")});
  all.push_back({"unevaluatedItems",
                 "{allOf: [{prefixItems: [{}]}, {prefixItems: [{}, {}]}, {contains: {const: 2}, "
                 "minContains: 0}], unevaluatedItems: {type: integer}}",
                 array_of("1")});
  all.push_back({"unevaluatedItems, many",
                 "{items: {anyOf: [{prefixItems: [{}]}, {contains: {}}], unevaluatedItems: {}}}",
                 array_of("[1]")});
  all.push_back({"unevaluatedProperties",
                 "{allOf: [{properties: {a: {}}}, {patternProperties: {'^1': {}}}], "
                 "unevaluatedProperties: {type: integer}}",
                 object_of("1")});
  all.push_back({"unevaluatedProperties, many",
                 "{items: {anyOf: [{properties: {a: {}}}, {required: [a]}], "
                 "unevaluatedProperties: {}}}",
                 array_of(R"({"a":1})")});
  all.push_back({"exponential",
                 "{$defs: {n: {type: object, properties: {n: {anyOf: [{allOf: [{$ref: "
                 "'#/$defs/n'}, {required: [x]}]}, {allOf: [{$ref: '#/$defs/n'}, {required: "
                 "[y]}]}, {allOf: [{$ref: '#/$defs/n'}, {required: [z]}]}]}}}}, $ref: "
                 "'#/$defs/n'}",
                 repeated(R"({"n":)", 28) + "1" + repeated("}", 28)});
}

// Returns the least steps of a value (WorstValue::least). The row with the longest matching
// beginning counts.
double least_of(std::string_view name) {
  static constexpr std::pair<std::string_view, double> kLeast[] = {
      {"honest: UUIDs", 50},
      {"honest: numbers with limits", 28},
      {"honest: prices", 24},
      {"honest: orders", 150},
      {"honest: one of three objects", 60},
      {"pattern of many texts", 30},
      {"pattern, states that RE2 cannot keep", 100},
      {"patternProperties", 130},
      {"patternProperties, long name", 3e6},
      {"propertyNames", 130},
      {"minimum and maximum", 16},
      {"exclusive limits", 16},
      {"multipleOf", 20},
      {"multipleOf, large", 88},
      {"multipleOf, long", 88},
      {"number formats", 16},
      {"type", 8},
      {"items", 8},
      {"prefixItems", 8},
      {"contains", 12},
      {"uniqueItems", 44},
      {"uniqueItems, long", 190'000},
      {"enum of many", 24},
      {"enum of few", 40},
      {"enum of structures", 20},
      {"const, long text", 0.25},
      {"minLength and maxLength", 0.25},
      {"properties", 24},
      {"properties, empty objects", 8},
      {"additionalProperties", 40},
      {"additionalProperties, none", 0},  // It ends after a few violations.
      {"required and readOnly", 1000},
      {"required, missing", 30},
      {"dependentRequired", 50},
      {"dependentSchemas", 32},
      {"minProperties", 8},
      {"allOf", 48},
      {"anyOf", 32},
      {"oneOf", 32},
      {"not", 16},
      {"if", 24},
      {"$ref", 24},
      {"$dynamicRef", 16},
      {"unevaluatedItems", 25},
      {"unevaluatedProperties", 40},
      {"unevaluatedProperties, many", 36}};
  double least = name.ends_with(", many") ? 20 : 1;  // The rest are formats.
  size_t longest = 0;
  for (const auto& [beginning, steps] : kLeast) {
    if (!name.starts_with(beginning) || beginning.size() < longest) continue;
    longest = beginning.size();
    least = steps;
  }
  return least;
}

}  // namespace

std::vector<WorstValue> worst_values() {
  std::vector<WorstValue> all;
  add_honest(all);
  add_patterns(all);
  add_formats(all);
  add_numbers(all);
  add_structures(all);
  add_compositions(all);
  for (WorstValue& one : all) one.least = least_of(one.name);
  return all;
}

}  // namespace penstock::test
