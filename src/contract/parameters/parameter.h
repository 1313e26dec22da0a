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

// This room knows how values are written as text: parameters here, and media types (media_type.h).
// A Parameter is what the document declares; its Shape, made once from its schema (shape.cpp), says
// whether its text is a scalar, an array or an object, and for each of its parts which types of
// JSON the part's text can be read as. Text becomes a value by its shape, and the schema then has
// its say.

// Where a parameter stands (OpenAPI 3.0.3 section 4.7.12).
enum class In { path, query, header, cookie };

// Returns "path", "query", "header" or "cookie".
[[nodiscard]] std::string_view name_of(In in);

// How an array or object is written as text (OpenAPI 3.0.3 section 4.7.12; RFC 6570).
enum class Style { simple, label, matrix, form, space_delimited, pipe_delimited, deep_object };

// What a text can be read as: the types that the schema allows, as type:: bits.
using Types = unsigned;

// What the text of an element or of a property can be read as, and who decides where that is
// several things: "5" may be a number, or a text.
struct PartTypes {
  Types types = type::any;
  std::vector<const Schema*> schemas = {};
  bool all_must_agree = true;  // False: it is enough that one of the schemas agrees.
};

// How the text of a value becomes JSON.
struct Shape {
  enum class Kind { scalar, array, object, json };

  Kind kind = Kind::scalar;
  Types types = type::any;                                    // Of a scalar.
  PartTypes element = {};                                     // Of an array.
  std::vector<std::pair<std::string, PartTypes>> named = {};  // Of an object's properties, by name.
  PartTypes unnamed = {};  // Of its other properties; no types: there are none.

  [[nodiscard]] bool has_name(std::string_view name) const;
  [[nodiscard]] const PartTypes& types_of(std::string_view name) const;
};

// A parameter of a request, or a header of a response.
struct Parameter {
  std::string name = {};
  In in = In::query;
  Style style = Style::form;
  bool explode = true;
  bool required = false;
  bool allow_empty = false;
  bool allow_reserved = false;  // A '+' is one, and no space.
  bool plain = false;           // A string with string rules only: no JSON value is made of it.
  Shape shape = {};
  const Schema* schema = nullptr;  // Never null in a contract that has been compiled.
  const Node* node = nullptr;
  std::vector<std::pair<std::string, const Node*>> examples = {};
  std::optional<boost::json::value> default_value = {};  // Of the schema.
  std::string default_text = {};                         // The same as a client would write it.
};

// Reads the text as a JSON scalar of one of `types`: a number or a boolean if it is written like
// one (RFC 8259) and may be one, else a string; null if it may be neither that nor a string.
// Returns nothing if it can be nothing that is allowed.
[[nodiscard]] std::optional<boost::json::value> scalar_of(std::string_view text, Types types,
                                                          const boost::json::storage_ptr& storage);

// Reads the text of an element or property. It becomes a string, about which the schema has its
// say, if it can be nothing that is allowed.
[[nodiscard]] boost::json::value part_value(std::string_view text, const PartTypes& part,
                                            const boost::json::storage_ptr& storage);

// Reads a parameter that is one text (not exploded over several parameters); `text` has no percent
// encoding any more. Returns nothing if it is not written in the parameter's style.
[[nodiscard]] std::optional<boost::json::value> value_of(const Parameter& parameter,
                                                         std::string_view text,
                                                         const boost::json::storage_ptr& storage);

// Does the same, but "5" may be meant as text where both are allowed, so text is what it is if it
// is not valid as a number.
[[nodiscard]] std::optional<boost::json::value> valid_value_of(
    const Parameter& parameter, std::string_view text, Direction direction,
    const boost::json::storage_ptr& storage);

// Writes a value as the parameter's text: an array or object in style simple, which is that of
// headers.
[[nodiscard]] std::string text_of(const Parameter& parameter, const boost::json::value& value);

// Returns the types of scalars that a text can be read as for this schema.
[[nodiscard]] Types text_types(const Schema& schema);
// Returns how values of the schema are written. The error is `invalid`, and says why text cannot be
// read by the schema: an array of arrays, for one.
[[nodiscard]] base::Result<Shape> shape_of(const Schema& schema);

// Decodes percent encoding (RFC 3986 section 2.1) into `out`, whose storage is reused for speed:
// every request comes here. With `plus`, '+' is a space (HTML forms). Returns false, and `out` is
// of no use, if a '%' is not followed by two hexadecimal digits.
[[nodiscard]] bool decode_percent(std::string_view text, bool plus, std::string& out);

}  // namespace penstock::contract
