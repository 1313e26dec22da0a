// This part of Connection sends an answer whose body is a stream.
#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>
#include <charconv>

#include "async/lifetime.h"
#include "base/caught_text.h"
#include "base/check.h"
#include "contract/openapi/response_status.h"
#include "http/server/connection.h"

namespace penstock::http {

namespace asio = boost::asio;
using std::chrono::steady_clock;

namespace {

constexpr std::string_view kLineEnd = "\r\n";
constexpr std::string_view kLastChunk = "0\r\n\r\n";
constexpr int kHexadecimal = 16;

// Writes the line before a chunk (RFC 9112 section 7.1).
void format_chunk_line(std::string& out, size_t size) {
  std::array<char, 2 * sizeof(size_t)> digits{};
  const auto end = std::to_chars(digits.begin(), digits.end(), size, kHexadecimal).ptr;
  out.assign(digits.begin(), end);
  out += kLineEnd;
}

}  // namespace

async::Awaitable<> Connection::send_stream(Reply& reply) {
  base::check(reply.response.body.empty() && contract::has_content_length(reply.response.status),
              "an answer has a body or a stream, and its status allows one");
  const RequestMessage& request = workspace_->request;
  Service& service = server_->service_;
  if (service.finished_from() == 0) service.finish(request, reply.response);
  close_ = close_ || is_last_request() || request.http_1_0;
  begin_head(reply.response);
  if (!request.http_1_0) workspace_->head += "\r\ntransfer-encoding: chunked";
  end_head(reply.response);
  size_t bytes_sent = workspace_->head.size();
  co_await send_bytes(workspace_->head, {});
  if (request.verb != Verb::head) {
    const size_t body_bytes = co_await send_pieces(*reply.stream);
    bytes_sent += body_bytes;
  }
  service.completed(request, reply, steady_clock::now() - started_, bytes_sent);
}

// Returns the number of bytes that were sent. The end of a body that is cut short is not sent, so
// that the client does not take it for the whole.
async::Awaitable<size_t> Connection::send_pieces(BodyStream& stream) {
  const bool chunked = !workspace_->request.http_1_0;
  const async::Lifetime watch;  // The wait for the client's end may outlive this coroutine.
  workspace_->stream = &stream;
  if (server_->stopping_) stream.end();
  socket_.watch(watch.guard([this] { client_may_be_gone(); }));
  size_t bytes_sent = 0;
  while (!cut_) {
    enter(Phase::streaming, SteadyTime::max());
    charge();
    std::optional<std::string> piece = co_await next_piece(stream);
    if (!piece || cut_) break;
    if (!piece->empty()) {
      const size_t size = co_await send_piece(*piece);
      bytes_sent += size;
    }
    // Others have their turn before the next piece, which may be there already.
    co_await asio::post(socket_.executor(), async::use_awaitable);
  }
  workspace_->stream = nullptr;
  socket_.cancel();
  if (cut_ || !chunked) co_return bytes_sent;
  co_await send_bytes(kLastChunk, {});
  co_return bytes_sent + kLastChunk.size();
}

async::Awaitable<size_t> Connection::send_piece(std::string& piece) {
  workspace_->head.clear();
  if (!workspace_->request.http_1_0) {
    format_chunk_line(workspace_->head, piece.size());
    piece += kLineEnd;
  }
  const size_t size = workspace_->head.size() + piece.size();
  co_await send_bytes(workspace_->head, piece);
  co_return size;
}

// Returns nothing at the end of the stream, and if it has failed. The connection is cut then.
async::Awaitable<std::optional<std::string>> Connection::next_piece(BodyStream& stream) {
  try {
    std::optional<std::string> piece = co_await stream.next();
    co_return piece;
  } catch (...) {
    // This logs it. The head of another reply is sent already.
    static_cast<void>(failure_reply(base::caught_text()));
    close_ = cut_ = true;
  }
  co_return std::nullopt;
}

async::Awaitable<> Connection::send_bytes(std::string_view head, std::string_view body) {
  phase_ = Phase::writing;
  Unsent unsent{.head = asio::buffer(head), .body = asio::buffer(body)};
  write_some(unsent);
  if (unsent.size() > 0) co_await send_rest(unsent, body.size());
}

// A client that reads a stream sends nothing, so that what is there to read is its end. It may also
// be its next request, which is read when the stream has ended; then nothing more is noticed here.
void Connection::client_may_be_gone() {
  if (cut_ || !socket_.is_ended()) return;
  close_ = cut_ = true;
  end_stream();
  socket_.cancel();
}

void Connection::end_stream() {
  if (workspace_ && workspace_->stream != nullptr) workspace_->stream->end();
}

}  // namespace penstock::http
