#include "http/server/connection.h"

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/error.hpp>
#include <optional>
#include <span>
#include <tuple>

#include "base/caught_text.h"
#include "base/number_text.h"
#include "contract/openapi/response_status.h"
#include "http/server/problem.h"

namespace penstock::http {

namespace asio = boost::asio;
using boost::system::error_code;
using std::chrono::steady_clock;
using std::chrono::system_clock;

namespace {

constexpr size_t kReadBytes = 4096;
// The memory of a larger body is freed after its request.
constexpr size_t kBodyKeptBytes = 64 * 1024;
constexpr size_t kLingerBytesMax = 256 * 1024;
constexpr std::chrono::seconds kLingerTime{2};

}  // namespace

Connection::Connection(Server& server, Socket socket)
    : server_(&server),
      socket_(std::move(socket)),
      input_(static_cast<size_t>(server.limits_.header_bytes_max) + kReadBytes) {
  request_.connection = socket_.native_handle();
  started_ = steady_clock::now();
  enter(Phase::idle, started_ + server_->limits_.idle_timeout);
  error_code ignored;
  socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
  socket_.non_blocking(true, ignored);
  server_->add(*this);
}

Connection::~Connection() {
  if (server_ != nullptr) server_->remove(*this);
}

async::Awaitable<> Connection::run(std::unique_ptr<Connection> self) {
  co_await self->serve();
}

void Connection::enter(Phase phase, SteadyTime deadline) {
  phase_ = phase;
  deadline_ = deadline;
}

void Connection::cut_if_overdue(SteadyTime now) {
  if (now >= deadline_) cut();
}

void Connection::end_after_answer() {
  close_ = true;
  if (phase_ == Phase::idle || phase_ == Phase::lingering) cut();
}

void Connection::cut() {
  cut_ = true;
  error_code ignored;
  socket_.cancel(ignored);
}

async::Awaitable<> Connection::serve() {
  while (!cut_) {
    const Read read = co_await read_request();
    if (read != Read::request) break;
    std::optional<std::string> failure;
    try {
      co_await answer_request();
    } catch (...) {
      if (phase_ != Phase::handling) throw;
      failure = base::caught_text();
    }
    if (failure) co_await answer_failure(std::move(*failure));
    if (close_) {
      if (!cut_) co_await linger();
      break;
    }
    // An assignment would keep the memory.
    if (request_.body.capacity() > kBodyKeptBytes) std::string().swap(request_.body);
  }
}

// Reads until `request_` is complete. If bytes of the next request follow (pipelining), they are
// kept in `input_`.
async::Awaitable<Connection::Read> Connection::read_request() {
  RequestParser parser(request_, server_->limits_);
  const Limits& limits = server_->limits_;
  bool continued = false;
  bool drops = false;
  if (input_.size() > 0) started_ = steady_clock::now();
  enter(input_.size() > 0 ? Phase::reading : Phase::idle,
        input_.size() > 0 ? started_ + limits.header_timeout
                          : steady_clock::now() + limits.idle_timeout);
  while (true) {
    if (input_.size() > 0) {
      error_code error;
      const bool in_header = !parser.is_header_done();
      input_.consume(parser.put(input_.data(), error));
      if (error == boost::beast::http::error::need_more) {
        error = {};
      } else if (error) {
        const Refusal refusal = parser.refusal(error);
        if (parser.has_first_line()) server_->service_.body_failed(request_, refusal.reason);
        co_await refuse(refusal);
        co_return Read::refused;
      }
      if (parser.is_done()) co_return Read::request;
      if (in_header && parser.is_header_done()) {
        deadline_ = steady_clock::now() + limits.body_timeout;
      }
      if (request_.body_too_large && !drops) {
        drops = true;
        deadline_ = steady_clock::now() + kDropTimeout;
        server_->service_.body_exceeded(request_);
      }
      if (parser.is_header_done() && !continued && input_.size() == 0 && request_.body.empty() &&
          !request_.http_1_0 && !request_.header(Field::expect).empty()) {
        continued = true;
        const bool continues = co_await write_continue();
        if (!continues) co_return Read::end;
      }
    }
    const bool more = co_await read_more();
    // The parser can use nothing of the input before trailers or a chunk's line are complete.
    if (!more && !cut_ && input_.size() == input_.max_size()) {
      constexpr std::string_view kReason =
          "The request's trailers, or the line before a chunk, are too large.";
      if (parser.has_first_line()) server_->service_.body_failed(request_, kReason);
      co_await refuse({431, kReason});
      co_return Read::refused;
    }
    if (!more) {
      if (parser.has_first_line()) server_->service_.body_failed(request_, {});
      if (cut_ && phase_ == Phase::reading && !server_->stopping_) {
        co_await refuse({408, "The request took too long."});
      }
      co_return Read::end;
    }
    if (phase_ == Phase::idle) {
      started_ = steady_clock::now();
      enter(Phase::reading, started_ + limits.header_timeout);
    }
  }
}

async::Awaitable<bool> Connection::read_more() {
  const size_t room = std::min(kReadBytes, input_.max_size() - input_.size());
  if (room == 0 || cut_) co_return false;
  const auto [error, count] =
      co_await socket_.async_read_some(input_.prepare(room), async::use_awaitable_tuple);
  if (error || cut_) co_return false;
  input_.commit(count);
  co_return true;
}

async::Awaitable<> Connection::answer_request() {
  // There is no deadline here, because the service bounds its own waits.
  enter(Phase::handling, SteadyTime::max());
  ++requests_;
  request_.received_at = system_clock::now();
  const Reply reply = co_await server_->service_.handle(request_);
  phase_ = Phase::writing;
  close_ = close_ || is_last_request();
  const bool written = co_await write(reply.response);
  if (!written) close_ = cut_ = true;
  report_completed(reply);
}

// Sends a 500, because the service has thrown an exception. Not every service logs its replies.
async::Awaitable<> Connection::answer_failure(std::string problem) {
  log::Line(server_->log_, log::Level::error, "a request ended with an exception")
      .field("reason", problem);
  const Reply reply{.response = problem_response({.status = 500}), .problem = std::move(problem)};
  close_ = close_ || is_last_request();
  const bool written = co_await write(reply.response);
  if (!written) close_ = cut_ = true;
  report_completed(reply);
}

bool Connection::is_last_request() const {
  return server_->closing_ || !request_.keep_alive ||
         requests_ >= server_->limits_.requests_per_connection_max;
}

async::Awaitable<> Connection::refuse(Refusal refusal) {
  cut_ = false;
  close_ = true;
  request_.received_at = system_clock::now();
  // A request that was read as HEAD gets a body all the same: its head may not be what was meant.
  request_.verb = Verb::unknown;
  const Reply reply{
      .response = problem_response({.status = refusal.status, .detail = refusal.reason}),
      .problem = std::string(refusal.reason)};
  co_await write(reply.response);
  report_completed(reply);
  co_await linger();
}

void Connection::report_completed(const Reply& reply) {
  const size_t body_bytes = request_.verb == Verb::head ? 0 : reply.response.body.size();
  server_->service_.completed(request_, reply, steady_clock::now() - started_,
                              head_.size() + body_bytes);
}

void Connection::format_head(const ResponseMessage& response) {
  head_.clear();
  head_ += "HTTP/1.1 ";
  base::append_number(head_, response.status);
  head_ += ' ';
  head_ += reason_phrase(response.status);
  head_ += "\r\ndate: ";
  head_ += server_->http_date();
  head_ += "\r\nserver: ";
  head_ += server_->name_;
  if (const std::string_view type = response.content_type(); !type.empty()) {
    head_ += "\r\ncontent-type: ";
    head_ += type;
  }
  if (contract::has_content_length(response.status)) {
    head_ += "\r\ncontent-length: ";
    base::append_number(head_, response.body.size());
  }
  head_ += "\r\n";
  head_ += response.headers;
  if (close_) {
    head_ += "connection: close\r\n";
  } else if (request_.http_1_0) {
    head_ += "connection: keep-alive\r\n";
  }
  head_ += "\r\n";
}

// Returns false if the client is gone.
async::Awaitable<bool> Connection::write(const ResponseMessage& response) {
  format_head(response);
  const bool has_body = request_.verb != Verb::head && !response.body.empty();
  const std::array<asio::const_buffer, 2> parts{
      asio::buffer(head_), has_body ? asio::buffer(response.body) : asio::const_buffer()};
  const size_t size = parts[0].size() + parts[1].size();
  // Nearly every answer fits into the socket's buffer. It then takes one system call, and the
  // coroutine is not suspended.
  error_code error;
  size_t written = socket_.write_some(std::span(parts.data(), has_body ? 2 : 1), error);
  if (error && error != asio::error::would_block) co_return false;
  if (written == size) co_return true;
  enter(Phase::writing, steady_clock::now() + server_->limits_.write_timeout);
  for (const asio::const_buffer& part : parts) {
    const size_t skipped = std::min(written, part.size());
    written -= skipped;
    const auto [failure, count] = co_await asio::async_write(socket_, asio::buffer(part + skipped),
                                                             async::use_awaitable_tuple);
    if (failure || cut_) co_return false;
  }
  co_return true;
}

async::Awaitable<bool> Connection::write_continue() {
  static constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
  const auto [error, count] =
      co_await asio::async_write(socket_, asio::buffer(kContinue), async::use_awaitable_tuple);
  co_return !error && !cut_;
}

// Closes the sending side, then reads and discards for a short while. Closing a socket that has
// unread bytes would reset the connection, and the client could lose the last answer (RFC 9112
// section 9.6).
async::Awaitable<> Connection::linger() {
  enter(Phase::lingering, steady_clock::now() + kLingerTime);
  error_code error;
  socket_.shutdown(asio::ip::tcp::socket::shutdown_send, error);
  size_t discarded = 0;
  while (!error && !cut_ && discarded < kLingerBytesMax) {
    input_.clear();
    const bool more = co_await read_more();
    if (!more) break;
    discarded += input_.size();
  }
}

}  // namespace penstock::http
