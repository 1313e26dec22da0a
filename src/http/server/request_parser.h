#pragma once

#include <boost/beast/http/basic_parser.hpp>
#include <cstdint>
#include <string_view>

#include "http/server/message.h"
#include "http/server/server.h"

namespace penstock::http {

// Says why a request was refused before any service saw it.
struct Refusal {
  unsigned status = 400;
  std::string_view reason = {};  // A sentence of static storage.
};

// Parses one request into a RequestMessage. Beast reads the syntax and checks the framing (RFC 9112
// section 6.3). This class refuses the requests that Beast leaves to its user to refuse.
class RequestParser final : public boost::beast::http::basic_parser<true> {
 public:
  // Clears `message`, which must outlive the parser.
  RequestParser(RequestMessage& message, const Limits& limits);

  // Says whether the message has the request's method and target.
  [[nodiscard]] bool has_first_line() const { return started_; }
  // Says whether the body has begun, and nobody has decided yet what becomes of it. Then put() reads
  // no byte of it.
  [[nodiscard]] bool awaits_decision() const;
  [[nodiscard]] bool is_decided() const { return decided_; }
  // Decides that at most so many bytes of the body are kept, or none. The message says whether bytes
  // were dropped.
  void keep_body(size_t bytes_max);
  void drop_body();
  // Says whether the rest of the body is dropped, because of drop_body() or of its size.
  [[nodiscard]] bool drops_body() const { return drops_body_; }
  [[nodiscard]] bool body_is_too_large() const { return body_too_large_; }
  // Returns the number of bytes that were dropped.
  [[nodiscard]] size_t dropped_bytes() const { return dropped_bytes_; }
  // Returns the answer to a request for which the parser has returned this error.
  [[nodiscard]] Refusal refusal(boost::system::error_code error) const;

 private:
  using ErrorCode = boost::system::error_code;
  using StringView = boost::beast::string_view;

  void on_request_impl(Verb verb, StringView method, StringView target, int version,
                       ErrorCode& error) override;
  void on_response_impl(int, StringView, int, ErrorCode&) override {}
  void on_field_impl(Field field, StringView name, StringView value, ErrorCode& error) override;
  void on_header_impl(ErrorCode& error) override;
  void on_body_init_impl(const boost::optional<uint64_t>&, ErrorCode&) override {}
  size_t on_body_impl(StringView body, ErrorCode&) override;
  void on_chunk_header_impl(uint64_t size, StringView extensions, ErrorCode& error) override;
  size_t on_chunk_body_impl(uint64_t, StringView body, ErrorCode& error) override;
  void on_finish_impl(ErrorCode&) override {}

  void refuse(unsigned status, std::string_view reason, ErrorCode& error);
  void add_trailer(StringView name, StringView value, ErrorCode& error);
  void refuse_large_body();

  RequestMessage& message_;
  const size_t header_bytes_max_;
  const size_t headers_max_;
  size_t body_bytes_max_;
  size_t body_bytes_expected_ = 0;  // The size of a body that is kept, at most.
  size_t dropped_bytes_ = 0;
  uint64_t chunk_bytes_ = 0;  // The size of the chunk that is being read.
  size_t extension_bytes_ = 0;  // The bytes of all chunk extensions of the request.
  bool started_ = false;        // Whether the start line is complete.
  bool header_seen_ = false;    // Whether further fields are trailers.
  bool decided_ = false;        // Whether keep_body() or drop_body() was called.
  bool drops_body_ = false;
  bool body_too_large_ = false;
  Refusal refusal_ = {.status = 0};
};

}  // namespace penstock::http
