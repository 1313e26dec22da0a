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

// What boost::json::basic_parser asks of the handler of its events, with a body for each that does
// nothing. A handler derives from it and defines the events that it needs; these hide the ones
// here. Nothing is virtual: the parser knows the handler's type. A handler that returns false must
// set the error code, and the parser stops there.
//
// A text's strings, keys and numbers come in parts where they have escapes or where the text does;
// the last part comes with on_string, on_key, on_int64, on_uint64 or on_double, and `size` is that
// of all parts.
struct SaxHandler {
  using Code = boost::system::error_code;
  using Text = boost::json::string_view;

  // The parser refuses what is larger. Whoever hands it the text bounds the bytes, and with them
  // all of these.
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

// How the parsing of a text ended.
struct SaxEnd {
  boost::system::error_code error;  // Unset if the text is one JSON value and nothing else.
  size_t offset = 0;                // In bytes: where the parser stopped.
};

// The end as words, where the error is set: "not JSON at byte 5: syntax error".
[[nodiscard]] std::string describe(const SaxEnd& end);

// Takes a whole text through a boost::json::basic_parser.
template <class Parser>
[[nodiscard]] SaxEnd parse_whole(Parser& parser, std::string_view text) {
  SaxEnd end;
  end.offset = parser.write_some(false, text.data(), text.size(), end.error);
  if (!end.error && end.offset < text.size()) end.error = boost::json::error::extra_data;
  return end;
}

}  // namespace penstock::json
