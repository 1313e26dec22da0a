#include "upstream/http_response_reader.h"

#include <algorithm>
#include <limits>
#include <string_view>
#include <utility>

#include "base/ascii_case.h"

namespace penstock::upstream {
namespace {

namespace http = boost::beast::http;
using base::Error;
using base::ErrorCode;
using base::Result;
using boost::system::error_code;

constexpr size_t kReadMin = 4 * 1024;
constexpr size_t kReadMax = 64 * 1024;

// Says whether another reader could find another end of the body. Beast decodes "chunked" alone,
// and takes a length that is given twice, or as a list, if all its numbers are equal.
template <class Fields>
bool has_doubtful_framing(const Fields& headers, unsigned version) {
  using http::field;
  const size_t encodings = headers.count(field::transfer_encoding);
  const std::string_view encoding(headers[field::transfer_encoding]);
  const std::string_view length(headers[field::content_length]);
  const size_t lengths = headers.count(field::content_length);
  if (encodings > 0 && version < 11) return true;
  return encodings > 1 || (encodings == 1 && !base::same_in_any_case(encoding, "chunked")) ||
         lengths > 1 || (lengths > 0 && encodings > 0) ||
         length.find(',') != std::string_view::npos;
}

Error invalid(const char* predicate) {
  return {.code = ErrorCode::invalid, .message = predicate};
}

}  // namespace

ResponseReader::ResponseReader(bool to_head, Limits limits)
    : to_head_(to_head),
      limits_(limits),
      buffer_(limits.header_bytes_max + kReadMax),
      read_size_(kReadMin) {
  start();
}

void ResponseReader::start() {
  parser_.emplace();
  parser_->header_limit(static_cast<uint32_t>(
      std::min<size_t>(limits_.header_bytes_max, std::numeric_limits<uint32_t>::max())));
  parser_->body_limit(limits_.body_bytes_max);
  parser_->skip(to_head_);
  in_body_ = false;
}

boost::asio::mutable_buffer ResponseReader::space() {
  return buffer_.prepare(std::min(read_size_, buffer_.max_size() - buffer_.size()));
}

Result<> ResponseReader::received(size_t count) {
  if (count > 0) begun_ = true;
  buffer_.commit(count);
  if (count == read_size_) read_size_ = std::min(2 * read_size_, kReadMax);
  if (auto parsed = parse(); !parsed) return parsed;
  if (!whole_ && buffer_.size() == buffer_.max_size()) {
    return failure(http::error::buffer_overflow);
  }
  return {};
}

Result<> ResponseReader::parse() {
  while (buffer_.size() > 0 && !whole_) {
    error_code error;
    const size_t used = parser_->put(buffer_.data(), error);
    buffer_.consume(used);
    if (error == http::error::need_more) return {};
    if (error) return failure(error);
    if (!in_body_ && parser_->is_header_done()) {
      if (auto taken = take_header(); !taken) return taken;
    } else if (used == 0) {
      return {};
    }
    if (parser_->is_done() && in_body_) {
      whole_ = true;
      keep_ = parser_->keep_alive();
    }
  }
  return {};
}

// Is called when the header is whole, before a byte of the body is read.
Result<> ResponseReader::take_header() {
  const auto& message = parser_->get();
  const unsigned status = message.result_int();
  if (status < 200) {
    // 101 would change the protocol, which this client never asks for.
    if (status < 100 || status == 101) return invalid("has answered with an impossible status");
    if (++interim_ > kInterimMax) return invalid("has sent too many interim answers");
    start();
    return {};
  }
  if (has_doubtful_framing(message, message.version())) {
    return invalid("has answered with more than one length, or a coding other than chunked");
  }
  for (const auto& field : message) {
    headers_.emplace_back(field.name_string(), base::WipedText(field.value()));
  }
  in_body_ = true;
  parser_->eager(true);
  return {};
}

Result<> ResponseReader::ended() {
  if (whole_) return {};
  error_code error;
  if (begun_) {
    parser_->put_eof(error);
  } else {
    error = http::error::end_of_stream;
  }
  if (error) return failure(error);
  if (!in_body_) return failure(http::error::partial_message);
  whole_ = true;
  keep_ = false;
  return {};
}

Error ResponseReader::failure(const error_code& error) const {
  if (error == http::error::body_limit) {
    return {ErrorCode::too_large,
            "has answered with more than " + std::to_string(limits_.body_bytes_max) + " bytes",
            error.message()};
  }
  if (error == http::error::header_limit || error == http::error::buffer_overflow) {
    return {ErrorCode::too_large, "has answered with a header that is too large", error.message()};
  }
  if (error == http::error::end_of_stream || error == http::error::partial_message) {
    return {ErrorCode::unavailable, "has closed the connection before its answer was whole",
            error.message()};
  }
  return {ErrorCode::invalid, "has answered with something that is not HTTP", error.message()};
}

Response ResponseReader::take() {
  auto message = parser_->release();
  return {.status = message.result_int(),
          .headers = std::move(headers_),
          .body = std::move(message.body())};
}

}  // namespace penstock::upstream
