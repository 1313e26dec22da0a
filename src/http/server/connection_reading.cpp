// This part of Connection reads requests.
#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/beast/http/error.hpp>
#include <utility>

#include "base/caught_text.h"
#include "base/check.h"
#include "http/server/connection.h"
#include "http/server/problem.h"

namespace penstock::http {

namespace asio = boost::asio;
using boost::system::error_code;
using std::chrono::steady_clock;

namespace {

// What is read at once of a request: most have no more than the first number. A body that is kept
// is read by the whole of Server::read_buffer_. One that is dropped is not, so that clients that
// send much have short turns.
constexpr size_t kFirstReadBytes = 4096;
constexpr size_t kNextReadBytes = 16 * 1024;

}  // namespace

// Serves one request, which has come so far. Returns false if the connection ends without another
// word: the client is gone, or has been refused.
async::Awaitable<bool> Connection::serve_request(RequestParser& parser, Progress progress) {
  bool continued = false;
  while (progress == Progress::more) {
    // The service was asked, and must wait.
    if (parser.awaits_decision()) [[unlikely]] {
      const bool decided = co_await decide(parser);
      progress = decided ? parse(parser, {}) : Progress::ended;
      continue;
    }
    if (!continued && wants_continue(parser)) {
      continued = true;
      if (!parser.is_decided()) admit(parser);
      if (!parser.is_decided()) {
        const bool decided = co_await decide(parser);
        if (!decided) progress = Progress::ended;
        if (!decided) break;
      }
      if (!parser.drops_body()) {
        const bool written = co_await write_continue();
        if (!written) progress = Progress::ended;
        if (!written) break;
      }
    }
    // The client may send an empty line behind its last request.
    if (!parser.has_begun() && workspace_->input_size() == 0) {
      empty_lines_ = parser.empty_lines();
      co_return true;
    }
    if (parser.drops_body()) break;  // The answer does not depend on the rest.
    enter_reading(parser);
    const bool ready = co_await wait_for_bytes();
    progress = ready ? read(parser) : Progress::ended;
  }
  if (progress == Progress::refused) {
    co_await refuse_unfinished(parser, refusal_);
    co_return false;
  }
  if (progress == Progress::whole || progress == Progress::more) charge_decided();
  if (evicted_) {
    static constexpr std::string_view kReason =
        "The server is short of memory for requests. Try again.";
    if (parser.has_first_line()) server_->service_.body_failed(workspace_->request, kReason);
    co_await refuse({503, kReason}, true);
    co_return false;
  }
  if (progress == Progress::ended) {
    if (parser.has_first_line()) server_->service_.body_failed(workspace_->request, {});
    if (cut_reason_ == CutReason::header_timeout || cut_reason_ == CutReason::body_timeout) {
      co_await refuse({408, "The request took too long."});
    }
    co_return false;
  }
  co_await answer(parser);
  if (!parser.is_done() && !close_ && !cut_) co_await drop_rest(parser);
  co_return true;
}

// Counts a request whose answer depends on nothing that is still to come. Those without a body get
// an answer even if others have the whole budget, because nothing more is needed for them, as long
// as they do not have to wait for it.
void Connection::charge_decided() {
  RequestMessage& request = workspace_->request;
  if (request.body.empty()) phase_ = Phase::handling;
  charge();
  request.may_wait = !reserved_ && !server_->is_over_budget();
}

// Returns false if the client is gone, or the connection is cut.
async::Awaitable<bool> Connection::wait_for_bytes() {
  charge();
  if (cut_) co_return false;
  const bool ready = co_await socket_.wait(WatchedSocket::Direction::read);
  co_return ready && !cut_;
}

void Connection::enter_reading(const RequestParser& parser) {
  if (parser.is_header_done() && phase_ == Phase::header) {
    enter(Phase::body, steady_clock::now() + server_->limits_.body_timeout);
  } else if (!std::exchange(listed_, true)) {
    server_->list(*this);
  }
}

// Reads what is there, into memory that all connections share, and parses it.
Connection::Progress Connection::read(RequestParser& parser) {
  const size_t input_max = static_cast<size_t>(server_->limits_.header_bytes_max) + kNextReadBytes;
  const size_t input_size = workspace_->input_size();
  base::check(input_size < input_max, "the parser bounds each line");
  size_t room = parser.has_begun() ? kNextReadBytes : kFirstReadBytes;
  if (parser.is_header_done() && !parser.drops_body()) room = server_->read_buffer_.size();
  char* const buffer = server_->read_buffer_.data();
  error_code error;
  const size_t count =
      socket_.read_some(asio::buffer(buffer, std::min(room, input_max - input_size)), error);
  if (error == asio::error::would_block) return Progress::more;
  if (error) return Progress::ended;
  return parse(parser, {buffer, count});
}

// Gives the parser what was read before, and `bytes`. What it does not take stays in the workspace.
Connection::Progress Connection::parse(RequestParser& parser, std::string_view bytes) {
  std::string& input = workspace_->input;
  const bool from_input = !input.empty();
  if (from_input) {
    if (!bytes.empty()) input.erase(0, std::exchange(workspace_->parsed, 0));
    input += bytes;
    bytes = std::string_view(input).substr(workspace_->parsed);
  }
  Progress progress = Progress::more;
  size_t taken = 0;
  while (taken < bytes.size()) {
    error_code error;
    const size_t count =
        parser.put(asio::buffer(bytes.data() + taken, bytes.size() - taken), error);
    taken += count;
    if (error == boost::beast::http::error::need_more) break;
    if (error) {
      refusal_ = parser.refusal(error);
      progress = Progress::refused;
      break;
    }
    if (parser.is_done()) {
      progress = Progress::whole;
      break;
    }
    if (parser.awaits_decision()) {
      admit(parser);
      if (!parser.is_decided()) break;
    } else if (count == 0) {
      break;
    }
  }
  if (!from_input) {
    if (taken < bytes.size()) input.assign(bytes.substr(taken));
  } else if (taken == bytes.size()) {
    input.clear();
    workspace_->parsed = 0;
  } else {
    workspace_->parsed += taken;
  }
  return progress;
}

// Lets the service decide on the body. If it must wait, nothing is decided yet.
void Connection::admit(RequestParser& parser) {
  try {
    Admission admission = server_->service_.admit(workspace_->request);
    if (!std::holds_alternative<DecideLater>(admission)) take(std::move(admission), parser);
  } catch (...) {
    early_reply_ = std::make_unique<Reply>(failure_reply(base::caught_text()));
    parser.drop_body();
  }
}

// Waits for the service's decision on the body. Returns false if the connection is cut.
async::Awaitable<bool> Connection::decide(RequestParser& parser) {
  charge();
  if (cut_) co_return false;
  // There is no deadline here, because the service bounds its own waits.
  enter(Phase::handling, SteadyTime::max());
  try {
    Admission admission = co_await server_->service_.decide(workspace_->request);
    take(std::move(admission), parser);
  } catch (...) {
    early_reply_ = std::make_unique<Reply>(failure_reply(base::caught_text()));
    parser.drop_body();
  }
  // The client has its whole time for the body, because the wait was not its own.
  enter(Phase::body, steady_clock::now() + server_->limits_.body_timeout);
  co_return !cut_;
}

void Connection::take(Admission&& admission, RequestParser& parser) {
  base::check(!std::holds_alternative<DecideLater>(admission), "a service decides after its wait");
  if (const auto* keep = std::get_if<KeepBody>(&admission)) {
    return parser.keep_body(keep->bytes_max);
  }
  if (auto* reply = std::get_if<Reply>(&admission)) {
    early_reply_ = std::make_unique<Reply>(std::move(*reply));
  }
  parser.drop_body();
}

// Says whether the client waits for a 100 before it sends the body.
bool Connection::wants_continue(const RequestParser& parser) const {
  const RequestMessage& request = workspace_->request;
  return parser.is_header_done() && workspace_->input_size() == 0 && request.body.empty() &&
         !request.http_1_0 && !request.header(Field::expect).empty();
}

}  // namespace penstock::http
