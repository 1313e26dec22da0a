#include "http/server/request_parser.h"

#include <algorithm>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/error.hpp>
#include <cstring>
#include <limits>

#include "http/server/request_target.h"
#include "http/server/syntax.h"

namespace penstock::http {

namespace beast_http = boost::beast::http;
using boost::beast::iequals;

namespace {

constexpr std::string_view kBadLength = "The request's Content-Length is not one decimal number.";
constexpr std::string_view kBadRequestLine =
    "The request line must be a method, a target and HTTP/1.1, with one space between them.";
constexpr std::string_view kBadLineEnd = "A line of the request does not end in CR LF.";
constexpr std::string_view kFolded = "A header field must be on one line.";
constexpr std::string_view kBadField =
    "A header field is not a name, a colon and a value without control characters.";

constexpr Refusal kHeaderTooLarge{431, "The request's header is too large."};
constexpr Refusal kTargetTooLong{414, "The request target is too long."};
constexpr Refusal kTrailersTooLarge{431, "The request's trailers are too large."};

// Says whether a field may not come behind the body, because it says how the request is framed,
// routed, authorised or understood (RFC 9110 section 6.5.1): another reader may have merged it with
// the headers.
bool is_forbidden_trailer(Field field) {
  switch (field) {
    case Field::authorization:
    case Field::cache_control:
    case Field::connection:
    case Field::content_encoding:
    case Field::content_length:
    case Field::content_range:
    case Field::content_type:
    case Field::cookie:
    case Field::expect:
    case Field::host:
    case Field::if_match:
    case Field::if_modified_since:
    case Field::if_none_match:
    case Field::if_range:
    case Field::if_unmodified_since:
    case Field::keep_alive:
    case Field::max_forwards:
    case Field::pragma:
    case Field::proxy_authorization:
    case Field::proxy_connection:
    case Field::range:
    case Field::set_cookie:
    case Field::te:
    case Field::trailer:
    case Field::transfer_encoding:
    case Field::upgrade:
      return true;
    default:
      return false;
  }
}

}  // namespace

RequestParser::RequestParser(RequestMessage& message, const Limits& limits, unsigned empty_lines)
    : message_(message),
      header_bytes_max_(static_cast<size_t>(limits.header_bytes_max)),
      headers_max_(static_cast<size_t>(limits.headers_max)),
      body_bytes_max_(static_cast<size_t>(limits.body_bytes_max)),
      empty_lines_(empty_lines) {
  message_.clear();
}

size_t RequestParser::put(boost::asio::const_buffer buffer, ErrorCode& error) {
  const auto* const begin = static_cast<const char*>(buffer.data());
  Input input{begin, begin + buffer.size()};
  error = {};
  while (!is_done() && !awaits_decision()) {
    const Step result = step(input);
    if (result == Step::refused) error = beast_http::error::bad_field;
    if (result == Step::more) error = beast_http::error::need_more;
    if (result != Step::next) break;
  }
  return static_cast<size_t>(input.at - begin);
}

RequestParser::Step RequestParser::step(Input& input) {
  switch (state_) {
    case State::request_line:
      return take_request_line(input);
    case State::fields:
    case State::trailers:
      return take_field(input);
    case State::chunk_line:
      return take_chunk_line(input);
    case State::chunk_end:
      return take_chunk_end(input);
    case State::body:
    case State::chunk_data:
      return take_data(input);
    case State::done:
      break;
  }
  return Step::more;
}

RequestParser::Step RequestParser::refuse(unsigned status, std::string_view reason) {
  refusal_ = {status, reason};
  return Step::refused;
}

// Takes a line with its CR LF, of at most `bytes_max` bytes. Each byte is searched once, however
// small the pieces are.
RequestParser::Step RequestParser::take_line(Input& input, size_t bytes_max,
                                             const Refusal& too_large, std::string_view& line) {
  const size_t size = input.size();
  const void* const found = std::memchr(input.at + searched_, '\n', size - searched_);
  if (found == nullptr) {
    searched_ = size;
    return size >= bytes_max ? refuse(too_large.status, too_large.reason) : Step::more;
  }
  const auto length = static_cast<size_t>(static_cast<const char*>(found) - input.at) + 1;
  searched_ = 0;
  if (length > bytes_max) return refuse(too_large.status, too_large.reason);
  if (length < 2 || input.at[length - 2] != '\r') return refuse(400, kBadLineEnd);
  line = {input.at, length - 2};
  input.at += length;
  return Step::next;
}

RequestParser::Step RequestParser::take_request_line(Input& input) {
  if (input.size() == 0) return Step::more;
  const char first = *input.at;
  if (first == '\r' || first == '\n') {
    if (empty_lines_ == kEmptyLinesMax) {
      return refuse(400, "There are too many empty lines before the request line.");
    }
  } else {
    begun_ = true;
    // What is no HTTP at all, such as TLS, gets its answer without a wait for the line's end.
    if (!has(kTokenBytes, first)) return refuse(400, kBadRequestLine);
  }
  std::string_view line;
  const Step step = take_line(input, header_bytes_max_, kTargetTooLong, line);
  if (step == Step::refused && refusal_.status == kTargetTooLong.status &&
      std::memchr(input.at, ' ', header_bytes_max_) == nullptr) {
    return refuse(501, "The request's method is too long to be known.");
  }
  if (step != Step::next) return step;
  if (line.empty()) {
    ++empty_lines_;
    return Step::next;
  }
  header_bytes_ = line.size() + 2;
  return read_request_line(line);
}

// The line is: method SP request-target SP HTTP-version.
RequestParser::Step RequestParser::read_request_line(std::string_view line) {
  const std::string_view method = line.substr(0, line.find(' '));
  if (!is_token(method) || method.size() == line.size()) return refuse(400, kBadRequestLine);
  const std::string_view rest = line.substr(method.size() + 1);
  const std::string_view target = rest.substr(0, rest.find(' '));
  if (target.empty() || target.size() == rest.size()) return refuse(400, kBadRequestLine);
  const std::string_view version = rest.substr(target.size() + 1);
  const auto is_digit = [](char byte) { return byte >= '0' && byte <= '9'; };
  if (version.size() != 8 || !version.starts_with("HTTP/") || !is_digit(version[5]) ||
      version[6] != '.' || !is_digit(version[7])) {
    return refuse(400, kBadRequestLine);
  }
  if (version[5] != '1') return refuse(505, "Only HTTP/1.1 and HTTP/1.0 are supported.");
  if (!has_all(kTargetBytes, target)) {
    return refuse(400, "The request target has a control character or a '#'.");
  }
  const Verb verb = beast_http::string_to_verb(method);
  if (verb == Verb::connect) return refuse(501, "CONNECT is not supported: this is no proxy.");
  if (const std::string_view fault = target_fault(method, target); !fault.empty()) {
    return refuse(400, fault);
  }
  // A higher minor version is served as the highest one that is known (RFC 9110 section 2.5).
  message_.http_1_0 = version[7] == '0';
  message_.set_start_line(verb, method, target);
  state_ = State::fields;
  return Step::next;
}

RequestParser::Step RequestParser::take_field(Input& input) {
  const bool trailing = state_ == State::trailers;
  std::string_view line;
  const Step step = take_line(input, header_bytes_max_ - header_bytes_,
                              trailing ? kTrailersTooLarge : kHeaderTooLarge, line);
  if (step != Step::next) return step;
  header_bytes_ += line.size() + 2;
  if (line.empty()) {
    if (!trailing) return finish_header();
    state_ = State::done;
    return Step::next;
  }
  // RFC 9112 section 5.2 lets a server refuse this. Before the first field such a line has no
  // meaning either (section 2.2).
  if (line.front() == ' ' || line.front() == '\t') return refuse(400, kFolded);
  size_t colon = 0;
  while (colon < line.size() && has(kTokenBytes, line[colon])) ++colon;
  if (colon == 0 || colon == line.size() || line[colon] != ':') return refuse(400, kBadField);
  const std::string_view name = line.substr(0, colon);
  const std::string_view value = without_blanks(line.substr(colon + 1));
  if (!has_all(kValueBytes, value)) return refuse(400, kBadField);
  const Field field = beast_http::string_to_field(name);
  return trailing ? add_trailer(field, name, value) : add_field(field, name, value);
}

RequestParser::Step RequestParser::add_field(Field field, std::string_view name,
                                             std::string_view value) {
  if (message_.header_count() >= headers_max_) {
    return refuse(431, "The request has too many header fields.");
  }
  Step step = Step::next;
  switch (field) {
    case Field::connection:
      step = read_connection(value);
      break;
    case Field::content_length:
      step = read_length(value);
      break;
    case Field::expect:
      if (!value.empty() && !iequals(value, "100-continue")) {
        step = refuse(417, "The only supported expectation is 100-continue.");
      }
      break;
    case Field::host:
      // Nearly all requests of a connection have the same. An empty one says that the target has
      // no host (RFC 9112 section 3.2).
      if (value.empty() || value == message_.checked_host) break;
      if (!is_host(value)) return refuse(400, "The Host header is not a host.");
      message_.checked_host = value;
      break;
    default:
      break;
  }
  message_.add_header(field, name, value);
  return step;
}

// Trailers stay apart from the headers, because no header's meaning is known from them (RFC 9110
// section 6.5.1).
RequestParser::Step RequestParser::add_trailer(Field field, std::string_view name,
                                               std::string_view value) {
  if (is_forbidden_trailer(field)) {
    return refuse(400, "A field behind the body may only come before it.");
  }
  if (message_.trailer_count() >= headers_max_) {
    return refuse(431, "The request has too many trailer fields.");
  }
  message_.add_trailer(name, value);
  return Step::next;
}

RequestParser::Step RequestParser::read_connection(std::string_view list) {
  while (!list.empty()) {
    const std::string_view option = take_element(list);
    if (!option.empty() && !is_token(option)) {
      return refuse(400, "The Connection header is not a list of names.");
    }
    close_ = close_ || iequals(option, "close");
    keep_alive_ = keep_alive_ || iequals(option, "keep-alive");
  }
  return Step::next;
}

// RFC 9110 section 8.6 lets a recipient refuse a length that is given twice, or as a list, even if
// all its numbers are equal.
RequestParser::Step RequestParser::read_length(std::string_view value) {
  constexpr uint64_t kMax = std::numeric_limits<uint64_t>::max();
  if (value.empty() || content_length_) return refuse(400, kBadLength);
  uint64_t length = 0;
  for (const char byte : value) {
    if (byte < '0' || byte > '9') return refuse(400, kBadLength);
    const auto digit = static_cast<uint64_t>(byte - '0');
    if (length > (kMax - digit) / 10) return refuse(400, kBadLength);
    length = length * 10 + digit;
  }
  content_length_ = length;
  return Step::next;
}

}  // namespace penstock::http
