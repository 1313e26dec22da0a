#include <gtest/gtest.h>

#include <fstream>
#include <set>

#include "contract/schema/schema_testing.h"

// Tests what a schema may contain without effect, and what is refused because it would have none.
namespace penstock::contract {
namespace {

TEST(SchemaRemarks, NameAnUnknownFormatAndTheOneThatIsMeant) {
  EXPECT_EQ(
      remarks("{type: string, format: google-datetime}"),
      "24 unknown-format: format 'google-datetime' is neither in JSON Schema nor in OpenAPI's "
      "registry, so it has no effect; write a 'pattern' to enforce one\n");
  EXPECT_NE(remarks("{type: string, format: dateTime}").find("write 'date-time'"),
            std::string::npos);
  EXPECT_NE(remarks("{type: string, format: url}").find("write 'uri'"), std::string::npos);
  EXPECT_NE(remarks("{type: integer, format: Int32}").find("write 'int32'"), std::string::npos);
  EXPECT_EQ(remarks("{type: string, format: ''}").substr(0, 17), "24 unknown-format");
  EXPECT_EQ(validate("{type: string, format: url}", R"("x")"), "");
}

TEST(SchemaRemarks, NameAFormatForAnotherType) {
  EXPECT_EQ(remarks("{type: object, format: date}"),
            "24 format-does-not-apply: format 'date' is for strings, so it has no effect on this "
            "type\n");
  EXPECT_EQ(remarks("{type: string, format: int32}").substr(0, 24), "24 format-does-not-apply");
  EXPECT_EQ(remarks("{type: boolean, format: int64}").substr(0, 24), "25 format-does-not-apply");
  EXPECT_EQ(remarks("{type: array, items: {}, format: binary}").substr(0, 24),
            "34 format-does-not-apply");
  EXPECT_EQ(validate("{type: string, format: int32}", R"("x")"), "");
  EXPECT_EQ(validate("{type: integer, format: date}", "1"), "");
  for (const char* applies :
       {"{type: string, format: int64}", "{type: number, format: int32}", "{format: date}",
        "{type: integer, format: double}", "{type: string, format: password}",
        "{type: string, nullable: true, format: uint64}", "{type: number, format: decimal}"}) {
    EXPECT_EQ(remarks(applies), "") << applies;
  }
}

TEST(SchemaFormats, AreEnforcedOnTheTypesOfTheRegistry) {
  EXPECT_EQ(validate("{type: string, format: int64}", R"("-9223372036854775808")"), "");
  EXPECT_EQ(validate("{type: string, format: int64}", R"("9223372036854775808")"), ":format");
  EXPECT_EQ(validate("{type: string, format: int64}", R"("1.0")"), ":format");
  EXPECT_EQ(validate("{type: string, format: uint64}", R"("18446744073709551615")"), "");
  EXPECT_EQ(validate("{type: string, format: uint64}", R"("-1")"), ":format");
  EXPECT_EQ(validate_3_1("{type: [string, integer], format: int64}", "9223372036854775808"),
            ":format");
  EXPECT_EQ(validate_3_1("{type: [string, integer], format: int64}", R"("x")"), ":format");
  EXPECT_EQ(validate("{format: double-int}", "9007199254740992"), ":format");
  EXPECT_EQ(validate("{format: double-int}", "-9007199254740991"), "");
  EXPECT_EQ(validate("{format: double-int}", R"("x")"), "");
  EXPECT_EQ(validate("{format: sf-integer}", "1000000000000000"), ":format");
  EXPECT_EQ(validate("{format: sf-decimal}", "123456789012.125"), "");
  EXPECT_EQ(validate("{format: sf-decimal}", "0.1255"), ":format");
  EXPECT_EQ(validate("{format: sf-decimal}", "1000000000000"), ":format");
  EXPECT_EQ(validate("{format: decimal}", R"("1e3")"), ":format");
  EXPECT_EQ(validate("{format: decimal}", "1e3"), "");
}

// The rows of the page's table of formats begin with their names.
TEST(SchemaFormats, AreThoseOfTheTableInTheDocuments) {
  std::ifstream page(PENSTOCK_CONTRACT_PAGE);
  std::set<std::string> documented;
  bool in_table = false;
  for (std::string line; std::getline(page, line);) {
    in_table = line.starts_with("| formats |") || (in_table && line.starts_with("| "));
    if (!in_table) continue;
    const std::string names = line.substr(0, line.find('|', 1));
    const size_t type_end = line.find('|', names.size() + 1);
    const std::string type = line.substr(names.size(), type_end - names.size() + 1);
    for (size_t at = 0; (at = names.find('`', at)) != std::string::npos; ++at) {
      const size_t begin = at + 1;
      at = names.find('`', begin);
      const std::string name = names.substr(begin, at - begin);
      EXPECT_TRUE(documented.insert(name).second) << name << " stands there twice";
      const bool of_text = find_format(name) != nullptr || is_free_format(name);
      EXPECT_EQ(of_text, line.find("| string") != std::string::npos) << name;
      EXPECT_EQ(find_number_format(name) != nullptr, type.find("number |") != std::string::npos)
          << name;
    }
  }
  for (const std::string_view name : format_names()) {
    EXPECT_TRUE(documented.contains(std::string(name))) << name << " is not in the table";
  }
}

TEST(SchemaRemarks, NameContentThatIsNotChecked) {
  EXPECT_EQ(remarks_3_1("{type: string, contentMediaType: text/html}"),
            "16 content-not-enforced: contentMediaType is an annotation, so the text's content is "
            "not checked\n");
  EXPECT_EQ(remarks_3_1("{contentSchema: {type: nothing}}").substr(0, 22),
            "2 content-not-enforced");
  EXPECT_EQ(remarks_3_1("{contentEncoding: quoted-printable}").substr(0, 23),
            "19 content-not-enforced");
  EXPECT_EQ(remarks_3_1("{format: date, contentEncoding: base64}").substr(0, 23),
            "33 content-not-enforced");
  EXPECT_EQ(remarks_3_1("{format: byte, contentEncoding: base64}"), "");
  EXPECT_EQ(validate_3_1("{contentEncoding: base64}", R"("a")"), ":format");
  EXPECT_EQ(validate_3_1("{contentEncoding: base64url}", R"("-_-_")"), "");
  EXPECT_EQ(validate_3_1("{contentEncoding: base64url}", R"("+/+/")"), ":format");
  EXPECT_EQ(validate_3_1("{contentEncoding: 7}", "1"),
            "t.yaml:1:19: contentEncoding must be a string");
}

TEST(SchemaRemarks, NameNullableThatHasNoEffect) {
  const auto kind = [](const std::string& text) { return text.substr(0, text.find(':')); };
  EXPECT_EQ(kind(remarks("{nullable: true, allOf: [{type: object}]}")),
            "12 nullable-without-effect");
  EXPECT_EQ(kind(remarks("{type: string, nullable: true, enum: [a]}")),
            "26 nullable-without-effect");
  EXPECT_EQ(kind(remarks_3_1("{type: string, nullable: true}")), "16 nullable-without-effect");
  EXPECT_EQ(remarks("{type: string, nullable: true, enum: [a, null]}"), "");
  EXPECT_EQ(remarks("{nullable: false}"), "");
  EXPECT_EQ(validate("{nullable: true, allOf: [{type: object}]}", "null"), ":type");
  EXPECT_EQ(validate("{nullable: true}", "null"), "");
}

TEST(SchemaRemarks, NameKeywordsBesideAReferenceIn30) {
  EXPECT_EQ(remarks("properties: {a: {$ref: '#/properties/b', nullable: true, description: d}, b: "
                    "{type: string}}"),
            "42 beside-reference: 'nullable' has no effect beside $ref (OpenAPI 3.0, section "
            "4.7.23.1); put the $ref into 'allOf' to have both\n");
}

TEST(SchemaRemarks, NameAnEmptyEnumThatNoValueMatches) {
  EXPECT_EQ(remarks("{enum: []}"), "8 empty-enum: the enum is empty, so no value is valid\n");
  EXPECT_EQ(validate("{enum: []}", "1"), ":enum");
  EXPECT_EQ(validate_3_1("{properties: {a: {enum: []}}}", R"({"b":1})"), "");
  EXPECT_EQ(validate("{enum: a}", "1"), "t.yaml:1:8: enum must be a list of values");
}

TEST(SchemaRemarks, NameAnArrayWithoutItemsIn30) {
  EXPECT_EQ(remarks("{type: array}"),
            "8 items-missing: an array must have 'items' in OpenAPI 3.0 (section 4.7.24.1); any "
            "element is valid until it has\n");
  EXPECT_EQ(remarks_3_1("{type: array}"), "");
  EXPECT_EQ(validate("{type: array}", R"([1,"a"])"), "");
}

TEST(SchemaRemarks, NameADefaultThatBreaksItsSchema) {
  EXPECT_EQ(
      remarks("{properties: {a: {type: string, default: 1}, b: {type: integer, default: 1}}}"),
      "42 default-invalid: the default does not match its schema, so it has no effect; correct one "
      "of the two\n");
  EXPECT_EQ(remarks_3_1("{type: string, default: null}").substr(0, 24), "25 default-invalid: the ");
  EXPECT_EQ(remarks_3_1("{properties: {default: {type: string}}}"), "");
}

TEST(SchemaRemarks, NameAnUnknownKeywordIn31AndTheOneThatIsMeant) {
  EXPECT_EQ(remarks_3_1("{colour: red, x-colour: red}"),
            "2 unknown-keyword: 'colour' is no keyword of JSON Schema 2020-12, so it has no "
            "effect\n");
  EXPECT_EQ(remarks_3_1("{dependencies: {}}"),
            "2 unknown-keyword: 'dependencies' is no keyword of JSON Schema 2020-12, so it has no "
            "effect; write 'dependentRequired' or 'dependentSchemas'\n");
  EXPECT_EQ(remarks_3_1("{minLenght: 3}"),
            "2 misspelt-keyword: 'minLenght' is no keyword, so it has no effect; did you mean "
            "'minLength'?\n");
  for (const char* misspelt : {"maxlength", "MaxLength", "maxLengt", "maxLengthh", "naxLength"}) {
    EXPECT_NE(remarks_3_1(std::string("{") + misspelt + ": 3}").find("did you mean 'maxLength'?"),
              std::string::npos)
        << misspelt;
  }
  EXPECT_EQ(remarks_3_1("{iff: 3, axLengthX: 1}").find("did you mean"), std::string::npos);
}

TEST(Schema, RefusesAKeywordThatOpenApi30DoesNotHave) {
  const auto refusal = [](std::string_view schema) { return validate(schema, "1"); };
  EXPECT_EQ(refusal("{patternProperties: {}}"),
            "t.yaml:1:2: a schema of OpenAPI 3.0 has no keyword 'patternProperties' (section "
            "4.7.24); remove it, or write the document in OpenAPI 3.1, which has it");
  EXPECT_NE(refusal("{maxlength: 1}").find("did you mean 'maxLength'?"), std::string::npos);
  EXPECT_NE(refusal("{colour: red}").find("let it begin with 'x-'"), std::string::npos);
  for (const char* keyword : {"$schema", "id", "$id", "definitions", "if", "contains"}) {
    EXPECT_NE(refusal("{" + std::string(keyword) + ": {}}").find("has no keyword '"),
              std::string::npos)
        << keyword;
  }
}

TEST(SchemaRemarks, NameAnnotationsThatOpenApi30DoesNotHave) {
  EXPECT_EQ(remarks("{type: string, contentEncoding: base64}"),
            "16 unknown-keyword: a schema of OpenAPI 3.0 has no keyword 'contentEncoding' (section "
            "4.7.24), so it has no effect; write 'format: byte' for base64\n");
  EXPECT_EQ(validate("{type: string, contentEncoding: base64}", R"("!")"), "");
  for (const char* keyword : {"$comment", "contentMediaType", "contentSchema", "examples"}) {
    EXPECT_EQ(remarks("{" + std::string(keyword) + ": 1}").substr(0, 17), "2 unknown-keyword")
        << keyword;
  }
}

TEST(SchemaRemarks, NameConstInOpenApi30WhichIsEnforced) {
  EXPECT_EQ(remarks("{const: a}").substr(0, 17), "2 unknown-keyword");
  EXPECT_EQ(validate("{const: a}", R"("a")"), "");
  EXPECT_EQ(validate("{const: a}", R"("b")"), ":const");
  EXPECT_EQ(validate("{type: string, nullable: true, const: a}", "null"), ":const");
}

TEST(Schema, SaysWhatToWriteInsteadOfAnotherVersionsKeyword) {
  const auto refusal = [](std::string_view schema) { return validate(schema, "1"); };
  EXPECT_NE(refusal("{type: [string, 'null']}").find("write the types under 'anyOf'"),
            std::string::npos);
  EXPECT_NE(refusal("{type: 'null'}").find("write 'nullable: true'"), std::string::npos);
  EXPECT_NE(refusal("{type: file}").find("'format: binary'"), std::string::npos);
  EXPECT_NE(refusal("{type: any}").find("remove 'type'"), std::string::npos);
  EXPECT_NE(refusal("{exclusiveMinimum: 3}").find("write 'minimum: 3'"), std::string::npos);
  EXPECT_NE(refusal("{properties: {a: {type: string, required: true}}}")
                .find("write the property's name under 'required'"),
            std::string::npos);
  EXPECT_NE(validate_3_1("{maximum: 3, exclusiveMaximum: true}", "1")
                .find("write it instead of 'maximum'"),
            std::string::npos);
  EXPECT_NE(validate_3_1("{type: [string, null]}", "1").find("must be in quotes"),
            std::string::npos);
}

TEST(Schema, RefusesTheMergeKeyOfYaml11) {
  EXPECT_EQ(validate_3_1("{$defs: {a: &a {type: string}}, b: {<<: *a}}", "1"),
            "t.yaml:1:37: YAML 1.2 has no merge key '<<', and OpenAPI no tag for it; write the "
            "members themselves, or use $ref or allOf; a member with this name is written in "
            "quotes");
  EXPECT_EQ(validate_3_1("{properties: {'<<': {type: string}}}", R"({"<<":1})"), "/<<:type");
}

}  // namespace
}  // namespace penstock::contract
