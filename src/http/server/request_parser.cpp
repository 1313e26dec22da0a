#include "http/server/request_parser.h"

#include <boost/beast/core/string.hpp>
#include <boost/beast/http/error.hpp>
#include <limits>

namespace penstock::http {

namespace beast_http = boost::beast::http;

RequestParser::RequestParser(RequestMessage& message, const Limits& limits)
    : message_(message),
      headers_max_(static_cast<size_t>(limits.headers_max)),
      body_bytes_max_(static_cast<size_t>(limits.body_bytes_max)),
      drops_large_bodies_(limits.drops_large_bodies) {
  message_.clear();
  header_limit(static_cast<uint32_t>(limits.header_bytes_max));
  if (drops_large_bodies_) {
    body_limit(boost::none);  // on_body_impl() has the limit.
  } else {
    body_limit(static_cast<uint64_t>(limits.body_bytes_max));
  }
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
  if (header_seen_) return add_trailer(name, value, error);
  if (message_.header_count() >= headers_max_) {
    return refuse(431, "The request has too many header fields.", error);
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
  if (drops_large_bodies_) {
    if (message_.body.size() + body.size() > body_bytes_max_) drop_body();
    if (message_.body_too_large) return body.size();
  }
  message_.body.append(body.data(), body.size());
  return body.size();
}

void RequestParser::drop_body() {
  message_.body_too_large = true;
  message_.body = std::string();  // Frees the memory.
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
  if (error == beast_http::error::body_limit) return {413, "The request's body is too large."};
  if (error == beast_http::error::bad_version) {
    return {505, "Only HTTP/1.1 and HTTP/1.0 are supported."};
  }
  if (error == beast_http::error::bad_content_length ||
      error == beast_http::error::multiple_content_length ||
      error == beast_http::error::bad_transfer_encoding) {
    return {400, "The request's Content-Length or Transfer-Encoding is not valid."};
  }
  return {400, "The request is not well-formed HTTP."};
}

}  // namespace penstock::http
