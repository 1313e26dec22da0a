#include <boost/json/basic_parser_impl.hpp>
#include <charconv>
#include <cmath>

#include "contract/document/document_builder.h"
#include "json/number.h"
#include "json/sax.h"

namespace penstock::contract {

namespace {

// Events is the handler of boost::json::basic_parser, and builds a Document.
struct Events : json::SaxHandler {
  static constexpr std::size_t max_object_size = kDocumentNodesMax;
  static constexpr std::size_t max_array_size = kDocumentNodesMax;
  static constexpr std::size_t max_key_size = kDocumentBytesMax;
  static constexpr std::size_t max_string_size = kDocumentBytesMax;

  Events(DocumentBuilder& to, std::string_view whole) : builder(to), all(whole) {}

  DocumentBuilder& builder;
  std::string_view all;
  size_t token = std::string_view::npos;  // The offset at which the current value starts.
  size_t line_start = 0;
  size_t lines_read = 0;
  uint32_t line = 1;
  std::string text = {};

  void locate() {
    const size_t at = std::min(token, all.size());
    for (; lines_read < at; ++lines_read) {
      if (all[lines_read] != '\n') continue;
      ++line;
      line_start = lines_read + 1;
    }
    builder.move_to(line, static_cast<uint32_t>(at - line_start) + 1);
    token = std::string_view::npos;
  }
  bool add(Node::Kind kind, std::string_view written, const boost::json::value& number = {}) {
    locate();
    builder.scalar(kind, written, number);
    return true;
  }
  bool part(Text piece) {
    text.append(piece.data(), piece.size());
    return true;
  }
  bool whole_text(Text piece) {
    part(piece);
    add(Node::Kind::string, text);
    text.clear();
    return true;
  }
  template <class Number>
  bool whole_number(Number number, Text piece) {
    part(piece);
    add(Node::Kind::number, text, boost::json::value(number));
    text.clear();
    return true;
  }

  bool on_object_begin(Code&) { return open(Node::Kind::object); }
  bool on_object_end(std::size_t, Code&) { return close(); }
  bool on_array_begin(Code&) { return open(Node::Kind::array); }
  bool on_array_end(std::size_t, Code&) { return close(); }
  bool on_key_part(Text piece, std::size_t, Code&) { return part(piece); }
  bool on_key(Text piece, std::size_t, Code&) { return whole_text(piece); }
  bool on_string_part(Text piece, std::size_t, Code&) { return part(piece); }
  bool on_string(Text piece, std::size_t, Code&) { return whole_text(piece); }
  bool on_number_part(Text piece, Code&) { return part(piece); }
  bool on_int64(int64_t number, Text piece, Code&) { return whole_number(number, piece); }
  bool on_uint64(uint64_t number, Text piece, Code&) { return whole_number(number, piece); }
  bool on_double(double number, Text piece, Code&) {
    part(piece);
    // Boost's conversion does not always give the nearest double.
    const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
    if (read.ec == std::errc::result_out_of_range && std::abs(number) > 1) number = HUGE_VAL;
    if (!std::isfinite(number)) {
      locate();
      builder.fail("the number is too large");
    }
    const auto kept = json::with_fraction(text, number);
    if (!kept) {
      locate();
      builder.fail("the number has more digits than a double holds");
    }
    add(Node::Kind::number, text, boost::json::value(kept.value_or(number)));
    text.clear();
    return true;
  }
  bool on_bool(bool value, Code&) { return add(Node::Kind::boolean, value ? "true" : "false"); }
  bool on_null(Code&) { return add(Node::Kind::null, ""); }

  bool open(Node::Kind kind) {
    locate();
    builder.begin(kind);
    return true;
  }
  bool close() {
    builder.end();
    token = std::string_view::npos;
    return true;
  }
};

}  // namespace

// Boost's parser does not give the offset of a value. So it gets the text in pieces that end where
// a value can end, and the start of each value is taken from the start of its piece.
void build_from_json(DocumentBuilder& builder, std::string_view text) {
  boost::json::parse_options options;
  options.max_depth = kDocumentDepthMax + 1;
  boost::json::basic_parser<Events> parser(options, builder, text);
  Events& events = parser.handler();
  for (size_t at = 0; at < text.size();) {
    size_t end = text.find_first_of("{}[],:\"\n", at);
    end = end == std::string_view::npos ? text.size() : end + 1;
    if (events.token == std::string_view::npos) {
      const size_t first = text.substr(at, end - at).find_first_not_of(" \t\r\n,:");
      if (first != std::string_view::npos) events.token = at + first;
    }
    boost::system::error_code error;
    const size_t taken = parser.write_some(end < text.size(), text.data() + at, end - at, error);
    if (builder.failed()) return;
    if (!error && taken < end - at) error = boost::json::error::extra_data;
    if (error) {
      events.token = at + taken;
      events.locate();
      return builder.fail("is not JSON: " + error.message());
    }
    at = end;
  }
}

}  // namespace penstock::contract
