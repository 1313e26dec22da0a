// This part of Connection decides how a request is served: at once, or by a coroutine.
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <utility>

#include "base/caught_text.h"
#include "http/server/connection.h"

namespace penstock::http {

namespace asio = boost::asio;
using boost::system::error_code;
using std::chrono::steady_clock;

error_code Connection::begin(std::unique_ptr<Connection> self) {
  const error_code error = self->socket_.begin();
  if (!error) static_cast<void>(self.release());  // It destroys itself.
  return error;
}

// The socket calls this for an idle connection that has got something. If nobody has taken `self`
// at the end, the connection ends.
void Connection::wake() {
  if (running_ || cut_) return;
  running_ = true;
  Server& server = *server_;
  std::unique_ptr<Connection> self(this);
  try {
    if (!serve_at_once(self)) return;
    running_ = false;
    static_cast<void>(self.release());
  } catch (...) {
    self.reset();
    server.log_failure(std::current_exception());
  }
}

// Returns true if the connection is idle again. Otherwise it has ended, or a coroutine has it.
bool Connection::serve_at_once(std::unique_ptr<Connection>& self) {
  const SteadyTime idle_until = deadline_;
  begin_request();
  RequestParser parser(workspace_->request, server_->limits_, std::exchange(empty_lines_, 0));
  const Progress progress = read(parser);
  if (!parser.has_begun()) {
    if (progress == Progress::ended) return false;
    if (progress == Progress::more && workspace_->input_size() == 0 && !socket_.is_readable()) {
      empty_lines_ = parser.empty_lines();
      rest(idle_until);
      return !cut_;
    }
  }
  const bool plain = progress == Progress::whole && !early_reply_ && !parser.body_is_too_large() &&
                     !server_->is_over_budget();
  if (plain) {
    charge_decided();
    if (!evicted_) return answer_at_once(self, parser);
  }
  go_on(std::move(self),
        {.parser = std::move(parser), .progress = progress, .idle_until = idle_until});
  return false;
}

bool Connection::answer_at_once(std::unique_ptr<Connection>& self, RequestParser& parser) {
  phase_ = Phase::handling;
  begin_handling();
  Begun begun{.parser = std::move(parser), .idle_until = {}};
  try {
    begun.handling.emplace(server_->service_.begin(workspace_->request));
  } catch (...) {
    begun.handling.emplace(failure_reply(base::caught_text()));
  }
  if (auto* const later = std::get_if<async::Awaitable<Reply>>(&*begun.handling)) {
    enter(Phase::handling, SteadyTime::max());
    Server& server = *server_;
    spawn(server, answer_later(std::move(self), std::move(*later)));
    return false;
  }
  Reply* const reply = std::get_if<Reply>(&*begun.handling);
  if (reply->stream) {
    enter(Phase::handling, SteadyTime::max());
    go_on(std::move(self), std::move(begun));
    return false;
  }
  const Unsent unsent = send_or_fail(*reply);
  if (unsent.size() > 0) {
    const size_t body_bytes =
        workspace_->request.verb == Verb::head ? 0 : reply->response.body.size();
    begun.sent = workspace_->head.size() + body_bytes - unsent.size();
    go_on(std::move(self), std::move(begun));
    return false;
  }
  const SteadyTime now = report_completed(*reply);
  if (cut_) return false;
  if (!is_quiet()) {
    begun.answered = true;
    go_on(std::move(self), std::move(begun));
    return false;
  }
  rest(now + server_->limits_.idle_timeout);
  return !cut_;
}

void Connection::go_on(std::unique_ptr<Connection> self, Begun begun) {
  Server& server = *self->server_;
  spawn(server, run(std::move(self), std::move(begun)));
}

void Connection::spawn(Server& server, async::Awaitable<> coroutine) {
  asio::co_spawn(server.io_.get_executor(), std::move(coroutine),
                 server.lifetime_.guard([&server](const std::exception_ptr& failure) {
                   server.log_failure(failure);
                 }));
}

async::Awaitable<> Connection::run(std::unique_ptr<Connection> self, Begun begun) {
  const bool goes_on = co_await self->finish(begun);
  const bool idle = co_await self->serve_next(goes_on, begun.idle_until);
  if (!idle) co_return;
  self->running_ = false;
  static_cast<void>(self.release());
}

// Sends the reply that the service gives after a wait, which is the whole work for most requests
// that publish.
async::Awaitable<> Connection::answer_later(std::unique_ptr<Connection> self,
                                            async::Awaitable<Reply> later) {
  std::optional<Reply> reply;
  try {
    Reply given = co_await std::move(later);
    reply.emplace(std::move(given));
  } catch (...) {
    reply.emplace(self->failure_reply(base::caught_text()));
  }
  if (reply->stream) [[unlikely]] {
    co_await self->send_stream(*reply);
  } else {
    Unsent unsent = self->send_or_fail(*reply);
    if (unsent.size() > 0) co_await self->send_rest(unsent, memory_of(*reply));
    const SteadyTime now = self->report_completed(*reply);
    if (!self->cut_ && self->is_quiet()) {
      self->rest(now + self->server_->limits_.idle_timeout);
      self->running_ = false;
      static_cast<void>(self.release());
      co_return;
    }
  }
  const bool idle = co_await self->serve_next(true, {});
  if (!idle) co_return;
  self->running_ = false;
  static_cast<void>(self.release());
}

// Says whether nothing is left to do until the client sends something.
bool Connection::is_quiet() const {
  return !close_ && workspace_->input_size() == 0 && !socket_.is_readable();
}

// Serves what is there until the connection is idle again, and returns true then. Otherwise it
// ends. `goes_on` says whether it does after the last request.
async::Awaitable<bool> Connection::serve_next(bool goes_on, SteadyTime idle_until) {
  while (goes_on) {
    // Empty lines are no request, and prolong nothing (RFC 9112 section 2.2).
    if (phase_ != Phase::header) idle_until = steady_clock::now() + server_->limits_.idle_timeout;
    if (close_) {
      if (!cut_) co_await linger();
      co_return false;
    }
    if (cut_ && !evicted_) co_return false;
    if (is_quiet()) {
      rest(idle_until);
      co_return !cut_;
    }
    // Others have their turn before the next request, which is there already (pipelining).
    if (phase_ != Phase::header || workspace_->input_size() > 0) {
      workspace_->free_large_request();
      charge();
      started_ = steady_clock::now();  // The next request has not been slow yet.
      enter(Phase::header, started_ + server_->limits_.header_timeout);
    }
    co_await asio::post(socket_.executor(), async::use_awaitable);
    // One that was evicted meanwhile gets its answer, too.
    if (cut_ && !evicted_) co_return false;
    begin_request();
    RequestParser parser(workspace_->request, server_->limits_, std::exchange(empty_lines_, 0));
    const Progress progress = workspace_->input_size() > 0 ? parse(parser, {}) : read(parser);
    if (!parser.has_begun() && progress == Progress::ended && !evicted_) co_return false;
    goes_on = co_await serve_request(parser, progress);
  }
  co_return false;
}

// Finishes what wake() has begun. Returns false if the connection ends without another word.
async::Awaitable<bool> Connection::finish(Begun& begun) {
  if (begun.answered) co_return true;
  if (!begun.handling) {
    const bool goes_on = co_await serve_request(begun.parser, begun.progress);
    co_return goes_on;
  }
  if (!begun.sent) {
    co_await answer_by(*begun.handling);
    co_return true;
  }
  Reply& reply = std::get<Reply>(*begun.handling);
  const bool has_body = workspace_->request.verb != Verb::head;
  Unsent unsent{.head = asio::buffer(workspace_->head),
                .body = has_body ? asio::buffer(reply.response.body) : asio::const_buffer()};
  take_off(unsent, *begun.sent);
  co_await send_rest(unsent, memory_of(reply));
  report_completed(reply);
  co_return true;
}

}  // namespace penstock::http
