#include "lambda/payload.h"

#include <algorithm>
#include <boost/json/basic_parser_impl.hpp>
#include <cstddef>
#include <cstdint>
#include <limits>

#include "base/utf8.h"
#include "json/text.h"

namespace penstock::lambda {
namespace {

using boost::system::error_code;
using Text = boost::json::string_view;

// Takes the parser's events and builds nothing: a tree of a few megabytes of JSON can need more than a
// function has.
struct Validator {
  static constexpr size_t max_object_size = std::numeric_limits<size_t>::max();
  static constexpr size_t max_array_size = max_object_size;
  static constexpr size_t max_key_size = max_object_size;
  static constexpr size_t max_string_size = max_object_size;

  bool on_document_begin(error_code&) { return true; }
  bool on_document_end(error_code&) { return true; }
  bool on_object_begin(error_code&) { return true; }
  bool on_object_end(size_t, error_code&) { return true; }
  bool on_array_begin(error_code&) { return true; }
  bool on_array_end(size_t, error_code&) { return true; }
  bool on_key_part(Text, size_t, error_code&) { return true; }
  bool on_key(Text, size_t, error_code&) { return true; }
  bool on_string_part(Text, size_t, error_code&) { return true; }
  bool on_string(Text, size_t, error_code&) { return true; }
  bool on_number_part(Text, error_code&) { return true; }
  bool on_int64(int64_t, Text, error_code&) { return true; }
  bool on_uint64(uint64_t, Text, error_code&) { return true; }
  bool on_double(double, Text, error_code&) { return true; }
  bool on_bool(bool, error_code&) { return true; }
  bool on_null(error_code&) { return true; }
  bool on_comment_part(Text, error_code&) { return true; }
  bool on_comment(Text, error_code&) { return true; }
};

bool is_json(std::string_view text) {
  boost::json::basic_parser<Validator> parser(boost::json::parse_options{});
  error_code error;
  const size_t used = parser.write_some(false, text.data(), text.size(), error);
  return !error && used == text.size();
}

}  // namespace

JsonText on_one_line(std::string_view json) {
  JsonText line{std::string(json)};
  std::replace_if(
      line.text.begin(), line.text.end(), [](char c) { return c == '\n' || c == '\r'; }, ' ');
  return line;
}

base::Result<JsonText> payload_json(const Record& record) {
  if (!record.value) return JsonText{"null"};
  if (is_json(*record.value)) return on_one_line(*record.value);
  if (!base::is_utf8(*record.value)) {
    return base::Error{base::ErrorCode::invalid, "the value is neither JSON nor other UTF-8 text"};
  }
  JsonText quoted;
  json::append_string(quoted.text, *record.value);
  return quoted;
}

}  // namespace penstock::lambda
