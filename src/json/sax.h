#pragma once

#include <boost/json/error.hpp>
#include <boost/json/string_view.hpp>
#include <boost/system/error_code.hpp>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

namespace penstock::json {

// Ignores all events of boost::json::basic_parser. A handler derives from it and defines only the
// events that it needs, which hide those here. Nothing is virtual, because the parser knows the
// handler's type. An event that returns false must set the error code; the parser stops there.
//
// Strings, keys and numbers arrive in parts if they have escapes or if the text itself comes in
// parts. The last part arrives with on_string, on_key, on_int64, on_uint64 or on_double; its `size`
// is that of all parts together.
struct SaxHandler {
  using Code = boost::system::error_code;
  using Text = boost::json::string_view;

  // The parser refuses larger things. There is no limit here, because the caller limits the bytes
  // of the text and with them all of these.
  static constexpr size_t max_object_size = std::numeric_limits<size_t>::max();
  static constexpr size_t max_array_size = std::numeric_limits<size_t>::max();
  static constexpr size_t max_key_size = std::numeric_limits<size_t>::max();
  static constexpr size_t max_string_size = std::numeric_limits<size_t>::max();

  bool on_document_begin(Code&) { return true; }
  bool on_document_end(Code&) { return true; }
  bool on_object_begin(Code&) { return true; }
  bool on_object_end(size_t, Code&) { return true; }
  bool on_array_begin(Code&) { return true; }
  bool on_array_end(size_t, Code&) { return true; }
  bool on_key_part(Text, size_t, Code&) { return true; }
  bool on_key(Text, size_t, Code&) { return true; }
  bool on_string_part(Text, size_t, Code&) { return true; }
  bool on_string(Text, size_t, Code&) { return true; }
  bool on_number_part(Text, Code&) { return true; }
  bool on_int64(int64_t, Text, Code&) { return true; }
  bool on_uint64(uint64_t, Text, Code&) { return true; }
  bool on_double(double, Text, Code&) { return true; }
  bool on_bool(bool, Code&) { return true; }
  bool on_null(Code&) { return true; }
  bool on_comment_part(Text, Code&) { return true; }
  bool on_comment(Text, Code&) { return true; }
};

// Says how the parsing of a text ended.
struct SaxEnd {
  // It is not set if the text is one JSON value and nothing else.
  boost::system::error_code error;
  // The parser stopped this many bytes from the start of the text.
  size_t offset = 0;
};

// Returns the error in words, "not JSON at byte 5: syntax error". The error must be set.
[[nodiscard]] std::string describe(const SaxEnd& end);

// Passes a whole text through a boost::json::basic_parser, whose handler gets the events.
template <class Parser>
[[nodiscard]] SaxEnd parse_whole(Parser& parser, std::string_view text) {
  SaxEnd end;
  end.offset = parser.write_some(false, text.data(), text.size(), end.error);
  if (!end.error && end.offset < text.size()) end.error = boost::json::error::extra_data;
  return end;
}

}  // namespace penstock::json
