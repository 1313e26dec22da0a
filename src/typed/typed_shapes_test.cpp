// Shapes that the orders do not have, and that generated code has for other contracts.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

#include "json/reader.h"
#include "json/writer.h"
#include "support/typed_orders.h"
#include "typed/box.h"
#include "typed/object.h"
#include "typed/to_value.h"

namespace penstock::typed {
namespace {

using contract::Direction;

// Returns a contract with one operation, whose body has this schema.
contract::Contract contract_of(std::string_view schema, std::string_view schemas = "{}") {
  const std::string text =
      "openapi: 3.1.0\ninfo: {title: t, version: '1'}\npaths:\n  /:\n    post:\n"
      "      operationId: a\n      responses: {'204': {description: d}}\n"
      "      requestBody: {content: {application/json: {schema: " +
      std::string(schema) + "}}}\ncomponents: {schemas: " + std::string(schemas) + "}\n";
  return contract::Contract::parse(text, "t.yaml").value();
}

const contract::Schema* body_of(const contract::Contract& contract) {
  return operation(contract, "a").body->content[0].schema;
}

struct Tags {
  std::optional<std::vector<std::string>> tags = {};

  bool operator==(const Tags&) const = default;
};
const Type& describe(const Tags*) {
  static constexpr Member kMembers[] = {optional_member<&Tags::tags>("tags")};
  static constexpr RecordTable kTable = {.members = kMembers};
  static constexpr Type kType = record_type<Tags>("Tags", kTable);
  return kType;
}

TEST(TypedShapes, AListOfUniqueTextsHasNoTextTwice) {
  for (const char* items :
       {"{type: string}", "{type: string, not: {const: c}}", "{type: string, pattern: '^[ab]'}",
        "{type: string, if: {minLength: 2}, then: {pattern: a}}",
        "{anyOf: [{type: string, maxLength: 1}, {type: string, pattern: a}]}",
        "{type: string, unevaluatedProperties: false}", "{type: string, format: uri-reference}"}) {
    const auto contract =
        contract_of("{type: object, properties: {tags: {type: array, uniqueItems: true, items: " +
                    std::string(items) + "}}}");
    const Plan plan = Plan::make(body_of(contract), type_of<Tags>(), Direction::request).value();
    const std::string long_text = "\"a" + std::string(40, 'b') + '"';
    for (const std::string& text : {std::string(R"("a")"), long_text}) {
      const std::string twice = R"({"tags":["b",)" + text + ',' + text + "]}";
      const auto refused = read_both_ways<Tags>(plan, body_of(contract), twice);
      EXPECT_FALSE(refused.quick) << items << twice;
      EXPECT_FALSE(refused.general) << items << twice;
      const std::string once = R"({"tags":["b",)" + text + "]}";
      const auto taken = read_both_ways<Tags>(plan, body_of(contract), once);
      EXPECT_TRUE(taken.general && taken.agree()) << items << once;
    }
  }
}

struct Pair {
  std::optional<int64_t> x = {};
  boost::json::value y = {};

  bool operator==(const Pair&) const = default;
};
const Type& describe(const Pair*) {
  static constexpr Member kMembers[] = {optional_member<&Pair::x>("x"), member<&Pair::y>("y")};
  static constexpr RecordTable kTable = {.members = kMembers};
  static constexpr Type kType = record_type<Pair>("Pair", kTable);
  return kType;
}

// A contract may allow nothing at a place, or require what it does not describe. Generated code has
// a member there, so the program must start with it.
TEST(TypedShapes, FitAContractThatAllowsNothingForAMember) {
  struct Case {
    const char* schema;
    const char* allowed;
    const char* refused;
  };
  for (const auto& [schema, allowed, refused] : {
           Case{"{type: object, required: [y], properties: {x: {type: integer}}}",
                R"({"x":1,"y":[2]})", R"({"x":1})"},
           Case{"{type: object, required: [y], properties: {x: false}}", R"({"y":1})",
                R"({"x":1,"y":1})"},
           Case{"{required: [y], allOf: [{type: object, properties: {y: {}}, "
                "additionalProperties: false}, {type: object, properties: {x: {type: integer}}}]}",
                R"({"y":1})", R"({"x":1,"y":1})"},
           Case{"{required: [y], allOf: [{type: object, properties: {y: {}}, "
                "additionalProperties: {type: string}}, {type: object, properties: {x: {type: "
                "integer}}}]}",
                R"({"y":1})", R"({"x":1,"y":1})"},
       }) {
    const auto contract = contract_of(schema);
    const auto plan = Plan::make(body_of(contract), type_of<Pair>(), Direction::request);
    ASSERT_TRUE(plan) << schema << plan.error().message;
    const auto taken = read_both_ways<Pair>(*plan, body_of(contract), allowed);
    EXPECT_TRUE(taken.general && taken.agree()) << schema;
    const auto other = read_both_ways<Pair>(*plan, body_of(contract), refused);
    EXPECT_FALSE(other.general) << schema;
    EXPECT_FALSE(other.quick) << schema;
  }
}

struct Wide {
  std::optional<std::array<char, 4096>> unused = {};  // As many members as there may be.
};
const Type& describe(const Wide*) {
  static constexpr RecordTable kTable = {};
  static constexpr Type kType = record_type<Wide>("Wide", kTable);
  return kType;
}

// Three bytes of a body can become kilobytes.
TEST(TypedShapes, ManyElementsOfALargeStructAreRefusedBeforeTheyTakeMuchMemory) {
  const auto fill = [](const Type& type, const char* schema, std::string_view element, char first,
                       char last, size_t count, bool is_map) {
    const auto contract = contract_of(schema);
    const Plan plan = Plan::make(body_of(contract), type, Direction::request).value();
    std::string text(1, first);
    for (size_t i = 0; i < count; ++i) {
      if (i > 0) text += ',';
      if (is_map) text += '"' + std::to_string(i) + "\":";
      text += element;
    }
    text += last;
    const Object quick(type);
    contract::Steps steps;
    const bool taken = Reader().read(plan, text, quick.get(), steps);
    contract::Steps all;
    json::Reader reader;
    const auto value = contract::read_paid(reader, text, {}, all);
    contract::Violations violations;
    const Object general(type);
    const bool fits = from_value(type, *value, general.get(), false, "body", {}, violations, all);
    EXPECT_EQ(fits, !all.exhausted());
    EXPECT_TRUE(violations.empty());
    EXPECT_TRUE(fits || !taken);
    return fits;
  };
  constexpr const char* kList = "{type: array, items: {type: object, properties: {}}}";
  constexpr const char* kMap = "{type: object, additionalProperties: {type: object}}";
  constexpr const char* kTrees = "{type: array, items: {type: object, not: {required: [a]}}}";
  for (const char* schema : {kList, kTrees}) {
    const Type& type = type_of<std::vector<Wide>>();
    EXPECT_TRUE(fill(type, schema, "{}", '[', ']', 1000, false)) << schema;
    EXPECT_FALSE(fill(type, schema, "{}", '[', ']', 10'000, false)) << schema;
  }
  const Type& map = type_of<std::map<std::string, Wide>>();
  EXPECT_TRUE(fill(map, kMap, "{}", '{', '}', 1000, true));
  EXPECT_FALSE(fill(map, kMap, "{}", '{', '}', 9'000, true));
}

struct Expression;
struct Negation {
  std::string kind = {};
  Box<Expression> of = {};

  bool operator==(const Negation&) const = default;
};
struct Literal {
  std::string kind = {};
  int64_t number = 0;

  bool operator==(const Literal&) const = default;
};
struct Expression : std::variant<Negation, Literal> {
  using variant::variant;
};
const Type& describe(const Expression*);
const Type& describe(const Negation*) {
  static constexpr Member kMembers[] = {member<&Negation::kind>("kind"),
                                        member<&Negation::of>("of")};
  static constexpr RecordTable kTable = {.members = kMembers};
  static constexpr Type kType = record_type<Negation>("Negation", kTable);
  return kType;
}
const Type& describe(const Literal*) {
  static constexpr Member kMembers[] = {member<&Literal::kind>("kind"),
                                        member<&Literal::number>("number")};
  static constexpr RecordTable kTable = {.members = kMembers};
  static constexpr Type kType = record_type<Literal>("Literal", kTable);
  return kType;
}
const Type& describe(const Expression*) {
  static constexpr Alternative kNames[] = {
      {"not", 0}, {"literal", 1}, {"Negation", 0}, {"Literal", 1}};
  static constexpr auto kTable = variant_table<Expression>("kind", kNames);
  static constexpr Type kType = variant_type<Expression>("Expression", kTable);
  return kType;
}

constexpr const char* kExpressions =
    "{Expression: {oneOf: [{$ref: '#/components/schemas/Negation'}, "
    "{$ref: '#/components/schemas/Literal'}], discriminator: {propertyName: kind, mapping: "
    "{not: '#/components/schemas/Negation', literal: '#/components/schemas/Literal'}}}, "
    "Negation: {type: object, required: [kind, of], properties: {kind: {type: string}, "
    "of: {$ref: '#/components/schemas/Expression'}}}, "
    "Literal: {type: object, required: [kind, number], properties: {kind: {type: string}, "
    "number: {type: integer}}}}";

// The first alternative of a new Expression has an Expression, and so on.
TEST(TypedShapes, AnObjectThatRequiresItsOwnKindCanBeMade) {
  const Expression made;
  EXPECT_EQ(made, Expression());
  EXPECT_EQ(json::to_text(to_value(type_of<Expression>(), &made, Direction::neither)),
            R"({"kind":"not","of":null})");
  const auto contract = contract_of("{$ref: '#/components/schemas/Expression'}", kExpressions);
  const Plan plan =
      Plan::make(body_of(contract), type_of<Expression>(), Direction::request).value();
  constexpr std::string_view kText =
      R"({"kind":"not","of":{"kind":"not","of":{"kind":"literal","number":7}}})";
  const auto both = read_both_ways<Expression>(plan, body_of(contract), kText);
  ASSERT_TRUE(both.quick && both.agree());
  EXPECT_NE(*both.quick, Expression());
  EXPECT_EQ(json::to_text(to_value(type_of<Expression>(), &*both.quick, Direction::neither)),
            kText);
}

TEST(Box, StandsForANewObjectUntilItGetsOne) {
  Box<Literal> box;
  EXPECT_TRUE(box.empty());
  EXPECT_EQ(std::as_const(box)->number, 0);
  EXPECT_EQ(box, Box<Literal>(Literal{}));
  EXPECT_TRUE(box.empty());
  box->number = 7;
  EXPECT_FALSE(box.empty());
  EXPECT_EQ(box->number, 7);
}

TEST(Box, CanBeCopiedComparedAndWrittenAfterItWasMovedFrom) {
  Negation made{.kind = "not", .of = Expression(Literal{.kind = "literal", .number = 7})};
  const Negation moved = std::move(made);
  const Negation copy = made;  // NOLINT: what is left is the question.
  EXPECT_EQ(copy.of, Box<Expression>());
  EXPECT_NE(copy.of, moved.of);
  EXPECT_EQ(json::to_text(to_value(type_of<Negation>(), &copy, Direction::neither)),
            R"({"kind":"","of":null})");
  made = moved;
  EXPECT_EQ(made, moved);
  made.of = *&made.of;
  EXPECT_EQ(made, moved);
}

}  // namespace
}  // namespace penstock::typed
