#include "contract/json_writer.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <charconv>
#include <cmath>

namespace penstock::contract {

namespace json = boost::json;

namespace {

template <class Number>
void append_number(std::string& out, Number number) {
  char digits[32];
  out.append(digits, std::to_chars(digits, digits + sizeof digits, number).ptr);
}

void append_escape(std::string& out, char c) {
  static constexpr std::string_view kShort = "\b\t\n\f\r\"\\";
  static constexpr std::string_view kLetters = "btnfr\"\\";
  static constexpr std::string_view kHex = "0123456789abcdef";
  out += '\\';
  if (const size_t i = kShort.find(c); i != std::string_view::npos) {
    out += kLetters[i];
    return;
  }
  out += "u00";
  out += kHex[static_cast<unsigned char>(c) >> 4];
  out += kHex[static_cast<unsigned char>(c) & 15];
}

// Strings of a json::value that came from a reader are UTF-8; those of a handler are its own responsibility.
void append_string(std::string& out, std::string_view text) {
  out += '"';
  size_t plain = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (static_cast<unsigned char>(c) >= 0x20 && c != '"' && c != '\\') continue;
    out.append(text, plain, i - plain);
    append_escape(out, c);
    plain = i + 1;
  }
  out.append(text, plain);
  out += '"';
}

}  // namespace

void append_json(std::string& out, const json::value& value) {
  switch (value.kind()) {
    case json::kind::null:
      out += "null";
      return;
    case json::kind::bool_:
      out += value.get_bool() ? "true" : "false";
      return;
    case json::kind::int64:
      return append_number(out, value.get_int64());
    case json::kind::uint64:
      return append_number(out, value.get_uint64());
    case json::kind::double_:
      // JSON knows neither infinity nor NaN; null is what other writers make of them.
      if (!std::isfinite(value.get_double())) {
        out += "null";
        return;
      }
      return append_number(out, value.get_double());
    case json::kind::string:
      return append_string(out, value.get_string());
    case json::kind::array: {
      char before = '[';
      for (const json::value& element : value.get_array()) {
        out += before;
        append_json(out, element);
        before = ',';
      }
      out += value.get_array().empty() ? "[]" : "]";
      return;
    }
    case json::kind::object: {
      char before = '{';
      for (const json::key_value_pair& member : value.get_object()) {
        out += before;
        append_string(out, member.key());
        out += ':';
        append_json(out, member.value());
        before = ',';
      }
      out += value.get_object().empty() ? "{}" : "}";
      return;
    }
  }
}

}  // namespace penstock::contract
