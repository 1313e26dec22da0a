#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "contract/document/document.h"
#include "contract/document/sources.h"
#include "contract/openapi/contract.h"
#include "contract/schema/schema_compiler.h"

namespace penstock::contract {

// Reads the parts that operations are made of: parameters, bodies, responses, events. Problems go
// to the sources.
class ElementReader {
 public:
  ElementReader(Sources& sources, SchemaCompiler& schemas) : sources_(sources), schemas_(schemas) {}

  [[nodiscard]] Parameter parameter(const Target& at);
  [[nodiscard]] Parameter header(const std::string& name, Target at);  // Of a response.
  [[nodiscard]] RequestBody body(const Target& at);
  [[nodiscard]] Response response(const Node& status, const Target& at);
  [[nodiscard]] EventDeclaration event(const Target& at);
  // What can be said only when the schemas are complete.
  void complete(Parameter& parameter);
  void complete(const MediaType& media);

  // What stands there, or what its `$ref` leads to. A null node: nowhere; the problem is recorded.
  [[nodiscard]] Target resolve(Target at);
  [[nodiscard]] Target member(const Target& of, std::string_view key) const;
  // A problem for every key that is not named; extensions (`x-…`) are free.
  void only(const Node& object, std::string_view what, std::initializer_list<std::string_view> keys);
  // The scalar as text; a problem, and "", if it is missing or no scalar.
  [[nodiscard]] std::string text(const Node& object, std::string_view key, std::string_view what);
  [[nodiscard]] bool flag(const Node& object, std::string_view key, bool otherwise);

 private:
  void style(const Node& node, Parameter& parameter);
  void schema_or_content(const Target& at, Parameter& parameter);
  [[nodiscard]] Examples examples(const Target& at);
  [[nodiscard]] std::vector<MediaType> content(const Target& at);
  void statuses(const Node& status, Response& response);

  Sources& sources_;
  SchemaCompiler& schemas_;
};

}  // namespace penstock::contract
