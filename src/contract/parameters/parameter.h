#pragma once

#include <boost/json/storage_ptr.hpp>
#include <boost/json/value.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "contract/schema/json_type.h"
#include "contract/schema/validate.h"

namespace penstock::contract {

struct Node;
struct Schema;

// This room turns texts into JSON values: those of parameters here, and media types in
// media_type.h. A Parameter is what the document declares. Its Shape is derived once from its
// schema (shape_of()). It says whether the text is a scalar, an array or an object, and which types
// of JSON each part of the text can become. At a request, the text becomes a value by its Shape,
// and then the schema validates the value.
//
// The functions of this file change nothing but their results, so several threads may call them.
// Where they take a `storage`, the value is allocated in it and must not outlive it; the text is
// copied.

// An In is the part of a request that contains a parameter (OpenAPI 3.0.3 section 4.7.12).
enum class In { path, query, header, cookie };

// Returns "path", "query", "header" or "cookie".
[[nodiscard]] std::string_view name_of(In in);

// A Style says how an array or object is written as text (OpenAPI 3.0.3 section 4.7.12, RFC 6570).
enum class Style { simple, label, matrix, form, space_delimited, pipe_delimited, deep_object };

// Types are those types of JSON that a text can become, as type:: bits.
using Types = unsigned;

// PartTypes are the types that the text of an element or property can become. Where there are
// several, the schemas decide: "5" becomes a number if that is valid, and otherwise a string.
struct PartTypes {
  Types types = type::any;
  // They are owned by the Contract. If there are none, every value is valid.
  std::vector<const Schema*> schemas = {};
  bool all_must_agree = true;  // Whether all schemas must accept the value, or only one of them.
};

// A Shape says how the text of a value becomes JSON. The kind `json` is a parameter with `content`,
// whose text is JSON itself.
struct Shape {
  enum class Kind { scalar, array, object, json };

  Kind kind = Kind::scalar;
  Types types = type::any;  // The types of a scalar.
  PartTypes element = {};   // The types of an array's elements.
  // These are the types of an object's properties by name, and of its other properties. The latter
  // has no types if there must not be other properties.
  std::vector<std::pair<std::string, PartTypes>> named = {};
  PartTypes unnamed = {};

  // Returns whether `named` has a property with this name.
  [[nodiscard]] bool has_name(std::string_view name) const;
  // Returns the types of the property with this name, or `unnamed`.
  [[nodiscard]] const PartTypes& types_of(std::string_view name) const;
};

// A Parameter is a parameter of a request, or a header of a response. What it refers to is owned by
// the Contract.
struct Parameter {
  std::string name = {};
  In in = In::query;
  Style style = Style::form;
  bool explode = true;
  bool required = false;
  bool allow_empty = false;  // `allowEmptyValue`: whether an empty text is valid, without a value.
  bool allow_reserved = false;  // Whether '+' in the query is itself instead of a space.
  // This says whether the schema has only rules for strings, so that no JSON value needs to be
  // made.
  bool plain = false;
  Shape shape = {};
  const Schema* schema = nullptr;  // Never null in a compiled contract.
  const Node* node = nullptr;      // Where it is declared, for messages.
  // The values of `example`, whose name is "", and of `examples`.
  std::vector<std::pair<std::string, const Node*>> examples = {};
  std::optional<boost::json::value> default_value = {};  // The `default` of the schema.
  std::string default_text = {};                         // The default as a client would write it.
};

// Returns the text as a JSON scalar of one of `types`. These are tried in turn: a number or a
// boolean as JSON writes it (RFC 8259), a string, and the text "null". Returns nothing if the text
// is none of those that are allowed.
[[nodiscard]] std::optional<boost::json::value> scalar_of(std::string_view text, Types types,
                                                          const boost::json::storage_ptr& storage);

// Returns the text of an element or property, percent-decoded, as a JSON value. It becomes a
// string, which breaks the schema, if it cannot become anything that is allowed. The schemas judge
// it as part of a request.
[[nodiscard]] boost::json::value part_value(std::string_view text, const PartTypes& part,
                                            const boost::json::storage_ptr& storage, Steps& steps);

// Returns the value of a parameter that is one text, and is not spread over several names of the
// query. `text` is percent-decoded. Returns nothing if it is not written in the parameter's style,
// or cannot become a type that the schema allows. The value may break the schema.
[[nodiscard]] std::optional<boost::json::value> value_of(const Parameter& parameter,
                                                         std::string_view text,
                                                         const boost::json::storage_ptr& storage,
                                                         Steps& steps);

// Does the same, but if the schema allows strings, too, a scalar that is invalid as a number or
// boolean becomes a string if that is valid. If neither is valid, it stays a number or boolean.
[[nodiscard]] std::optional<boost::json::value> valid_value_of(
    const Parameter& parameter, std::string_view text, Direction direction,
    const boost::json::storage_ptr& storage, Steps& steps);

// Returns the text of a value, as a header is written: an array or object in style `simple`, or
// JSON if the parameter has `content`. It is not percent-encoded.
[[nodiscard]] std::string text_of(const Parameter& parameter, const boost::json::value& value);

// Returns the types of scalars that a text can become for this schema, or 0 if it allows none.
[[nodiscard]] Types text_types(const Schema& schema);
// Returns the shape of the schema's values. Fails with `invalid` if no style can write such values,
// for example arrays of arrays; the message says why.
[[nodiscard]] base::Result<Shape> shape_of(const Schema& schema);

// Decodes percent encoding (RFC 3986 section 2.1) into `out`, whose capacity is reused. With
// `plus`, '+' becomes a space, as in HTML forms. Returns false if a '%' is not followed by two
// hexadecimal digits; then `out` is unspecified.
[[nodiscard]] bool decode_percent(std::string_view text, bool plus, std::string& out);
// Returns false if a '%' is not followed by two hexadecimal digits.
[[nodiscard]] bool is_percent_encoded(std::string_view text);

}  // namespace penstock::contract
