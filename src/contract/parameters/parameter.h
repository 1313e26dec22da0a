#pragma once

#include <boost/json/storage_ptr.hpp>
#include <boost/json/value.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "contract/schema/json_type.h"
#include "contract/schema/validate.h"

namespace penstock::contract {

struct Node;
struct Schema;

// Where a parameter stands (OpenAPI 3.0.3 section 4.7.12.1).
enum class In { path, query, header, cookie };

[[nodiscard]] std::string_view name_of(In in);

// How an array or object is written as text (OpenAPI 3.0.3 section 4.7.12.2; RFC 6570).
enum class Style { simple, label, matrix, form, space_delimited, pipe_delimited, deep_object };

// What a text can be read as: the types that the schema allows, as type:: bits.
using Types = unsigned;

// How the text of a value becomes JSON. Made once from the schema.
struct Shape {
  enum class Kind { scalar, array, object, json };

  // An element or a property: what its text can be read as, and who decides where that is several
  // things.
  struct Inner {
    Types types = type::any;
    std::vector<const Schema*> schemas = {};
    bool all = true;  // All of them must agree, or one is enough.
  };

  Kind kind = Kind::scalar;
  Types types = type::any;                           // Of a scalar.
  Inner element = {};                                // Of an array.
  std::vector<std::pair<std::string, Inner>> names;  // Of an object's properties.
  Inner others = {};                                 // Of those that are not named; no types: there are none.

  [[nodiscard]] bool has_name(std::string_view name) const;
  [[nodiscard]] const Inner& inner_of(std::string_view name) const;
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
  const Schema* schema = nullptr;
  const Node* node = nullptr;
  std::vector<std::pair<std::string, const Node*>> examples = {};
  std::optional<boost::json::value> default_value = {};  // Of the schema.
  std::string default_text = {};                         // The same as a client would write it.
};

// The text as a JSON scalar of one of `types`: a number or a boolean if it is written like one (RFC
// 8259) and may be one, else a string; null if it may be neither that nor a string. Nothing if it
// can be nothing that is allowed.
[[nodiscard]] std::optional<boost::json::value> scalar_of(std::string_view text, Types types,
                                                          const boost::json::storage_ptr& storage);

// The text of an element or property; a string, about which the schema has its say, if it can be
// nothing that is allowed.
[[nodiscard]] boost::json::value inner_value(std::string_view text, const Shape::Inner& inner,
                                             const boost::json::storage_ptr& storage);

// What an array or object that is one text (not exploded over several parameters) says: the text
// without percent encoding. Nothing if it is not written in the parameter's style.
[[nodiscard]] std::optional<boost::json::value> value_of(const Parameter& parameter, std::string_view text,
                                                         const boost::json::storage_ptr& storage);

// The same; "5" may be meant as text where both are allowed, so text is what it is if it is not
// valid as a number.
[[nodiscard]] std::optional<boost::json::value> valid_value_of(const Parameter& parameter,
                                                               std::string_view text, Direction direction,
                                                               const boost::json::storage_ptr& storage);

// A value as the parameter's text: an array or object in style simple, which is that of headers.
[[nodiscard]] std::string text_of(const Parameter& parameter, const boost::json::value& value);

// The types of scalars that a text can be read as for this schema.
[[nodiscard]] Types text_types(const Schema& schema);
// Nothing, and why, if text cannot be read by it: an array of arrays, for one.
[[nodiscard]] std::optional<Shape> shape_of(const Schema& schema, std::string& why_not);

// Percent-decoding (RFC 3986 section 2.1) into `out`, reusing its storage; with `plus`, '+' is a
// space (HTML forms). False if a '%' is not followed by two hexadecimal digits.
[[nodiscard]] bool decode_percent(std::string_view text, bool plus, std::string& out);

}  // namespace penstock::contract
