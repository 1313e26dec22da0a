#pragma once

#include <boost/json/value.hpp>
#include <boost/unordered/unordered_flat_map.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "contract/document/document.h"
#include "contract/document/sources.h"
#include "contract/schema/schema.h"
#include "contract/schema/schema_compiler.h"

namespace penstock::contract {

// Reads the keywords of one schema of the document into its compiled form. The keywords are rows of
// one table (schema_keywords.cpp), sorted by name: a row gives the dialects that have the keyword,
// and the function that reads it. This class holds what those functions share: the schema that is
// being filled, the keyword that is being read, and readers for kinds of values that several
// keywords have. Problems are recorded in the Sources.
class SchemaReader {
 public:
  // `is_bare` leaves out the `discriminator` and its alternatives (schema_discriminator.h).
  SchemaReader(SchemaCompiler& compiler, Schema& schema, bool is_bare)
      : compiler_(compiler),
        sources_(compiler.sources_),
        schema_(schema),
        node_(*schema.node),
        is_bare_(is_bare) {}

  // Fills the schema from its node. Call it once.
  void read();

 private:
  // A Keyword is a row of the table.
  struct Keyword {
    std::string_view name;
    unsigned dialects;  // One bit for each dialect: 1 << Dialect.
    // This says whether the keyword belongs to the vocabulary "validation". If so, it is ignored in
    // a resource whose metaschema leaves that vocabulary out.
    bool of_validation_vocabulary;
    void (*read)(SchemaReader& reader, const Node& value);  // Null for an annotation.
  };
  [[nodiscard]] static std::span<const Keyword> keywords();
  // Returns null if the dialect has no such keyword.
  [[nodiscard]] static const Keyword* find_keyword(std::string_view name, Dialect dialect);
  // Returns a keyword of the dialect that differs from `name` in one letter or in case, or an empty
  // text. `name` must not be a keyword.
  [[nodiscard]] static std::string_view similar_keyword(std::string_view name, Dialect dialect);

  void read_keywords();
  // These look at the whole schema when all its keywords have been read.
  void finish_nullable();
  void finish_contains();
  void finish_object();
  void finish_format();
  void finish_items();
  // These record what has no effect, or is refused because it would have none.
  void name_unknown_keyword();
  void name_unknown_format();
  void read_const(const Node& value);
  void name_annotation();
  void name_nullable_3_1();
  void name_siblings();

  // These functions of the table need more than one line.
  void read_type_3_0(const Node& value);
  void read_type_2020_12(const Node& value);
  void read_exclusive_3_0(const Node& value, const char* limit_name,
                          std::optional<boost::json::value> NumberRules::* limit);
  [[nodiscard]] std::optional<boost::json::value> exclusive_limit(const Node& value,
                                                                  const char* limit_name);
  void read_multiple_of(const Node& value);
  void read_format(const Node& value);
  void read_content_encoding(const Node& value);
  void read_properties(const Node& value);
  void read_required(const Node& value);
  void read_pattern_properties(const Node& value);
  void read_dependent_required(const Node& value);
  void read_dependent_schemas(const Node& value);
  void read_additional_properties_3_0(const Node& value);
  void read_definitions(const Node& value);
  void read_all_of(const Node& value);
  void read_discriminator(const Node& value);
  void read_reference(const Node& value);
  void read_dynamic_reference(const Node& value);

  // These return the value of the keyword that is being read. If the value is of the wrong kind,
  // they record a problem, and return nothing, or an empty list.
  [[nodiscard]] std::optional<uint64_t> count(const Node& value);
  [[nodiscard]] std::optional<boost::json::value> number(const Node& value);
  [[nodiscard]] std::optional<bool> boolean(const Node& value);
  [[nodiscard]] std::optional<Pattern> pattern(const Node& value);
  [[nodiscard]] std::unique_ptr<Enumeration> enumeration(const Node& value);
  [[nodiscard]] std::unique_ptr<Enumeration> constant(const Node& value);
  [[nodiscard]] std::vector<const Schema*> subschemas(const Node& value);
  [[nodiscard]] const Schema* subschema(const Node& value);
  [[nodiscard]] std::optional<Pattern> compile_pattern(const Node& at, std::string_view text);
  // Returns the property with this name, and adds it first if there is none.
  Property& property(std::string_view name);
  [[nodiscard]] const std::string& keyword() const { return key_->text; }
  void problem(const Node& at, std::string_view kind, std::string_view sentence) {
    sources_.problem(at, kind, sentence);
  }
  // Records the problem that a keyword's value has the wrong type.
  void wrong_type(const Node& at, std::string_view sentence) {
    problem(at, "wrong-type", sentence);
  }

  // These return a part of the schema, and create it on first use.
  StringRules& strings();
  NumberRules& numbers();
  ArrayRules& arrays();
  ObjectRules& objects();
  Composition& composition();

  SchemaCompiler& compiler_;
  Sources& sources_;
  Schema& schema_;
  const Node& node_;
  const bool is_bare_;
  const Node* key_ = nullptr;  // The keyword that is being read.
  // These are the values of keywords that need to know the types. Null means there is none.
  const Node* nullable_ = nullptr;  // `nullable: true` of OpenAPI 3.0.
  const Node* format_ = nullptr;    // A `format` that is enforced.
  const Node* encoding_ = nullptr;  // A `contentEncoding`.
  boost::unordered_flat_map<std::string_view, uint32_t> property_index_;
};

}  // namespace penstock::contract
