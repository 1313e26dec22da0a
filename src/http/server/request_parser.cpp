#include "http/server/request_parser.h"

#include <algorithm>
#include <array>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/error.hpp>
#include <limits>

namespace penstock::http {

namespace beast_http = boost::beast::http;

namespace {

constexpr std::string_view kBadLength =
    "The request's Content-Length or Transfer-Encoding is not valid.";

// Says whether a field's value went on in another line (RFC 9112 section 5.2). In one line, there
// is only white space between the colon and the value. Beast gives the value of a folded field in
// another buffer, or from behind the first line's end.
bool is_folded(std::string_view name, std::string_view value) {
  const char* start = name.data() + name.size() + 1;  // Behind the colon.
  while (*start == ' ' || *start == '\t') ++start;    // The field's line ends in CR LF.
  return start != value.data();
}

// Marks the bytes that a host and a port may have (RFC 3986 sections 3.2.2 and 3.2.3).
constexpr std::array<bool, 256> host_bytes() {
  std::array<bool, 256> table{};
  for (unsigned char c = '0'; c <= '9'; ++c) table[c] = true;
  for (unsigned char c = 'a'; c <= 'z'; ++c) table[c] = true;
  for (unsigned char c = 'A'; c <= 'Z'; ++c) table[c] = true;
  for (const char c : std::string_view("-._~!$&'()*+,;=%[]:")) {
    table[static_cast<unsigned char>(c)] = true;
  }
  return table;
}

bool is_host(std::string_view text) {
  static constexpr std::array<bool, 256> kHostBytes = host_bytes();
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return kHostBytes[static_cast<unsigned char>(c)]; });
}

bool is_number(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool has_control(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f;
  });
}

}  // namespace

RequestParser::RequestParser(RequestMessage& message, const Limits& limits)
    : message_(message),
      header_bytes_max_(static_cast<size_t>(limits.header_bytes_max)),
      headers_max_(static_cast<size_t>(limits.headers_max)),
      body_bytes_max_(static_cast<size_t>(limits.body_bytes_max)) {
  message_.clear();
  header_limit(static_cast<uint32_t>(limits.header_bytes_max));
  body_limit(boost::none);  // on_body_impl() has the limit.
  eager(false);             // So that put() ends before the body, until that is decided on.
}

bool RequestParser::awaits_decision() const {
  return header_seen_ && !decided_ && !is_done() && (chunk_bytes_ > 0 || !chunked());
}

void RequestParser::keep_body(size_t bytes_max) {
  decided_ = true;
  eager(true);
  body_bytes_max_ = std::min(body_bytes_max_, bytes_max);
  const uint64_t least = chunked() ? chunk_bytes_ : content_length_remaining().value_or(0);
  if (least > body_bytes_max_) return refuse_large_body();
  body_bytes_expected_ = chunked() ? body_bytes_max_ : static_cast<size_t>(least);
}

void RequestParser::drop_body() {
  decided_ = drops_body_ = message_.body_dropped = true;
  eager(true);
}

void RequestParser::refuse(unsigned status, std::string_view reason, ErrorCode& error) {
  refusal_ = {status, reason};
  error = beast_http::error::bad_field;
}

void RequestParser::on_request_impl(Verb verb, StringView method, StringView target, int version,
                                    ErrorCode&) {
  started_ = true;
  message_.http_1_0 = version == 10;
  message_.set_start_line(verb, method, target);
}

void RequestParser::on_field_impl(Field field, StringView name, StringView value,
                                  ErrorCode& error) {
  // Nearly all fields have one space there, so this saves time.
  const bool is_usual = value.data() == name.data() + name.size() + 2;
  if (!is_usual && is_folded(name, value)) {
    return refuse(400, "A header field must be on one line.", error);
  }
  if (header_seen_) return add_trailer(name, value, error);
  if (message_.header_count() >= headers_max_) {
    return refuse(431, "The request has too many header fields.", error);
  }
  // RFC 9110 section 8.6 lets a recipient refuse a length that is given twice, or as a list, even
  // if all its numbers are equal. Beast refuses those that differ.
  if (field == Field::content_length && (!is_number(value) || message_.count(field) > 0)) {
    return refuse(400, kBadLength, error);
  }
  if (field == Field::host && value != message_.checked_host) {
    // Nearly all requests of a connection have the same.
    if (!is_host(value)) return refuse(400, "The Host header is not a host.", error);
    message_.checked_host = value;
  }
  message_.add_header(field, name, value);
}

// Trailers stay apart from the headers, because nobody has checked what a trailer named Host or
// Content-Length would mean (RFC 9110 section 6.5.1).
void RequestParser::add_trailer(StringView name, StringView value, ErrorCode& error) {
  if (message_.trailer_count() >= headers_max_) {
    return refuse(431, "The request has too many trailer fields.", error);
  }
  message_.add_trailer(name, value);
}

void RequestParser::on_header_impl(ErrorCode& error) {
  header_seen_ = true;
  message_.keep_alive = basic_parser::keep_alive();
  const size_t hosts = message_.count(Field::host);
  if (hosts > 1 || (hosts == 0 && !message_.http_1_0)) {  // RFC 9112 section 3.2.
    return refuse(400, "The request must have exactly one Host header.", error);
  }
  if (const size_t encodings = message_.count(Field::transfer_encoding); encodings > 0) {
    // Beast accepts every list that ends in "chunked", but decodes nothing else, and HTTP/1.0 does
    // not have this header. Two readers that disagree on the end of a body let an attacker smuggle
    // requests (RFC 9112 section 11.2), so all doubtful forms are refused.
    if (message_.http_1_0 || message_.count(Field::content_length) > 0) {
      return refuse(400, "Transfer-Encoding is not allowed with Content-Length or HTTP/1.0.",
                    error);
    }
    if (encodings > 1 ||
        !boost::beast::iequals(message_.header(Field::transfer_encoding), "chunked")) {
      return refuse(501, "The only supported transfer coding is chunked.", error);
    }
  }
  const std::string_view expect = message_.header(Field::expect);
  if (!expect.empty() && !boost::beast::iequals(expect, "100-continue")) {
    return refuse(417, "The only supported expectation is 100-continue.", error);
  }
}

size_t RequestParser::on_body_impl(StringView body, ErrorCode&) {
  if (!drops_body_ && body.size() > body_bytes_max_ - message_.body.size()) refuse_large_body();
  if (drops_body_) {
    dropped_bytes_ += body.size();
    return body.size();
  }
  std::string& kept = message_.body;
  const size_t size = kept.size() + body.size();
  // A string may take twice the memory that it needs. This one takes no more than it may need.
  if (size > kept.capacity()) {
    std::string larger;
    larger.reserve(std::clamp(2 * kept.capacity(), size, std::max(size, body_bytes_expected_)));
    larger += kept;
    kept.swap(larger);
  }
  kept.append(body.data(), body.size());
  return body.size();
}

// Beast accepts any byte in a quoted extension, such as a single LF, at which another reader could
// end the line. The sum of all extensions is bounded, because a body of small chunks could have any
// amount of them (RFC 9112 section 7.1.1).
void RequestParser::on_chunk_header_impl(uint64_t size, StringView extensions, ErrorCode& error) {
  chunk_bytes_ = size;
  if (decided_ && !drops_body_ && size > body_bytes_max_ - message_.body.size()) {
    refuse_large_body();
  }
  extension_bytes_ += extensions.size();
  if (has_control(extensions)) {
    return refuse(400, "A chunk's extension has a control character.", error);
  }
  if (extension_bytes_ > header_bytes_max_) {
    return refuse(400, "The extensions of the request's chunks are too large.", error);
  }
}

void RequestParser::refuse_large_body() {
  drop_body();
  body_too_large_ = true;
  std::string().swap(message_.body);  // An assignment would keep the memory.
}

size_t RequestParser::on_chunk_body_impl(uint64_t, StringView body, ErrorCode& error) {
  return on_body_impl(body, error);
}

Refusal RequestParser::refusal(boost::system::error_code error) const {
  if (refusal_.status != 0) return refusal_;
  if (error == beast_http::error::header_limit) {
    return started_ ? Refusal{431, "The request's header is too large."}
                    : Refusal{414, "The request target is too long."};
  }
  if (error == beast_http::error::bad_version) {
    return {505, "Only HTTP/1.1 and HTTP/1.0 are supported."};
  }
  if (error == beast_http::error::bad_content_length ||
      error == beast_http::error::multiple_content_length ||
      error == beast_http::error::bad_transfer_encoding) {
    return {400, kBadLength};
  }
  return {400, "The request is not well-formed HTTP."};
}

}  // namespace penstock::http
