#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace penstock::local {

// A JSON value that keeps its numbers as they were written, because filters compare them so.
struct JsonNode {
  enum class Kind : uint8_t { null, boolean, number, string, array, object };

  Kind kind = Kind::null;
  bool boolean = false;
  double number = 0;      // The nearest double; infinite if there is none.
  std::string text = {};  // Of a string, or of a number as written.
  std::string key = {};   // Of a member of an object.
  std::vector<JsonNode> children =
      {};  // An array's elements, or an object's members sorted by key.

  [[nodiscard]] bool is(Kind wanted) const { return kind == wanted; }
  [[nodiscard]] bool is_scalar() const { return kind != Kind::array && kind != Kind::object; }
  // Null if this is no object, or has no such member.
  [[nodiscard]] const JsonNode* find(std::string_view name) const;
};

// Arrays and objects within each other. A text that is deeper is not read as JSON.
inline constexpr size_t kJsonDepthMax = 200;

// Reads JSON as AWS's event filters do, unlike json::parse: of members with the same key the last
// one counts, for a filter judges records that others wrote, and must judge them as it would on
// AWS. What is allocated is in proportion to the text. Error: invalid, which says where and why.
[[nodiscard]] base::Result<JsonNode> read_json(std::string_view text);

}  // namespace penstock::local
