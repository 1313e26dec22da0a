#pragma once

#include <boost/json/storage_ptr.hpp>
#include <boost/json/value.hpp>
#include <cstddef>
#include <memory>
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

struct Shape;

// PartTypes are the types that the text of an element or property can become. Where there are
// several, the schemas decide: "5" becomes a number if that is valid, and otherwise a string.
struct PartTypes {
  Types types = type::any;
  // They are owned by the Contract. If there are none, every value is valid.
  std::vector<const Schema*> schemas = {};
  bool all_must_agree = true;  // Whether all schemas must accept the value, or only one of them.
  // This says how a part is written that is an array or object itself. It is null for a scalar.
  std::shared_ptr<const Shape> nested = {};
};

// A Shape says how the text of a value becomes JSON. The kind `json` is a parameter with `content`,
// whose text is JSON itself.
struct Shape {
  enum class Kind { scalar, array, object, json };

  Kind kind = Kind::scalar;
  // These are the types of a scalar. For an array or object they are those of a scalar that the
  // schema allows, too, or 0 if it allows none.
  Types types = type::any;
  PartTypes element = {};  // The types of an array's elements.
  // These are the types of an object's properties by name, and of its other properties. The latter
  // has no types and nothing nested if there must not be other properties.
  std::vector<std::pair<std::string, PartTypes>> named = {};
  PartTypes unnamed = {};
  bool is_untyped = false;  // Whether the schema says nothing about the types of its values.

  // Returns whether `named` has a property with this name.
  [[nodiscard]] bool has_name(std::string_view name) const;
  // Returns whether an object may have other properties than those of `named`.
  [[nodiscard]] bool has_other_names() const {
    return unnamed.types != 0 || unnamed.nested != nullptr;
  }
  // Returns the types of the property with this name, or `unnamed`.
  [[nodiscard]] const PartTypes& types_of(std::string_view name) const;
};

// Escapes are how a parameter's text hides characters: not at all, by percent encoding, or by that
// with '+' for a space, as HTML forms do it.
enum class Escapes { none, percent, form };

// A Reading says how the text of a parameter is read, by its style and its shape.
enum class Reading {
  whole,     // One text, which is decoded as it is: a scalar, or JSON.
  cut,       // One text, which is cut at its separators and then decoded.
  repeated,  // An array that gives each element as another text with the same name.
  members,   // An object that gives each property as a text with the property's name.
  nested,    // One text for each value inside, whose name says where: "filter[size][0]".
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
  // This says whether an encoded separator separates, too: the text is decoded before it is cut.
  bool separators_encoded = false;
  Escapes escapes = Escapes::none;
  Reading reading = Reading::whole;
  // This says why no text can be the value of the parameter, or is empty.
  std::string unreadable = {};
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

// Returns the value of a parameter whose reading is `whole` or `cut`. `text` is what the request
// has: it is still escaped. If the schema allows a string beside a number or boolean, or a scalar
// beside an array or object, then what is valid decides; if nothing is valid, the value breaks the
// schema. Returns nothing if the text is not written in the parameter's style, or cannot become a
// type that the schema allows.
[[nodiscard]] std::optional<boost::json::value> value_of(const Parameter& parameter,
                                                         std::string_view text, Direction direction,
                                                         const boost::json::storage_ptr& storage,
                                                         Steps& steps);
// Does the same for a text that has been decoded, of the reading `whole`, or for the scalar that
// another reading allows beside arrays or objects.
[[nodiscard]] std::optional<boost::json::value> scalar_value_of(
    const Parameter& parameter, std::string_view text, Direction direction,
    const boost::json::storage_ptr& storage, Steps& steps);

// Returns the types of scalars that a text can become for this schema, or 0 if it allows none.
[[nodiscard]] Types text_types(const Schema& schema);
// A name such as "filter[a][b]" has at most this many keys in brackets.
inline constexpr size_t kNestedMax = 5;

// Returns the shape of the schema's values. Arrays and objects are `levels_max` levels deep at
// most. Fails with `invalid` if texts cannot tell the values apart, or if the shape has too many
// parts; the message says why.
[[nodiscard]] base::Result<Shape> shape_of(const Schema& schema, size_t levels_max);

// Sets the reading and the escapes of a parameter, whose shape is known. Returns why no text can be
// the value of this parameter, or "" if one can.
[[nodiscard]] std::string choose_reading(Parameter& parameter);

}  // namespace penstock::contract
