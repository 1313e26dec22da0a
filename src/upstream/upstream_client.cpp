#include "upstream/upstream_client.h"

#include <boost/asio/error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/system/system_error.hpp>
#include <list>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <utility>

#include "base/ascii_case.h"
#include "log/log.h"
#include "net/url.h"
#include "upstream/circuit.h"
#include "upstream/connect_race.h"
#include "upstream/connection_pool.h"
#include "upstream/http_response_reader.h"
#include "upstream/kept_connection.h"
#include "upstream/name_lookup.h"
#include "upstream/request_head.h"
#include "upstream/retries.h"
#include "upstream/upstream_metrics.h"

namespace penstock::upstream {

namespace asio = boost::asio;
using base::Error;
using base::ErrorCode;
using base::Result;
using Clock = async::SteadyTime::clock;
using std::chrono::milliseconds;

namespace {

// A time-out says something of the upstream only if it had so much time.
constexpr std::chrono::seconds kTelling{1};

async::Awaitable<> throw_if_cancelled() {
  const auto state = co_await asio::this_coro::cancellation_state;
  if (state.cancelled() != asio::cancellation_type::none) {
    throw boost::system::system_error(asio::error::operation_aborted);
  }
}

// Returns the error of an attempt that did nothing, after another one that may have acted.
Error unsure_of(Error error) {
  if (!error.retryable) return error;
  error.retryable = false;
  error.detail += "; an attempt before it may have been seen";
  return error;
}

Verdict verdict_of(const Response& response) {
  switch (response.status) {
    case 429:
      return Verdict::did_nothing;
    case 502:
    case 503:
    case 504:
      return Verdict::failed;
    default:
      return Verdict::final;
  }
}

}  // namespace

std::string_view Response::header(std::string_view wanted) const {
  for (const auto& [name, value] : headers) {
    if (base::same_in_any_case(name, wanted)) return value;
  }
  return {};
}

class Client::Sender : public std::enable_shared_from_this<Sender> {
 public:
  Sender(const resources::Start& start, std::string name, net::Url url, Settings settings)
      : io_(start.io),
        log_(start.log),
        name_(std::move(name)),
        url_(std::move(url)),
        authority_(url_.authority()),
        user_agent_(start.program),
        settings_(settings),
        lookup_(io_, url_.host, url_.port),
        pool_(std::make_shared<ConnectionPool>(
            io_, ConnectionPool::Limits{.connections_max = settings.connections_max,
                                        .waiting_max = settings.waiting_max,
                                        .idle_max = settings.idle_max,
                                        .idle_time = settings.idle_time})),
        circuit_(settings.failures_max, settings.broken_time),
        budget_(settings.retry_share),
        random_(std::random_device()()),
        metrics_(UpstreamMetrics::of(start)),
        counts_(metrics_->counts(name_, url_.host, url_.port)),
        look_(counts_.add([this] {
          return UpstreamCounts::Gauges{.active = pool_->active(),
                                        .idle = pool_->idle(),
                                        .waiting = pool_->waiting(),
                                        .open = circuit_.is_open()};
        })) {
    if (url_.tls) tls_.emplace(client_context());
    if (url_.target.ends_with('/')) url_.target.pop_back();
  }

  Sender(const Sender&) = delete;
  Sender& operator=(const Sender&) = delete;
  ~Sender() { counts_.forget(look_); }

  async::Awaitable<Result<Response>> send(Attempts attempts, bool repeatable,
                                          async::SteadyTime deadline);
  void stop() { pool_->stop(); }
  // Returns the error with the upstream's name before its message, which is a predicate.
  [[nodiscard]] Error named(Error error) const {
    error.message.insert(0, name_ + " ");
    error.detail = url_.text() + (error.detail.empty() ? "" : ": " + error.detail);
    return error;
  }

 private:
  // Is one request's pass through the circuit. What was not said ends as abandoned.
  class Pass {
   public:
    explicit Pass(Sender& sender) : sender_(sender) {}
    Pass(const Pass&) = delete;
    Pass& operator=(const Pass&) = delete;
    ~Pass() {
      if (!said_) sender_.circuit_.abandoned();
    }
    void said() { said_ = true; }

   private:
    Sender& sender_;
    bool said_ = false;
  };

  async::Awaitable<Result<Response>> guarded_try(const Request& request, bool repeatable,
                                                 async::SteadyTime deadline);
  // Sets `asked` when it begins to ask the upstream: an earlier failure says nothing of it.
  async::Awaitable<Result<Response>> try_once(const Request& request, bool repeatable,
                                              async::SteadyTime deadline,
                                              std::optional<async::SteadyTime>& asked);
  async::Awaitable<Result<>> open(ConnectionPool::Place& place, async::SteadyTime deadline);
  async::Awaitable<bool> pause(int attempt, milliseconds at_least, async::SteadyTime deadline);
  // On the heap, as a coroutine's frame of more than 1 KiB would be, too, each time.
  [[nodiscard]] std::unique_ptr<ResponseReader> reader_for(const Request& request) const {
    const ResponseReader::Limits limits{.header_bytes_max = settings_.header_bytes_max,
                                        .body_bytes_max = settings_.body_bytes_max};
    return std::make_unique<ResponseReader>(request.method == "HEAD", limits);
  }
  void judge_upstream(const Result<Response>& result, Clock::duration given);

  asio::io_context& io_;
  log::Log& log_;
  const std::string name_;
  net::Url url_;  // Its target is the prefix, without a slash at its end.
  const std::string authority_;
  const std::string user_agent_;
  const Settings settings_;
  std::optional<asio::ssl::context> tls_;
  NameLookup lookup_;
  std::shared_ptr<ConnectionPool> pool_;
  Circuit circuit_;
  RetryBudget budget_;
  std::minstd_rand random_;
  std::shared_ptr<UpstreamMetrics> metrics_;
  UpstreamCounts& counts_;
  std::list<UpstreamCounts::Look>::iterator look_;
};

async::Awaitable<Result<Response>> Client::Sender::send(Attempts attempts, bool repeatable,
                                                        async::SteadyTime deadline) {
  const auto self = shared_from_this();
  budget_.on_request();
  bool unsure = false;  // Whether an attempt so far may have acted.
  for (int attempt = 1;; ++attempt) {
    auto request = attempts.make();
    if (!request) co_return request.error();
    auto result = co_await guarded_try(*request, repeatable, deadline);
    co_await throw_if_cancelled();
    milliseconds at_least{0};
    bool again = false;
    bool may_have_acted = false;
    if (result) {
      result->unsure = result->unsure || unsure;
      const Verdict verdict = attempts.judge(*result);
      may_have_acted = verdict != Verdict::did_nothing;
      again = verdict == Verdict::did_nothing || (verdict == Verdict::failed && repeatable);
      at_least = retry_after(result->header("retry-after"), std::chrono::system_clock::now())
                     .value_or(milliseconds(0));
    } else {
      const Error& error = result.error();
      again = (error.code == ErrorCode::unavailable || error.code == ErrorCode::timed_out) &&
              (error.retryable || repeatable);
      may_have_acted = !error.retryable;
      if (unsure) result = unsure_of(result.error());
    }
    unsure = unsure || may_have_acted;
    if (!again || attempt >= settings_.attempts_max || circuit_.is_open()) co_return result;
    const bool paused = co_await pause(attempt, at_least, deadline);
    if (!paused) co_return result;
  }
}

// Waits before the next attempt. Returns false if there is no time or no budget for one.
async::Awaitable<bool> Client::Sender::pause(int attempt, milliseconds at_least,
                                             async::SteadyTime deadline) {
  const auto end = Clock::now() + std::max(at_least, retry_pause(attempt, random_));
  if (end >= deadline || !budget_.take()) co_return false;
  counts_.retried();
  async::Timer timer(io_.get_executor(), end);
  co_await timer.async_wait(async::use_awaitable_tuple);
  co_await throw_if_cancelled();
  co_return true;
}

async::Awaitable<Result<Response>> Client::Sender::guarded_try(const Request& request,
                                                               bool repeatable,
                                                               async::SteadyTime deadline) {
  const auto began = Clock::now();
  if (began >= deadline) {
    co_return named({ErrorCode::unavailable, "was not asked: the deadline has passed", {}, true});
  }
  if (!circuit_.enter(began)) {
    co_return named(
        {ErrorCode::unavailable, "was not asked, since its last requests have failed", {}, true});
  }
  Pass pass(*this);
  std::optional<async::SteadyTime> asked;
  auto result = co_await try_once(request, repeatable, deadline, asked);
  co_await throw_if_cancelled();
  if (asked) {
    pass.said();
    const Clock::duration given = deadline - *asked;
    judge_upstream(result, std::min<Clock::duration>(given, settings_.attempt_timeout));
  }
  co_return result;
}

void Client::Sender::judge_upstream(const Result<Response>& result, Clock::duration given) {
  bool failed = false;
  if (result) {
    failed = result->status >= 502 && result->status <= 504;
  } else if (result.error().code == ErrorCode::timed_out) {
    if (given < std::min<Clock::duration>(kTelling, settings_.attempt_timeout)) {
      return circuit_.abandoned();
    }
    failed = true;
  } else {
    failed = result.error().code != ErrorCode::too_large;
  }
  if (failed && circuit_.failed(Clock::now())) {
    counts_.circuit_opened();
    log::Line(log_, log::Level::warning, "an upstream is not asked for a while: it has failed")
        .field("upstream", name_)
        .field("failures", settings_.failures_max)
        .field("reason", result ? "status " + std::to_string(result->status)
                                : base::describe(result.error()));
  }
  if (!failed && circuit_.succeeded()) {
    log::Line(log_, log::Level::info, "an upstream answers again").field("upstream", name_);
  }
}

async::Awaitable<Result<>> Client::Sender::open(ConnectionPool::Place& place,
                                                async::SteadyTime deadline) {
  const auto end = async::at_most(deadline, settings_.connect_timeout);
  const auto failed = [this](const boost::system::error_code& error, const char* doing) {
    const bool late = error == asio::error::timed_out;
    return named({late ? ErrorCode::timed_out : ErrorCode::unavailable,
                  late ? "could not be reached in time" : "cannot be reached",
                  std::string(doing) + ": " + error.message(), true});
  };
  auto endpoints = co_await lookup_.find(end);
  if (!endpoints) co_return failed(endpoints.error(), "looking up its name");
  auto socket = co_await connect_first(io_, std::move(*endpoints), end);
  if (!socket) co_return failed(socket.error(), "connecting");
  place.connection = std::make_unique<KeptConnection>(std::move(*socket));
  if (!tls_) co_return Result<>();
  auto secured = co_await place.connection->secure(*tls_, url_.host, end);
  if (secured) co_return Result<>();
  Error error = named(secured.error());
  error.retryable = true;
  co_return error;
}

async::Awaitable<Result<Response>> Client::Sender::try_once(
    const Request& request, bool repeatable, async::SteadyTime deadline,
    std::optional<async::SteadyTime>& asked) {
  auto head = request_head(
      request, {.authority = authority_, .prefix = url_.target, .user_agent = user_agent_});
  if (!head) {
    Error error = head.error();
    error.message.insert(0, name_ + ": ");
    co_return error;
  }
  auto place = co_await pool_->place(deadline);
  if (!place) co_return named(place.error());
  asked = Clock::now();
  const auto end = std::min(deadline, *asked + settings_.attempt_timeout);
  bool kept = place->connection != nullptr;
  bool sent_before = false;  // On a kept connection, which the upstream may have closed after that.
  while (true) {
    if (!place->connection) {
      const auto began = Clock::now();
      auto opened = co_await open(*place, end);
      if (!opened) {
        counts_.attempted(request.method, opened.error(), Clock::now() - began);
        co_return sent_before ? unsure_of(opened.error()) : opened.error();
      }
    }
    const auto reader = reader_for(request);
    KeptConnection::Progress progress;
    const auto began = Clock::now();
    auto done = co_await place->connection->exchange(*head, request.body, *reader, end, progress);
    if (done) {
      if (reader->may_keep()) place->keep();
      Result<Response> response = reader->take();
      response->unsure = sent_before;
      counts_.attempted(request.method, response, Clock::now() - began);
      co_return response;
    }
    place->connection.reset();
    co_await throw_if_cancelled();
    counts_.attempted(request.method, done.error(), Clock::now() - began);
    // The upstream may have closed the kept connection while the request was on its way.
    const bool closed = done.error().code == ErrorCode::unavailable && !progress.answered;
    if (!kept || !closed || (progress.sent && !repeatable)) {
      Error error = named(done.error());
      error.retryable = !progress.sent && !sent_before;
      co_return error;
    }
    kept = false;
    sent_before = progress.sent;
  }
}

Client::Client(std::shared_ptr<Sender> sender) : sender_(std::move(sender)) {}

Client::~Client() {
  sender_->stop();
}

Result<std::unique_ptr<Client>> Client::make(const resources::Start& start, std::string name,
                                             std::string_view text, Settings settings) {
  auto url = net::Url::parse(text);
  const auto wrong = [&](const std::string& predicate) {
    return Error{ErrorCode::invalid, "the URL of the upstream " + name + " " + predicate};
  };
  if (!url) return wrong(url.error().message);
  if (url->target.find('?') != std::string::npos) return wrong("has a query");
  if (settings.connections_max == 0 || settings.attempts_max < 1) {
    return Error{ErrorCode::invalid,
                 "the upstream " + name + " must have at least one connection and one attempt"};
  }
  try {
    return std::unique_ptr<Client>(
        new Client(std::make_shared<Sender>(start, std::move(name), std::move(*url), settings)));
  } catch (const boost::system::system_error& error) {
    return Error{ErrorCode::internal, "TLS cannot be set up", error.what()};
  }
}

async::Awaitable<Result<Response>> Client::send(Request request, async::SteadyTime deadline) {
  const bool repeatable = request.repeatable.value_or(is_idempotent(request.method));
  Attempts attempts;
  // Copied for each attempt, as a retry is rare and a first attempt costs one move.
  attempts.make = [&request]() -> Result<Request> { return request; };
  attempts.judge = verdict_of;
  co_return co_await sender_->send(std::move(attempts), repeatable, deadline);
}

async::Awaitable<Result<Response>> Client::send(Attempts attempts, bool repeatable,
                                                async::SteadyTime deadline) {
  return sender_->send(std::move(attempts), repeatable, deadline);
}

}  // namespace penstock::upstream
