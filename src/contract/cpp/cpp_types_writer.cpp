#include <algorithm>

#include "contract/cpp/cpp_names.h"
#include "contract/cpp/cpp_writers.h"
#include "contract/document/document.h"
#include "contract/schema/schema.h"

namespace penstock::contract {
namespace {

using Kind = CppType::Kind;
using Types = std::vector<const CppType*>;

std::string member_text(const Node* node, std::string_view name) {
  const Node* text = node == nullptr ? nullptr : node->find(name);
  return text != nullptr && text->is(Node::Kind::string) ? text->text : "";
}

std::string comment_of(const CppType& type) {
  const Node* node = type.schema == nullptr ? nullptr : type.schema->node;
  const std::string text = member_text(node, "description");
  return text.empty() ? member_text(node, "title") : text;
}

std::string initialiser(const std::string& spelling) {
  if (spelling == "bool") return "false";
  return spelling == "int32_t" || spelling == "int64_t" || spelling == "double" ? "0" : "{}";
}

std::string declared(const CppField& field) {
  const std::string spelling = cpp_spelling(field.use);
  return field.required ? spelling : "std::optional<" + spelling + '>';
}

std::string definition(const CppType& type) {
  std::string out = cpp_comment(comment_of(type), 0);
  if (type.kind == Kind::enumeration) {
    std::string all;
    std::string lines;
    for (const CppEnumerator& one : type.enumerators) {
      all += (all.empty() ? "" : ", ") + one.name;
      lines += "  " + one.name + ",\n";
    }
    const std::string line = "enum class " + type.name + " { " + all + " };";
    out += line.size() <= kCppColumns ? line + '\n'
                                      : "enum class " + type.name + " {\n" + lines + "};\n";
    out += "// Returns the text that the contract has for it.\n";
    return out + cpp_call(0, "[[nodiscard]] std::string_view to_text", {type.name + " value"}, ";");
  }
  if (type.kind == Kind::variant) {
    std::vector<std::string> names;
    for (const CppType* one : type.alternatives) names.push_back(one->name);
    out += cpp_derived(0, "struct " + type.name, "std::variant", names);
    return out + "  using variant::variant;\n};\n";
  }
  out += "struct " + type.name + " {\n";
  for (const CppField& field : type.fields) {
    const std::string spelling = declared(field);
    out += cpp_comment(member_text(field.node, "description"), 2);
    out += cpp_member(2, spelling, field.name, initialiser(spelling));
  }
  if (type.additional.type != nullptr) {
    out += "  // All other properties.\n";
    out += cpp_member(2, "std::map<std::string, " + cpp_spelling(type.additional) + '>',
                      type.additional_name, "{}");
  }
  if (!type.fields.empty() || type.additional.type != nullptr) out += '\n';
  return out + cpp_member(2, "bool", "operator==(const " + type.name + "&) const", "default") +
         "};\n";
}

constexpr const char* kTypeHead = "static constexpr auto kType";

std::string code_of_structure(const CppType& type) {
  std::string out;
  if (!type.fields.empty()) {
    std::vector<std::string> members;
    for (const CppField& field : type.fields) {
      std::string member = field.required ? "typed::member<&" : "typed::optional_member<&";
      member += type.name + "::" + field.name + ">(" + cpp_literal(field.json_name);
      if (field.read_only) member += ", typed::Member::OneWay::read_only";
      if (field.write_only && !field.read_only) member += ", typed::Member::OneWay::write_only";
      members.push_back(member + ')');
    }
    out += cpp_table(2, "static constexpr typed::Member kMembers[]", members);
  }
  std::string table = type.fields.empty() ? "" : ".members = kMembers";
  if (type.additional.type != nullptr) {
    out +=
        cpp_assigned(2, "static constexpr auto kRest",
                     "typed::member<&" + type.name + "::" + type.additional_name + '>', {"\"\""});
    table += table.empty() ? ".rest = &kRest" : ", .rest = &kRest";
  }
  out += "  static constexpr typed::RecordTable kTable = {" + table + "};\n";
  return out + cpp_assigned(2, kTypeHead, "typed::record_type<" + type.name + '>',
                            {cpp_literal(type.name), "kTable"});
}

std::string code_of_variant(const CppType& type) {
  std::vector<std::string> names;
  for (const CppAlternativeName& one : type.alternative_names) {
    names.push_back('{' + cpp_literal(one.value) + ", " + std::to_string(one.index) + '}');
  }
  return cpp_list(2, "static constexpr typed::Alternative kNames[]", names) +
         cpp_assigned(2, "static constexpr auto kTable", "typed::variant_table<" + type.name + '>',
                      {cpp_literal(type.discriminator), "kNames"}) +
         cpp_assigned(2, kTypeHead, "typed::variant_type<" + type.name + '>',
                      {cpp_literal(type.name), "kTable"});
}

std::string code_of(const CppType& type) {
  std::string out;
  const std::string array = 'k' + type.name + "Texts";
  if (type.kind == Kind::enumeration) {
    std::vector<std::string> texts;
    for (const CppEnumerator& one : type.enumerators) texts.push_back(cpp_literal(one.text));
    out += cpp_list(0, "constexpr std::string_view " + array + "[]", texts);
    out += '\n' + cpp_call(0, "std::string_view to_text", {type.name + " value"}, " {");
    const std::string line = "  return " + array + "[static_cast<size_t>(value)];\n";
    out += line.size() <= kCppColumns + 1
               ? line
               : "  return " + array + "[static_cast<size_t>(\n      value)];\n";
    out += "}\n\n";
  }
  out += cpp_call(0, "const typed::Type& describe", {"const " + type.name + '*'}, " {");
  if (type.kind == Kind::enumeration) {
    out += cpp_assigned(2, kTypeHead, "typed::enumeration_type<" + type.name + '>',
                        {cpp_literal(type.name), array});
  } else {
    out += type.kind == Kind::variant ? code_of_variant(type) : code_of_structure(type);
  }
  return out + "  return kType;\n}\n";
}

std::string header(const CppModel& model, const CppWriting& writing, const Types& types) {
  std::string out = cpp_first_line(model.file) +
                    "#pragma once\n\n"
                    "#include <boost/json/value.hpp>\n"
                    "#include <cstdint>\n"
                    "#include <map>\n"
                    "#include <optional>\n"
                    "#include <string>\n"
                    "#include <string_view>\n"
                    "#include <variant>\n"
                    "#include <vector>\n\n"
                    "#include \"typed/describe.h\"\n\n"
                    "namespace " +
                    writing.name_space + " {\n\n";
  std::vector<std::string> names;
  for (const CppType* type : types) {
    if (type->kind != Kind::enumeration) names.push_back(type->name);
  }
  std::sort(names.begin(), names.end());
  for (const std::string& name : names) out += "struct " + name + ";\n";
  if (!names.empty()) out += '\n';
  for (const CppType* type : types) out += definition(*type) + '\n';
  if (!types.empty()) {
    out += "// These say how the types are read from JSON and written as JSON.\n";
    for (const CppType* type : types) {
      out +=
          cpp_call(0, "const penstock::typed::Type& describe", {"const " + type->name + '*'}, ";");
    }
    out += '\n';
  }
  return out + "}  // namespace " + writing.name_space + '\n';
}

// Returns the lines that a type takes in the code, about.
size_t weight_of(const CppType& type) {
  return 6 + type.fields.size() + type.enumerators.size() / 4;
}

}  // namespace

std::vector<CppFile> cpp_types(const CppModel& model, const CppWriting& writing) {
  const auto& types = model.types;
  size_t weight = 0;
  for (const CppType* type : types) weight += weight_of(*type);
  std::vector<CppFile> files{{writing.name_space + "/types.h", header(model, writing, types)}};
  size_t next = 0;
  size_t written = 0;
  for (size_t part = 1; part <= writing.parts; ++part) {
    std::string text = cpp_first_line(model.file) + "#include \"" + writing.name_space +
                       "/types.h\"\n\nnamespace " + writing.name_space + " {\n\n";
    const size_t end = weight * part / writing.parts;
    if (next < types.size() && written < end) text += "namespace typed = penstock::typed;\n\n";
    for (; next < types.size() && written < end; ++next) {
      text += code_of(*types[next]) + '\n';
      written += weight_of(*types[next]);
    }
    text += "}  // namespace " + writing.name_space + '\n';
    files.push_back(
        {writing.name_space + "/types_" + std::to_string(part) + ".cpp", std::move(text)});
  }
  return files;
}

std::vector<CppFile> cpp_files(const CppModel& model, const CppWriting& writing) {
  std::vector<CppFile> files = cpp_types(model, writing);
  const auto add = [&](std::vector<CppFile> more) {
    for (CppFile& file : more) files.push_back(std::move(file));
  };
  if (!writing.events_only) add(cpp_operations(model, writing));
  add(cpp_events(model, writing));
  return files;
}

}  // namespace penstock::contract
