#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "contract/schema/schema_compiler.h"

namespace penstock::contract {

// Reads the keywords of one schema of the document into its compiled form.
class SchemaReader {
 public:
  SchemaReader(SchemaCompiler& compiler, Schema& schema)
      : compiler_(compiler), sources_(compiler.sources_), schema_(schema), node_(*schema.node) {}

  void read();

 private:
  void read_3_0();
  void read_2020_12();
  // One keyword; false if the dialect does not have it.
  bool common(std::string_view key, const Node& value);
  bool only_3_0(std::string_view key, const Node& value);
  bool only_2020_12(std::string_view key, const Node& value);
  bool applicator_2020_12(std::string_view key, const Node& value);
  bool string_keyword(std::string_view key, const Node& value);
  bool number_keyword(std::string_view key, const Node& value);
  bool array_keyword(std::string_view key, const Node& value);
  bool object_keyword(std::string_view key, const Node& value);
  bool composition_keyword(std::string_view key, const Node& value);

  void types(const Node& value);
  void enumeration(const Node& value, std::unique_ptr<Enumeration>& out, bool single);
  void format(const Node& value);
  void set_format(const Node& value, const Format* format);
  void check_format();
  void pattern(const Node& value, std::optional<Pattern>& out);
  void properties(const Node& value);
  void required(const Node& value);
  void pattern_properties(const Node& value);
  void dependent_required(const Node& value);
  void list(const Node& value, std::vector<const Schema*>& out);
  void discriminator(const Node& value);
  void reference(const Node& value);
  void dynamic_reference(const Node& value);
  void unknown(const Node& key);
  void finish_object();

  const Schema* sub(const Node& value);
  std::optional<uint64_t> count(const Node& value);
  std::optional<boost::json::value> number(const Node& value);
  std::optional<bool> boolean(const Node& value);
  std::optional<Pattern> compile_pattern(const Node& at, std::string_view text);
  Property& property(std::string_view name);
  void wrong(const Node& at, const std::string& sentence) { sources_.problem(at, sentence); }

  StringRules& strings();
  NumberRules& numbers();
  ArrayRules& arrays();
  ObjectRules& objects();
  Composition& compositions();

  SchemaCompiler& compiler_;
  Sources& sources_;
  Schema& schema_;
  const Node& node_;
  std::string keyword_;  // That is being read.
  boost::unordered_flat_map<std::string_view, uint32_t> property_index_;
};

}  // namespace penstock::contract
