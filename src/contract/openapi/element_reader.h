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
// to the sources; what is returned is then good for nothing but finding more of them.
class ElementReader {
 public:
  ElementReader(Sources& sources, SchemaCompiler& schemas) : sources_(sources), schemas_(schemas) {}

  [[nodiscard]] Parameter read_parameter(const Target& at);
  [[nodiscard]] Parameter read_header(const std::string& name, Target at);  // Of a response.
  [[nodiscard]] RequestBody read_body(const Target& at);
  [[nodiscard]] Response read_response(const Node& status, const Target& at);
  [[nodiscard]] EventDeclaration read_event(const Target& at);
  // Adds and checks what can be said only when the schemas are complete.
  void complete(Parameter& parameter);
  void complete(const MediaType& media);

  // Returns what stands there, or what its `$ref` leads to. The node is null if that is nowhere, or
  // no object; that has been recorded as a problem.
  [[nodiscard]] Target resolve(Target at);
  // Returns the member of an object; its node is null if there is none.
  [[nodiscard]] Target member(const Target& of, std::string_view key) const;
  // Records a problem for every key that is not one of `keys`; extensions (`x-…`) are free. `what`
  // names the object in the message.
  void refuse_other_keys(const Node& object, std::string_view what,
                         std::initializer_list<std::string_view> keys);
  // Returns the scalar as text; "", and a problem is recorded, if it is missing or no scalar.
  [[nodiscard]] std::string required_text(const Node& object, std::string_view key,
                                          std::string_view what);
  // Returns true or false; `otherwise` if there is no such key.
  [[nodiscard]] bool flag(const Node& object, std::string_view key, bool otherwise);

 private:
  void read_style(const Node& node, Parameter& parameter);
  void read_schema_or_content(const Target& at, Parameter& parameter);
  [[nodiscard]] Examples read_examples(const Target& at);
  [[nodiscard]] std::vector<MediaType> read_content(const Target& at);
  [[nodiscard]] std::string read_media_type_name(const Node& key);
  void read_status(const Node& status, Response& response);

  Sources& sources_;
  SchemaCompiler& schemas_;
};

}  // namespace penstock::contract
