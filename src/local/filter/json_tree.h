#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace penstock::local {

// Holds a JSON value that keeps its numbers as they are written, because filters compare them so.
struct JsonNode {
  enum class Kind : uint8_t { null, boolean, number, string, array, object };

  Kind kind = Kind::null;
  bool boolean = false;
  std::string text = {};  // The text of a string, or of a number as it is written.
  // A number has its comparable_number() here. The reader converts it once, because many rules may
  // compare it.
  std::optional<double> comparable = {};
  std::string key = {};  // The name of a member of an object.
  // Has the elements of an array, or the members of an object sorted by key.
  std::vector<JsonNode> children = {};

  [[nodiscard]] bool is(Kind wanted) const { return kind == wanted; }
  [[nodiscard]] bool is_scalar() const { return kind != Kind::array && kind != Kind::object; }
  // Returns the member with this name, or null if there is none or this is not an object.
  [[nodiscard]] const JsonNode* find(std::string_view name) const;
};

// Limits the levels of arrays and objects inside each other. A deeper text is not read as JSON.
inline constexpr size_t kJsonDepthMax = 200;

// Reads JSON as AWS's event filters do: of several members with the same key the last one counts.
// json::parse refuses such a text, but a filter judges records that others have written, and must
// judge them as AWS would. A number may have any exponent, as JSON's grammar allows. Time and
// memory are in proportion to the text. The error is `invalid` and says where the text is wrong and
// why.
[[nodiscard]] base::Result<JsonNode> read_json(std::string_view text);

}  // namespace penstock::local
