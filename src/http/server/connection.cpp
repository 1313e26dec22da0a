#include "http/server/connection.h"

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <utility>

#include "base/caught_text.h"
#include "http/server/problem.h"

namespace penstock::http {

namespace asio = boost::asio;
using boost::system::error_code;
using std::chrono::steady_clock;
using std::chrono::system_clock;

namespace {

// A workspace keeps so much for its next request, of each kind of memory.
constexpr size_t kKeptBytes = 16 * 1024;
// What a request that is not finished takes besides: its workspace, its parser and the frames of
// its coroutines. It was measured with ten thousand of them.
constexpr size_t kRequestBytes = 2048;
constexpr size_t kLingerBytesMax = 256 * 1024;
constexpr std::chrono::seconds kLingerTime{2};

// An assignment would keep the memory.
void free_if_large(std::string& text) {
  if (text.capacity() > kKeptBytes) std::string().swap(text);
}

}  // namespace

size_t Workspace::memory() const {
  return request.memory() + head.capacity() + input.capacity();
}

void Workspace::shrink() {
  // What one client has sent must never be read as another one's request.
  input.clear();
  parsed = 0;
  head.clear();
  request.clear();
  free_if_large(head);
  free_if_large(input);
  free_large_request();
}

void Workspace::free_large_request() {
  if (request.memory() <= kKeptBytes) return;
  RequestMessage fresh;
  std::swap(request, fresh);
}

Connection::Connection(Server& server, ClientSocket socket, bool reserved)
    : server_(&server),
      reserved_(reserved),
      socket_(std::move(socket), server.ready_, *this, server.io_.get_executor()) {
  started_ = steady_clock::now();
  server_->add(*this);
  enter(Phase::idle, started_ + server_->limits_.idle_timeout);
}

Connection::~Connection() {
  if (server_ != nullptr) server_->remove(*this);
}

void Connection::forget_server() {
  server_ = nullptr;
  socket_.forget_set();
  if (!running_ && !ending_) delete this;
}

void Connection::enter(Phase phase, SteadyTime deadline) {
  phase_ = phase;
  deadline_ = deadline;
  server_->list(*this);
}

void Connection::cut_if_overdue(SteadyTime now) {
  if (now < deadline_ || cut_) return;
  switch (phase_) {
    case Phase::idle:
      return cut(CutReason::idle_timeout);
    case Phase::header:
      return cut(CutReason::header_timeout);
    case Phase::body:
    case Phase::dropping:
      return cut(CutReason::body_timeout);
    case Phase::writing:
      return cut(CutReason::write_timeout);
    case Phase::handling:
    case Phase::streaming:
      return;
    case Phase::lingering:
      break;  // The client has its answer, and nothing is lost.
  }
  cut_ = true;
  end_waits();
}

void Connection::end_after_answer() {
  close_ = true;
  end_stream();
  if (phase_ == Phase::dropping) {
    deadline_ = std::min(deadline_, steady_clock::now() + kLingerTime);
  }
  if (phase_ != Phase::idle && phase_ != Phase::lingering) return;
  cut_ = true;
  end_waits();
}

void Connection::cut(CutReason reason) {
  if (cut_) return;
  cut_ = true;
  cut_reason_ = reason;
  ++server_->statistics_.cut[static_cast<size_t>(reason)];
  end_stream();
  if (reason == CutReason::replaced) socket_.close();
  end_waits();
}

void Connection::evict() {
  cut_ = evicted_ = true;
  server_->charge(*this, 0);  // The coroutine frees the memory as soon as it is resumed.
  server_->count_refusal(RefusalReason::buffered_bytes);
  end_waits();
}

// Lets the coroutine see that the connection ends. Without one the connection is destroyed soon,
// but not now: the lists of the server may be walked through.
void Connection::end_waits() {
  if (running_) return socket_.cancel();
  if (std::exchange(ending_, true)) return;
  asio::post(socket_.executor(), [self = std::unique_ptr<Connection>(this)] {});
}

Connection::SteadyTime Connection::idle_since() const {
  return deadline_ - server_->limits_.idle_timeout;
}

bool Connection::has_unread_bytes() const {
  return socket_.available() > 0;
}

bool Connection::is_evictable() const {
  return !cut_ && charged_bytes_ > 0 &&
         (phase_ == Phase::header || phase_ == Phase::body || phase_ == Phase::writing ||
          phase_ == Phase::dropping);
}

void Connection::charge(size_t reply_bytes) {
  server_->charge(*this, kRequestBytes + workspace_->memory() + reply_bytes);
}

// Starts to wait for the next request, without any memory of the last one.
void Connection::rest(SteadyTime deadline) {
  if (workspace_) server_->give_back(std::move(workspace_));
  early_reply_.reset();
  if (charged_bytes_ > 0) server_->charge(*this, 0);
  enter(Phase::idle, deadline);
}

void Connection::begin_request() {
  if (!workspace_) workspace_ = server_->take_workspace();
  workspace_->request.connection = socket_.descriptor();
  workspace_->request.client = this;
  workspace_->request.may_wait = !reserved_;
  early_reply_.reset();
  started_ = steady_clock::now();
  // It is listed when it waits for more, which few do.
  phase_ = Phase::header;
  deadline_ = started_ + server_->limits_.header_timeout;
  listed_ = false;
}

// Answers the request, as soon as that is possible: if the service keeps no byte of the body, the
// rest of it may still be on its way.
async::Awaitable<> Connection::answer(RequestParser& parser) {
  // There is no deadline here, because the service bounds its own waits.
  enter(Phase::handling, SteadyTime::max());
  begin_handling();
  close_ = close_ || is_rest_doubtful(parser);
  std::optional<Handling> handling;
  try {
    if (parser.body_is_too_large()) {
      early_reply_ = std::make_unique<Reply>(server_->service_.too_large(workspace_->request));
    }
    if (!early_reply_) handling.emplace(server_->service_.begin(workspace_->request));
  } catch (...) {
    early_reply_ = std::make_unique<Reply>(failure_reply(base::caught_text()));
  }
  if (early_reply_) {
    co_await send(*early_reply_);
  } else {
    co_await answer_by(*handling);
  }
}

async::Awaitable<> Connection::answer_by(Handling& handling) {
  try {
    if (auto* const later = std::get_if<async::Awaitable<Reply>>(&handling)) {
      Reply reply = co_await std::move(*later);
      handling.emplace<Reply>(std::move(reply));
    }
    Reply& reply = std::get<Reply>(handling);
    if (reply.stream) [[unlikely]] {
      co_await send_stream(reply);
      co_return;
    }
    Unsent unsent = send_now(reply);
    if (unsent.size() > 0) co_await send_rest(unsent, memory_of(reply));
    report_completed(reply);
    co_return;
  } catch (...) {
    if (phase_ != Phase::handling) throw;
    early_reply_ = std::make_unique<Reply>(failure_reply(base::caught_text()));
  }
  co_await send(*early_reply_);
}

void Connection::begin_handling() {
  ++requests_;
  workspace_->request.received_at = system_clock::now();
}

// Says whether the client may leave out the rest of the body, or whether it is too large to be
// dropped. A client that has not got its 100 may go on with either (RFC 9110 section 10.1.1).
bool Connection::is_rest_doubtful(const RequestParser& parser) const {
  if (parser.is_done()) return false;
  const bool nothing_came = parser.dropped_bytes() == 0 && workspace_->request.body.empty();
  if (nothing_came && !workspace_->request.header(Field::expect).empty()) return true;
  return parser.bytes_left() > static_cast<uint64_t>(server_->limits_.dropped_bytes_max);
}

// Not every service logs its replies.
Reply Connection::failure_reply(std::string problem) {
  log::Line(server_->log_, log::Level::error, "a request ended with an exception")
      .field("reason", problem);
  return {.response = problem_response({.status = 500}), .problem = std::move(problem)};
}

bool Connection::is_last_request() const {
  return reserved_ || server_->closing_ || !workspace_->request.keep_alive ||
         requests_ >= server_->limits_.requests_per_connection_max;
}

// Reads and drops the rest of a body whose request is answered, within a bound. If it ends there,
// the connection can go on.
async::Awaitable<> Connection::drop_rest(RequestParser& parser) {
  const auto patience =
      std::min<steady_clock::duration>(kDropTimeout, server_->limits_.body_timeout);
  enter(Phase::dropping, steady_clock::now() + patience);
  const auto bytes_max = static_cast<size_t>(server_->limits_.dropped_bytes_max);
  Progress progress = Progress::more;
  while (progress == Progress::more && parser.dropped_bytes() <= bytes_max && !cut_) {
    const bool ready = co_await wait_for_bytes();
    if (!ready) break;
    progress = read(parser);
  }
  if (progress == Progress::ended) cut_ = true;
  if (progress != Progress::whole) close_ = true;
}

// Answers a request that never became whole, and tells the service.
async::Awaitable<> Connection::refuse_unfinished(const RequestParser& parser, Refusal refusal) {
  if (parser.has_first_line()) {
    server_->service_.body_failed(workspace_->request, refusal.reason);
  }
  co_await refuse(refusal);
}

async::Awaitable<> Connection::refuse(Refusal refusal, bool retry) {
  cut_ = false;
  close_ = true;
  RequestMessage& request = workspace_->request;
  std::string().swap(request.body);
  std::string().swap(workspace_->input);
  workspace_->parsed = 0;
  request.received_at = system_clock::now();
  // A request that was read as HEAD gets a body all the same: its head may not be what was meant.
  request.verb = Verb::unknown;
  Reply reply{.response = problem_response({.status = refusal.status, .detail = refusal.reason}),
              .problem = std::string(refusal.reason)};
  if (retry) {
    reply.response.add_header("retry-after", "1");
    reply.problem = "the budget of bytes is used up: see BUFFERED_BYTES_MAX";
  }
  evicted_ = false;
  co_await send(reply);
  if (!evicted_) co_await linger();
}

// Closes the sending side, then reads and discards for a short while. Closing a socket that has
// unread bytes would reset the connection, and the client could lose the last answer (RFC 9112
// section 9.6).
async::Awaitable<> Connection::linger() {
  if (workspace_) server_->give_back(std::move(workspace_));
  server_->charge(*this, 0);
  enter(Phase::lingering, steady_clock::now() + kLingerTime);
  error_code error;
  socket_.shutdown_send(error);
  size_t discarded = 0;
  while (!error && !cut_ && discarded < kLingerBytesMax) {
    discarded += socket_.read_some(asio::buffer(server_->read_buffer_), error);
    if (error != asio::error::would_block) continue;
    error = {};
    const bool ready = co_await socket_.wait(WatchedSocket::Direction::read);
    if (!ready) break;
  }
}

}  // namespace penstock::http
