#include "json/writer.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <charconv>
#include <cmath>

#include "base/utf8.h"
#include "json/text.h"

namespace penstock::json {

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

bool append_checked_string(std::string& out, std::string_view text) {
  out += '"';
  size_t plain = 0;
  for (size_t i = 0; i < text.size();) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte >= 0x80) {
      const int length = base::utf8_length(text.substr(i));
      if (length == 0) return false;
      i += static_cast<size_t>(length);
      continue;
    }
    if (byte < 0x20 || byte == '"' || byte == '\\') {
      out.append(text, plain, i - plain);
      append_escape(out, text[i]);
      plain = i + 1;
    }
    ++i;
  }
  out.append(text, plain);
  out += '"';
  return true;
}

bool append_array(std::string& out, const boost::json::array& array) {
  char before = '[';
  for (const boost::json::value& element : array) {
    out += before;
    if (!append_value(out, element)) return false;
    before = ',';
  }
  out += array.empty() ? "[]" : "]";
  return true;
}

bool append_object(std::string& out, const boost::json::object& object) {
  char before = '{';
  for (const boost::json::key_value_pair& member : object) {
    out += before;
    if (!append_checked_string(out, member.key())) return false;
    out += ':';
    if (!append_value(out, member.value())) return false;
    before = ',';
  }
  out += object.empty() ? "{}" : "}";
  return true;
}

}  // namespace

bool append_value(std::string& out, const boost::json::value& value) {
  switch (value.kind()) {
    case boost::json::kind::null:
      out += "null";
      break;
    case boost::json::kind::bool_:
      out += value.get_bool() ? "true" : "false";
      break;
    case boost::json::kind::int64:
      append_number(out, value.get_int64());
      break;
    case boost::json::kind::uint64:
      append_number(out, value.get_uint64());
      break;
    case boost::json::kind::double_:
      if (!std::isfinite(value.get_double())) return false;
      append_number(out, value.get_double());
      break;
    case boost::json::kind::string:
      return append_checked_string(out, value.get_string());
    case boost::json::kind::array:
      return append_array(out, value.get_array());
    case boost::json::kind::object:
      return append_object(out, value.get_object());
  }
  return true;
}

}  // namespace penstock::json
