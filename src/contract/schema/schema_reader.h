#pragma once

#include <boost/json/value.hpp>
#include <boost/unordered/unordered_flat_map.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "contract/document/document.h"
#include "contract/document/sources.h"
#include "contract/schema/schema.h"
#include "contract/schema/schema_compiler.h"

namespace penstock::contract {

// Reads the keywords of one schema of the document into its compiled form. What each keyword does
// stands in one table (schema_keywords.cpp), sorted by name: a row says in which dialects there is
// such a keyword, and which function reads it. This class is what those functions share: the schema
// that is being made, the keyword that is being read, and readers of the values that several
// keywords have. Problems go to the sources.
class SchemaReader {
 public:
  SchemaReader(SchemaCompiler& compiler, Schema& schema)
      : compiler_(compiler), sources_(compiler.sources_), schema_(schema), node_(*schema.node) {}

  void read();

 private:
  // A row of the table.
  struct Keyword {
    std::string_view name;
    unsigned dialects;  // As bits: 1 << Dialect.
    // Whether a resource whose metaschema leaves the validation vocabulary out does not have it.
    bool of_validation_vocabulary;
    void (*read)(SchemaReader& reader, const Node& value);  // Null: it changes nothing.
  };
  // Null: the dialect does not have such a keyword.
  [[nodiscard]] static const Keyword* find_keyword(std::string_view name, Dialect dialect);

  void read_keywords();
  void refuse_unknown_keyword();
  void finish_nullable();
  void finish_contains();
  void finish_object();
  void check_format();

  // The functions of the table that need more than a line.
  void read_type_3_0(const Node& value);
  void read_type_2020_12(const Node& value);
  void read_exclusive_3_0(const Node& value, const char* limit_name,
                          std::optional<boost::json::value> NumberRules::* limit);
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
  void read_discriminator(const Node& value);
  void read_reference(const Node& value);
  void read_dynamic_reference(const Node& value);

  // The value of the keyword that is being read. Nothing, and a problem, if it is of another kind.
  [[nodiscard]] std::optional<uint64_t> count(const Node& value);
  [[nodiscard]] std::optional<boost::json::value> number(const Node& value);
  [[nodiscard]] std::optional<bool> boolean(const Node& value);
  [[nodiscard]] std::optional<Pattern> pattern(const Node& value);
  [[nodiscard]] std::unique_ptr<Enumeration> enumeration(const Node& value);
  [[nodiscard]] std::unique_ptr<Enumeration> constant(const Node& value);
  [[nodiscard]] std::vector<const Schema*> subschemas(const Node& value);
  [[nodiscard]] const Schema* subschema(const Node& value);
  [[nodiscard]] std::optional<Pattern> compile_pattern(const Node& at, std::string_view text);
  void set_format(const Node& value, const Format* format);
  // The property of that name, which is made if need be.
  Property& property(std::string_view name);
  [[nodiscard]] const std::string& keyword() const { return key_->text; }
  void problem(const Node& at, const std::string& sentence) { sources_.problem(at, sentence); }

  // The parts of the schema, which are made when they are asked for.
  StringRules& strings();
  NumberRules& numbers();
  ArrayRules& arrays();
  ObjectRules& objects();
  Composition& composition();

  SchemaCompiler& compiler_;
  Sources& sources_;
  Schema& schema_;
  const Node& node_;
  const Node* key_ = nullptr;  // The keyword that is being read.
  bool nullable_ = false;      // OpenAPI 3.0's.
  boost::unordered_flat_map<std::string_view, uint32_t> property_index_;
};

}  // namespace penstock::contract
