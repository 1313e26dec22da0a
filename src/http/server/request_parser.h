#pragma once

#include <boost/asio/buffer.hpp>
#include <boost/system/error_code.hpp>
#include <cstdint>
#include <optional>
#include <string_view>

#include "http/server/message.h"
#include "http/server/server.h"

namespace penstock::http {

// Says why a request was refused before any service saw it.
struct Refusal {
  unsigned status = 400;
  std::string_view reason = {};  // A sentence of static storage.
};

// Parses one request into a RequestMessage as RFC 9112 has it, and refuses whatever two readers
// could read differently: docs/adr/0023. The answer does not depend on the pieces in which the
// bytes come. docs/http-conformance.md lists what is refused.
class RequestParser {
 public:
  using ErrorCode = boost::system::error_code;

  // So many lines before the request line may be empty (RFC 9112 section 2.2).
  static constexpr unsigned kEmptyLinesMax = 8;

  // Clears `message`, which must outlive the parser.
  // Before it, the connection has had so many empty lines since the last request.
  RequestParser(RequestMessage& message, const Limits& limits, unsigned empty_lines = 0);

  // Parses the bytes and returns how many of them it has taken. The rest must come again, with
  // further bytes behind it: a line is taken as a whole, so at most header_bytes_max bytes stay.
  // `error` is Beast's need_more if the request goes on, another one if the request is refused,
  // and none if the request is complete, or awaits_decision(). It must not be called after a
  // refusal or the end of the request.
  size_t put(boost::asio::const_buffer buffer, ErrorCode& error);
  // Says whether the body has begun, and nobody has decided yet what becomes of it. Then put()
  // reads no byte of it.
  [[nodiscard]] bool awaits_decision() const {
    return !decided_ && (state_ == State::body || state_ == State::chunk_data);
  }
  [[nodiscard]] bool is_decided() const { return decided_; }
  // Decides that at most so many bytes of the body are kept, or none. The message says whether
  // bytes were dropped.
  void keep_body(size_t bytes_max);
  void drop_body() { decided_ = drops_body_ = message_.body_dropped = true; }
  // Says whether the rest of the body is dropped, because of drop_body() or of its size.
  [[nodiscard]] bool drops_body() const { return drops_body_; }
  [[nodiscard]] bool body_is_too_large() const { return body_too_large_; }
  // Returns the number of bytes that were dropped.
  [[nodiscard]] size_t dropped_bytes() const { return dropped_bytes_; }
  // Returns how many bytes of the body, or of its present chunk, are still to come.
  [[nodiscard]] uint64_t bytes_left() const { return data_left_; }

  // Says whether anything but empty lines has come.
  [[nodiscard]] bool has_begun() const { return begun_; }
  [[nodiscard]] unsigned empty_lines() const { return empty_lines_; }
  // Says whether the message has the request's method and target.
  [[nodiscard]] bool has_first_line() const { return state_ > State::request_line; }
  [[nodiscard]] bool is_header_done() const { return state_ > State::fields; }
  [[nodiscard]] bool is_done() const { return state_ == State::done; }
  // Returns the answer to a request for which put() has returned an error.
  [[nodiscard]] Refusal refusal(ErrorCode /*error*/) const { return refusal_; }

 private:
  enum class State {
    request_line,
    fields,
    body,
    chunk_line,
    chunk_data,
    chunk_end,
    trailers,
    done
  };
  // Says what a state has come to: the next bytes, a wait for more, or the end.
  enum class Step { next, more, refused };
  struct Input {
    const char* at;
    const char* end;
    [[nodiscard]] size_t size() const { return static_cast<size_t>(end - at); }
  };

  Step step(Input& input);
  Step take_line(Input& input, size_t bytes_max, const Refusal& too_large, std::string_view& line);
  Step take_request_line(Input& input);
  Step read_request_line(std::string_view line);
  Step take_field(Input& input);
  Step add_field(Field field, std::string_view name, std::string_view value);
  Step add_trailer(Field field, std::string_view name, std::string_view value);
  Step read_connection(std::string_view list);
  Step read_length(std::string_view value);
  Step finish_header();
  Step begin_body();
  Step check_transfer_encoding();
  Step take_chunk_line(Input& input);
  Step take_chunk_end(Input& input);
  Step take_data(Input& input);
  Step refuse(unsigned status, std::string_view reason);
  void add_body(std::string_view bytes);
  void refuse_large_body();

  RequestMessage& message_;
  const size_t header_bytes_max_;
  const size_t headers_max_;
  size_t body_bytes_max_;
  State state_ = State::request_line;
  bool begun_ = false;
  bool close_ = false;
  bool keep_alive_ = false;
  bool chunked_ = false;
  bool decided_ = false;  // Whether keep_body() or drop_body() was called.
  bool drops_body_ = false;
  bool body_too_large_ = false;
  unsigned empty_lines_;
  size_t searched_ = 0;         // The bytes of the present line that have no end of a line.
  size_t header_bytes_ = 0;     // The bytes of the header's lines so far, or of the trailers'.
  size_t extension_bytes_ = 0;  // The bytes of all chunk extensions of the request.
  std::optional<uint64_t> content_length_;
  uint64_t data_left_ = 0;          // The bytes that the body, or its present chunk, still has.
  size_t body_bytes_expected_ = 0;  // The size of a body that is kept, at most.
  size_t dropped_bytes_ = 0;
  Refusal refusal_;
};

}  // namespace penstock::http
