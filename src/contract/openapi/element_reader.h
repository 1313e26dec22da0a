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

// Reads the parts of operations: parameters, bodies, responses and events. Problems are recorded in
// the Sources. After a problem the returned part is incomplete, and only serves to find more
// problems. The parts contain pointers to the documents.
class ElementReader {
 public:
  ElementReader(Sources& sources, SchemaCompiler& schemas) : sources_(sources), schemas_(schemas) {}

  [[nodiscard]] Parameter read_parameter(const Target& at);
  // Reads a header of a response.
  [[nodiscard]] Parameter read_header(const std::string& name, Target at);
  [[nodiscard]] RequestBody read_body(const Target& at);
  [[nodiscard]] Response read_response(const Node& status, const Target& at);
  [[nodiscard]] EventDeclaration read_event(const Target& at);
  // These add and check what depends on the schemas. Call them after SchemaCompiler::finish().
  void complete(Parameter& parameter);
  void complete(const MediaType& media);

  // Follows the `$ref` of an object, if it has one, to its target. The returned node is an object,
  // or null after a problem.
  [[nodiscard]] Target resolve(Target at);
  // Returns the member of an object with this key. Its node is null if there is none.
  [[nodiscard]] Target member(const Target& of, std::string_view key) const;
  // Records a problem for every key that is neither one of `keys` nor an extension (`x-…`). `what`
  // is the name of the object in the message.
  void refuse_other_keys(const Node& object, std::string_view what,
                         std::initializer_list<std::string_view> keys);
  // Returns the scalar with this key as text. If there is none, records a problem and returns "".
  [[nodiscard]] std::string required_text(const Node& object, std::string_view key,
                                          std::string_view what);
  // Returns the boolean with this key, or `otherwise` if there is none. Another kind of value is a
  // problem.
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
