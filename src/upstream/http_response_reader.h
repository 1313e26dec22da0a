#pragma once

#include <boost/asio/buffer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <cstddef>
#include <optional>

#include "base/result.h"
#include "base/wiped_text.h"
#include "upstream/upstream_client.h"

namespace penstock::upstream {

// Reads the bytes of one response: interim ones (1xx), which are passed over, and the final one. It
// refuses what two readers could read differently: two lengths, a length and a transfer coding, a
// coding other than chunked, any coding in HTTP/1.0. Trailers are read and dropped (RFC 9110
// section 6.5.1). After a failure it must not be used again.
class ResponseReader {
 public:
  struct Limits {
    size_t header_bytes_max;
    size_t body_bytes_max;
  };
  // `to_head` says that the request was a HEAD, so that the response has no body.
  ResponseReader(bool to_head, Limits limits);

  // Returns where the next bytes may be stored, which is valid until received(). It may be empty
  // only after the response is whole.
  [[nodiscard]] boost::asio::mutable_buffer space();
  // Reads the first `count` bytes of space(). Fails with `too_large` or `invalid`; the message is a
  // predicate of the upstream: "has sent a header that is too large".
  [[nodiscard]] base::Result<> received(size_t count);
  // Says that no more bytes come, as the connection has ended in order. Fails, besides, with
  // `unavailable` if the response is not whole.
  [[nodiscard]] base::Result<> ended();

  // Says whether any byte has come.
  [[nodiscard]] bool has_begun() const { return begun_; }
  // Says whether the final response is whole.
  [[nodiscard]] bool is_whole() const { return whole_; }
  // Says whether the connection can be used again: the response says so, it is whole, and no byte
  // came after it.
  [[nodiscard]] bool may_keep() const { return whole_ && keep_ && buffer_.size() == 0; }
  // Returns the final response, once, when it is whole.
  [[nodiscard]] Response take();

  // More interim responses than this are not taken.
  static constexpr int kInterimMax = 8;

 private:
  using Allocator = base::WipingAllocator<char>;
  using Body = boost::beast::http::basic_string_body<char, std::char_traits<char>, Allocator>;
  using Parser = boost::beast::http::response_parser<Body, Allocator>;

  void start();
  base::Result<> parse();
  base::Result<> take_header();
  base::Error failure(const boost::system::error_code& error) const;

  const bool to_head_;
  const Limits limits_;
  std::optional<Parser> parser_;
  boost::beast::basic_flat_buffer<Allocator> buffer_;
  size_t read_size_;
  Headers headers_;
  int interim_ = 0;
  bool begun_ = false;
  bool in_body_ = false;
  bool whole_ = false;
  bool keep_ = false;
};

}  // namespace penstock::upstream
