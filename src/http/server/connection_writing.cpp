// This part of Connection sends answers.
#include <algorithm>
#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <span>

#include "base/caught_text.h"
#include "base/number_text.h"
#include "contract/openapi/response_status.h"
#include "http/server/connection.h"
#include "http/server/problem.h"

namespace penstock::http {

namespace asio = boost::asio;
using boost::system::error_code;
using std::chrono::steady_clock;

async::Awaitable<> Connection::send(Reply& reply) {
  if (reply.stream) {
    co_await send_stream(reply);
    co_return;
  }
  Unsent unsent = send_now(reply);
  if (unsent.size() > 0) co_await send_rest(unsent, memory_of(reply));
  report_completed(reply);
}

// Nearly every answer fits into the socket's buffer. It then takes one system call, and nothing
// waits. If the client is gone, the connection is cut, and nothing is left to send.
Connection::Unsent Connection::send_now(Reply& reply) {
  Service& service = server_->service_;
  if (reply.response.body.size() >= service.finished_from()) {
    service.finish(workspace_->request, reply.response);
  }
  phase_ = Phase::writing;
  close_ = close_ || is_last_request();
  begin_head(reply.response);
  if (contract::has_content_length(reply.response.status)) {
    workspace_->head += "\r\ncontent-length: ";
    base::append_number(workspace_->head, reply.response.body.size());
  }
  end_head(reply.response);
  const bool has_body = workspace_->request.verb != Verb::head && !reply.response.body.empty();
  Unsent unsent{.head = asio::buffer(workspace_->head),
                .body = has_body ? asio::buffer(reply.response.body) : asio::const_buffer()};
  write_some(unsent);
  return unsent;
}

Connection::Unsent Connection::send_or_fail(Reply& reply) {
  try {
    return send_now(reply);
  } catch (...) {
    if (phase_ != Phase::handling) throw;
    reply = failure_reply(base::caught_text());
  }
  return send_now(reply);
}

void Connection::write_some(Unsent& unsent) {
  const std::array<asio::const_buffer, 2> parts{unsent.head, unsent.body};
  error_code error;
  const size_t written =
      socket_.write_some(std::span(parts.data(), unsent.body.size() > 0 ? 2 : 1), error);
  if (error && error != asio::error::would_block) {
    close_ = cut_ = true;
    unsent = {};
    if (!socket_.is_open()) workspace_->head.clear();  // Nothing of it was sent.
    return;
  }
  take_off(unsent, written);
}

void Connection::take_off(Unsent& unsent, size_t written) {
  const size_t of_head = std::min(written, unsent.head.size());
  unsent.head += of_head;
  unsent.body += written - of_head;
}

async::Awaitable<> Connection::send_rest(Unsent& unsent, size_t reply_bytes) {
  enter(Phase::writing, steady_clock::now() + server_->limits_.write_timeout);
  charge(reply_bytes);
  while (unsent.size() > 0 && !cut_) {
    const bool ready = co_await socket_.wait(WatchedSocket::Direction::write);
    if (ready && !cut_) write_some(unsent);
  }
  if (cut_) close_ = true;
}

async::Awaitable<bool> Connection::write_continue() {
  static constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
  Unsent unsent{.head = asio::buffer(kContinue), .body = {}};
  write_some(unsent);
  // It is shorter than what a socket has room for when all answers before it were sent.
  while (unsent.size() > 0 && !cut_) {
    const bool ready = co_await socket_.wait(WatchedSocket::Direction::write);
    if (ready && !cut_) write_some(unsent);
  }
  co_return !cut_;
}

Connection::SteadyTime Connection::report_completed(const Reply& reply) {
  const RequestMessage& request = workspace_->request;
  const SteadyTime now = steady_clock::now();
  const size_t body_bytes = request.verb == Verb::head ? 0 : reply.response.body.size();
  server_->service_.completed(request, reply, now - started_, workspace_->head.size() + body_bytes);
  return now;
}

// The line about the body's length comes between these two, without its end.
void Connection::begin_head(const ResponseMessage& response) {
  std::string& head = workspace_->head;
  head.clear();
  head += "HTTP/1.1 ";
  base::append_number(head, response.status);
  head += ' ';
  head += reason_phrase(response.status);
  head += "\r\ndate: ";
  head += server_->http_date();
  head += "\r\nserver: ";
  head += server_->name_;
  if (const std::string_view type = response.content_type(); !type.empty()) {
    head += "\r\ncontent-type: ";
    head += type;
  }
}

void Connection::end_head(const ResponseMessage& response) {
  std::string& head = workspace_->head;
  head += "\r\n";
  head += response.headers;
  if (close_) {
    head += "connection: close\r\n";
  } else if (workspace_->request.http_1_0) {
    head += "connection: keep-alive\r\n";
  }
  head += "\r\n";
}

}  // namespace penstock::http
