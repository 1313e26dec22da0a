#pragma once

#include <boost/json/object.hpp>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace penstock::local {

// Holds bytes from outside in a readable form.
struct ShownBytes {
  enum class Form { null, json, text, bytes };

  Form form = Form::null;
  // Is the bytes themselves for `json` and `text`, in base64 for `bytes`, and empty for `null`.
  std::string text = {};
  size_t size = 0;   // Of all bytes.
  bool cut = false;  // Whether `text` has only the first part.
};

// Shows bytes: as JSON, which must be valid with at most 100 levels; as text, if they are UTF-8
// without control characters other than tabs and the ends of lines; or in base64. `text` has at
// most `text_bytes_max` bytes, and is not cut within a character.
[[nodiscard]] ShownBytes shown_bytes(std::optional<std::string_view> bytes, size_t text_bytes_max);

// Returns the object Bytes of the console's API (console.openapi.yaml).
[[nodiscard]] boost::json::object to_json(const ShownBytes& bytes);

}  // namespace penstock::local
