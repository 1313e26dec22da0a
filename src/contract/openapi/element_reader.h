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
#include "contract/structure/object_checker.h"

namespace penstock::contract {

// Reads the parts of operations: parameters, bodies, responses and events. Problems are recorded in
// the Sources. After a problem the returned part is incomplete, and only serves to find more
// problems. The parts contain pointers to the documents and to the compiled schemas, which must
// outlive them. It is used by one thread.
//
// A Target or Node that is passed in must not be null, and an object may have any members. Unless
// a function says otherwise, its `$ref` has already been followed by resolve().
class ElementReader {
 public:
  // All must outlive this object.
  ElementReader(Sources& sources, SchemaCompiler& schemas, ObjectChecker& objects)
      : sources_(sources), schemas_(schemas), objects_(objects) {}

  [[nodiscard]] Parameter read_parameter(const Target& at);
  // Reads the header `name` of a response. It follows the `$ref` of `at` itself.
  [[nodiscard]] Parameter read_header(const std::string& name, Target at);
  [[nodiscard]] RequestBody read_body(const Target& at);
  // Reads a response. `status` is its key in `responses`, such as 200, 2XX or default.
  [[nodiscard]] Response read_response(const Node& status, const Target& at);
  // Checks a link. Nothing is made of it.
  void read_link(const Target& at);
  // Returns the `operationId` of each link.
  [[nodiscard]] const std::vector<const Node*>& linked_ids() const { return linked_ids_; }
  // Reads an `x-event`, which may have any type and is not a reference.
  [[nodiscard]] EventDeclaration read_event(const Target& at);
  // Reads an `x-events`, which may have any type and is not a reference, into the operation.
  void read_events(const Target& at, Operation& operation);

  // The next two need the finished schemas, so call them after SchemaCompiler::finish().

  // Adds the shape and the default of a parameter or header. Returns why its text cannot be read,
  // so that its operation is not served, or "" if it can.
  [[nodiscard]] std::string complete(Parameter& parameter);
  // Adds how bodies of this media type are held against its schema. Records a remark if they are
  // not, because the schema does not describe such a body.
  void complete(MediaType& media);

  // The parts of a contract are read each time that something refers to them, so there is a bound.
  // Takes a list of parameters, answers, headers, links, examples, callbacks or media types, or a
  // number of operations. Returns false if one list has too many, or the contract; then a problem
  // has been recorded.
  [[nodiscard]] bool take(const Node& list);
  [[nodiscard]] bool take(const Node& at, size_t count);

  // Follows the `$ref` of an object, if it has one, until an object has none. What stands beside a
  // `$ref` has no effect, which is a remark. The returned node is that object. It is null after a
  // problem: something is not an object, a reference leads to nothing, or more than 20 references
  // follow one another.
  [[nodiscard]] Target resolve(Target at);
  // Returns the member of an object with this key. Its node is null if there is none.
  [[nodiscard]] Target member(const Target& of, std::string_view key) const;
  // Records a problem for every key that is neither one of `keys` nor an extension (`x-…`). `what`
  // is the name of the object in the message.
  void refuse_other_keys(const Node& object, std::string_view what,
                         std::initializer_list<std::string_view> keys);
  // Records a problem for every extension of this system (`x-penstock-…`) that is not one of
  // `keys`.
  void refuse_other_extensions(const Node& object, std::initializer_list<std::string_view> keys);
  // Returns the scalar with this key as text. If there is none, or an empty one, records a problem
  // and returns "". `what` is the name of the object in the message.
  [[nodiscard]] std::string required_text(const Node& object, std::string_view key,
                                          std::string_view what);
  // Returns the boolean with this key, or `otherwise` if there is none. Another kind of value is a
  // problem, and the result is `otherwise`, too.
  [[nodiscard]] bool flag(const Node& object, std::string_view key, bool otherwise);

 private:
  void read_style(const Node& node, Parameter& parameter);
  void remark_undefined(const Parameter& parameter);
  void read_schema_or_content(const Target& at, Parameter& parameter);
  [[nodiscard]] Examples read_examples(const Target& at);
  [[nodiscard]] std::vector<MediaType> read_content(const Target& at);
  // Reads the key of a media type. Returns false after a problem, if it is none at all.
  [[nodiscard]] bool read_media_type_name(const Node& key, MediaType& media);
  void read_encodings(const Target& at, const MediaType& media);
  void read_encoding_types(const Node& node);
  void read_status(const Node& status, Response& response);
  void read_headers(const Target& headers, Response& response);

  Sources& sources_;
  SchemaCompiler& schemas_;
  ObjectChecker& objects_;
  std::vector<const Node*> linked_ids_;
  size_t parts_ = 0;  // What take() has taken.
};

}  // namespace penstock::contract
