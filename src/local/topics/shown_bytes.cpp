#include "local/topics/shown_bytes.h"

#include <algorithm>

#include "base/utf8.h"
#include "json/parse.h"
#include "lambda/base64.h"

namespace penstock::local {
namespace {

constexpr size_t kDepthMax = 100;

bool is_plain_text(std::string_view bytes) {
  const bool has_controls = std::any_of(bytes.begin(), bytes.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && c != '\t' && c != '\n' && c != '\r') || byte == 0x7f;
  });
  return !has_controls && base::is_utf8(bytes);
}

// Returns the beginning of a UTF-8 text, which ends between two characters.
std::string_view beginning(std::string_view text, size_t bytes_max) {
  if (text.size() <= bytes_max) return text;
  size_t end = bytes_max;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return text.substr(0, end);
}

const char* name_of(ShownBytes::Form form) {
  switch (form) {
    case ShownBytes::Form::null:
      return "null";
    case ShownBytes::Form::json:
      return "json";
    case ShownBytes::Form::text:
      return "text";
    case ShownBytes::Form::bytes:
      return "bytes";
  }
  return "null";
}

}  // namespace

ShownBytes shown_bytes(std::optional<std::string_view> bytes, size_t text_bytes_max) {
  if (!bytes) return {};
  ShownBytes shown{.size = bytes->size()};
  if (json::check(*bytes, kDepthMax)) {
    shown.form = ShownBytes::Form::json;
  } else if (is_plain_text(*bytes)) {
    shown.form = ShownBytes::Form::text;
  } else {
    shown.form = ShownBytes::Form::bytes;
    // Base64 makes four characters of three bytes.
    const std::string_view first = bytes->substr(0, text_bytes_max / 4 * 3);
    shown.cut = first.size() < bytes->size();
    shown.text = lambda::encode_base64(first);
    return shown;
  }
  shown.text = beginning(*bytes, text_bytes_max);
  shown.cut = shown.text.size() < bytes->size();
  return shown;
}

boost::json::object to_json(const ShownBytes& bytes) {
  boost::json::object json{{"form", name_of(bytes.form)}};
  if (bytes.form == ShownBytes::Form::null) return json;
  json["text"] = bytes.text;
  json["size"] = bytes.size;
  json["cut"] = bytes.cut;
  return json;
}

}  // namespace penstock::local
