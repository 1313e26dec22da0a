// This half of the parser finds where a body ends, and reads it.
#include <algorithm>
#include <boost/beast/core/string.hpp>

#include "http/server/chunk_line.h"
#include "http/server/request_parser.h"
#include "http/server/syntax.h"

namespace penstock::http {

using boost::beast::iequals;

namespace {

constexpr std::string_view kBadCoding =
    "The request's Transfer-Encoding does not end in 'chunked' alone.";
constexpr std::string_view kBadChunk =
    "A chunk does not have the form of RFC 9112, section 7.1: SIZE;NAME=VALUE CR LF DATA CR LF.";
constexpr Refusal kExtensionsTooLarge{431, "The extensions of the request's chunks are too large."};

}  // namespace

RequestParser::Step RequestParser::finish_header() {
  // "close" goes before "keep-alive" (RFC 9112 section 9.3).
  message_.keep_alive = !close_ && (keep_alive_ || !message_.http_1_0);
  const size_t hosts = message_.count(Field::host);
  if (hosts > 1 || (hosts == 0 && !message_.http_1_0)) {  // RFC 9112 section 3.2.
    return refuse(400, "The request must have exactly one Host header.");
  }
  if (const Step step = check_transfer_encoding(); step != Step::next) return step;
  return begin_body();
}

// Two readers that disagree on the end of a body let an attacker smuggle requests (RFC 9112 section
// 11.2), so all doubtful forms are refused.
RequestParser::Step RequestParser::check_transfer_encoding() {
  const size_t lines = message_.count(Field::transfer_encoding);
  if (lines == 0) return Step::next;
  if (message_.http_1_0 || content_length_) {
    return refuse(400, "Transfer-Encoding is not allowed with Content-Length or HTTP/1.0.");
  }
  std::string_view list = message_.header(Field::transfer_encoding);
  if (lines == 1 && iequals(list, "chunked")) {
    chunked_ = true;
    return Step::next;
  }
  // Without "chunked" at the end nobody knows the body's (RFC 9112 section 6.3).
  std::string lines_joined;
  if (lines > 1) list = message_.list(Field::transfer_encoding, lines_joined);
  std::string_view last;
  bool is_known = !list.ends_with(',');
  while (!list.empty()) {
    if (iequals(last, "chunked")) is_known = false;
    last = take_element(list);
    if (!is_token(last)) is_known = false;
  }
  if (!is_known || !iequals(last, "chunked")) return refuse(400, kBadCoding);
  return refuse(501, "The only supported transfer coding is chunked.");
}

RequestParser::Step RequestParser::begin_body() {
  if (chunked_) {
    state_ = State::chunk_line;
    return Step::next;
  }
  data_left_ = content_length_.value_or(0);
  state_ = data_left_ == 0 ? State::done : State::body;
  return Step::next;
}

void RequestParser::keep_body(size_t bytes_max) {
  decided_ = true;
  body_bytes_max_ = std::min(body_bytes_max_, bytes_max);
  if (data_left_ > body_bytes_max_) return refuse_large_body();
  body_bytes_expected_ = chunked_ ? body_bytes_max_ : static_cast<size_t>(data_left_);
}

void RequestParser::refuse_large_body() {
  drop_body();
  body_too_large_ = true;
  std::string().swap(message_.body);  // An assignment would keep the memory.
}

RequestParser::Step RequestParser::take_chunk_line(Input& input) {
  std::string_view line;
  // The extensions of all chunks have one bound, because a body of small chunks could have any
  // amount of them.
  const size_t bytes_max = kChunkDigitsMax + 2 + header_bytes_max_ - extension_bytes_;
  const Step step = take_line(input, bytes_max, kExtensionsTooLarge, line);
  if (step != Step::next) return step;
  const std::optional<ChunkLine> chunk = read_chunk_line(line);
  if (!chunk) return refuse(400, kBadChunk);
  extension_bytes_ += chunk->extension_bytes;
  if (extension_bytes_ > header_bytes_max_) {
    return refuse(kExtensionsTooLarge.status, kExtensionsTooLarge.reason);
  }
  if (decided_ && !drops_body_ && chunk->size > body_bytes_max_ - message_.body.size()) {
    refuse_large_body();
  }
  data_left_ = chunk->size;
  header_bytes_ = 0;
  state_ = data_left_ == 0 ? State::trailers : State::chunk_data;
  return Step::next;
}

RequestParser::Step RequestParser::take_chunk_end(Input& input) {
  const std::string_view end = "\r\n";
  const std::string_view found(input.at, std::min(input.size(), end.size()));
  if (!end.starts_with(found)) return refuse(400, kBadChunk);
  if (found.size() < end.size()) return Step::more;
  input.at += end.size();
  state_ = State::chunk_line;
  return Step::next;
}

RequestParser::Step RequestParser::take_data(Input& input) {
  const bool in_chunk = state_ == State::chunk_data;
  if (input.size() == 0) return Step::more;
  const auto taken = static_cast<size_t>(std::min<uint64_t>(data_left_, input.size()));
  add_body({input.at, taken});
  input.at += taken;
  data_left_ -= taken;
  if (data_left_ == 0) state_ = in_chunk ? State::chunk_end : State::done;
  return Step::next;
}

// The sizes were compared with the limit before.
void RequestParser::add_body(std::string_view bytes) {
  if (drops_body_) {
    dropped_bytes_ += bytes.size();
    return;
  }
  std::string& kept = message_.body;
  const size_t size = kept.size() + bytes.size();
  // A string may take twice the memory that it needs. This one takes no more than it may need.
  if (size > kept.capacity()) {
    std::string larger;
    larger.reserve(std::clamp(2 * kept.capacity(), size, std::max(size, body_bytes_expected_)));
    larger += kept;
    kept.swap(larger);
  }
  kept += bytes;
}

}  // namespace penstock::http
