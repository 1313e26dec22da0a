#include "http/waiting_handlers.h"

#include <algorithm>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/intrusive/list.hpp>
#include <map>
#include <new>
#include <utility>
#include <vector>

#include "base/check.h"
#include "http/metrics.h"
#include "http/waiting_request.h"

namespace penstock::http {

namespace asio = boost::asio;
namespace intrusive = boost::intrusive;
using async::SteadyTime;
using std::chrono::steady_clock;

// Has what is counted of an operation.
struct WaitingHandlers::Counts {
  contract::HandlerLimits limits;
  size_t in_flight = 0;
  uint64_t refused = 0;
  uint64_t late = 0;
  uint64_t left = 0;
};

// Is one call of a handler.
struct WaitingHandlers::Call
    : intrusive::list_base_hook<intrusive::link_mode<intrusive::auto_unlink>> {
  void forget() {
    request.clear();
    answer.reset();
    failure = {};
    client_left = false;
  }

  WaitingRequest request;
  ValidRequest valid;  // Its route, operation and handler.
  Counts* counts = nullptr;
  SteadyTime deadline;
  size_t body_bytes = 0;
  std::optional<async::Timer> timer;  // The end of the wait cancels it.
  asio::cancellation_signal cancel;
  std::optional<Answer> answer;
  std::exception_ptr failure;
  bool client_left = false;
  bool runs = false;        // The handler has not ended.
  bool is_awaited = false;  // The request has not been answered.
};

// Outlives the coroutines.
struct WaitingHandlers::Shared {
  ~Shared() { base::check(running.empty(), "each coroutine shares this"); }

  [[nodiscard]] std::unique_ptr<Call> take_call() {
    if (spare.empty()) return std::make_unique<Call>();
    auto call = std::move(spare.back());
    spare.pop_back();
    return call;
  }
  // Frees a call that has neither a handler nor a client any more.
  void give_back(Call& call) {
    std::unique_ptr<Call> owned(&call);
    call.forget();
    if (spare.size() >= kSpareCallsMax || call.request.is_large()) return;
    spare.push_back(std::move(owned));
  }

  std::map<const contract::Operation*, Counts> counts;
  std::vector<std::pair<std::string, const Counts*>> by_name;  // For the metrics.
  intrusive::list<Call, intrusive::constant_time_size<false>> running;
  size_t in_flight = 0;
  size_t body_bytes = 0;
  size_t body_bytes_max = 0;
  SteadyTime end = SteadyTime::max();
  std::vector<std::unique_ptr<Call>> spare;
  std::unique_ptr<Call> begun;
};

// Counts a call as in flight. It belongs to the coroutine of the handler, even to one that could
// not be started because there was no memory: its call has ended, too.
class WaitingHandlers::Running {
 public:
  Running(std::shared_ptr<Shared> shared, Call& call) : shared_(std::move(shared)), call_(call) {
    call_.runs = true;
    ++call_.counts->in_flight;
    ++shared_->in_flight;
    shared_->body_bytes += call_.body_bytes;
    shared_->running.push_back(call_);
  }
  Running(Running&& other) noexcept = default;
  Running& operator=(Running&&) = delete;
  ~Running() {
    if (!shared_) return;  // Moved away.
    call_.runs = false;
    call_.unlink();
    --call_.counts->in_flight;
    --shared_->in_flight;
    shared_->body_bytes -= call_.body_bytes;
    if (call_.is_awaited) {
      call_.timer->cancel();
    } else {
      shared_->give_back(call_);
    }
  }

 private:
  std::shared_ptr<Shared> shared_;
  Call& call_;
};

// Belongs to the coroutine of the client's request.
class WaitingHandlers::Waiter {
 public:
  Waiter(std::shared_ptr<Shared> shared, Call& call, ClientWatch* client)
      : shared_(std::move(shared)), call_(call), client_(client) {
    call_.is_awaited = true;
  }
  Waiter(const Waiter&) = delete;
  Waiter& operator=(const Waiter&) = delete;
  ~Waiter() {
    end_watch();
    call_.is_awaited = false;
    if (!call_.runs) shared_->give_back(call_);
  }

  void watch() {
    if (client_ == nullptr) return;
    is_watching_ = true;
    client_->watch([&call = call_] {
      call.client_left = true;
      call.timer->cancel();
    });
  }
  void end_watch() {
    if (std::exchange(is_watching_, false)) client_->end_watch();
  }

 private:
  const std::shared_ptr<Shared> shared_;
  Call& call_;
  ClientWatch* const client_;
  bool is_watching_ = false;
};

WaitingHandlers::WaitingHandlers(const HandledOperations& operations, size_t body_bytes_max)
    : shared_(std::make_shared<Shared>()) {
  shared_->body_bytes_max = body_bytes_max;
  for (const auto& [operation, handled] : operations) {
    if (!handled.handler.waits()) continue;
    Counts& counts = shared_->counts[operation];
    if (operation->handler != nullptr) counts.limits = *operation->handler;
    shared_->by_name.emplace_back(operation->id, &counts);
  }
  std::sort(shared_->by_name.begin(), shared_->by_name.end());
}

WaitingHandlers::~WaitingHandlers() = default;

std::string_view WaitingHandlers::begin(const RequestMessage& message, const ValidRequest& valid) {
  Counts& counts = shared_->counts.at(valid.operation);
  const bool is_full = counts.in_flight >= static_cast<size_t>(counts.limits.in_flight);
  if (is_full || shared_->body_bytes + message.body.size() > shared_->body_bytes_max) {
    ++counts.refused;
    return is_full ? "as many handlers of the operation wait as x-penstock-handler allows"
                   : "the requests of handlers that wait have too large bodies together: see "
                     "BUFFERED_BYTES_MAX";
  }
  auto call = shared_->begun ? std::move(shared_->begun) : shared_->take_call();
  call->forget();
  call->deadline = std::min(steady_clock::now() + counts.limits.deadline, shared_->end);
  call->request.take(message, valid, call->deadline);
  call->valid = {.route = valid.route,
                 .operation = valid.operation,
                 .head = valid.head,
                 .handled = valid.handled};
  call->counts = &counts;
  call->body_bytes = message.body.size();
  shared_->begun = std::move(call);
  return {};
}

async::Awaitable<> WaitingHandlers::run_handler(Running running, Call& call) {
  const Running ends_here(std::move(running));
  try {
    const HandledOperation& handled = *call.valid.handled;
    Answer answer = co_await handled.handler.wait(call.request.get(), handled.resources);
    call.answer.emplace(std::move(answer));
  } catch (...) {
    call.failure = std::current_exception();
  }
}

async::Awaitable<WaitingHandlers::Outcome> WaitingHandlers::run(const RequestMessage& message) {
  base::check(shared_->begun != nullptr, "begin() is called before run()");
  Call& call = *shared_->begun.release();
  Waiter waiter(shared_, call, message.client);
  const auto executor = co_await asio::this_coro::executor;
  if (!call.timer) call.timer.emplace(executor);
  try {
    asio::co_spawn(
        executor, run_handler(Running(shared_, call), call),
        asio::bind_cancellation_slot(call.cancel.slot(), [](const std::exception_ptr&) {}));
  } catch (...) {
    // There was no memory to start the handler, or for its first wait, or for what follows its end.
  }
  if (call.runs) waiter.watch();
  while (call.runs && !call.client_left && steady_clock::now() < call.deadline) {
    call.timer->expires_at(call.deadline);
    co_await call.timer->async_wait(async::use_awaitable_tuple);
  }
  waiter.end_watch();
  Outcome outcome{
      .route = call.valid.route, .operation = call.valid.operation, .head = call.valid.head};
  if (!call.runs) {
    // Asio destroys a coroutine if there is no memory for what it is to wait for.
    if (!call.answer && !call.failure) call.failure = std::make_exception_ptr(std::bad_alloc());
    outcome.end = call.failure ? End::failed : End::answered;
    outcome.answer = std::move(call.answer);
    outcome.failure = std::move(call.failure);
    co_return outcome;
  }
  outcome.end = call.client_left ? End::left : End::late;
  ++(call.client_left ? call.counts->left : call.counts->late);
  call.cancel.emit(asio::cancellation_type::terminal);
  co_return outcome;
}

void WaitingHandlers::end_by(SteadyTime deadline) {
  shared_->end = deadline;
  for (Call& call : shared_->running) {
    if (call.deadline <= deadline) continue;
    call.deadline = deadline;
    call.timer->cancel();
  }
}

void WaitingHandlers::cancel() {
  // Handlers may end at once, and take themselves out of either list.
  decltype(shared_->running) cancelled;
  while (!shared_->running.empty()) {
    Call& call = shared_->running.front();
    shared_->running.pop_front();
    cancelled.push_back(call);
    call.cancel.emit(asio::cancellation_type::terminal);
  }
  shared_->running.splice(shared_->running.end(), cancelled);
}

size_t WaitingHandlers::in_flight() const {
  return shared_->in_flight;
}

void WaitingHandlers::write_metrics(std::string& out) const {
  const auto write = [&](std::string_view name, std::string_view type, std::string_view help,
                         auto value_of) {
    for (const auto& [operation, counts] : shared_->by_name) {
      write_metric(out, name, type, help, static_cast<double>(value_of(*counts)),
                   Labels().add("operation", operation));
      help = {};
    }
  };
  write("penstock_handlers_in_flight", "gauge", "Handlers that wait for others and have not ended.",
        [](const Counts& counts) { return counts.in_flight; });
  write("penstock_handlers_in_flight_max", "gauge",
        "How many of them may be in flight: x-penstock-handler.",
        [](const Counts& counts) { return counts.limits.in_flight; });
  write("penstock_handlers_refused_total", "counter",
        "Requests that were answered with 503 because of this limit.",
        [](const Counts& counts) { return counts.refused; });
  write("penstock_handlers_late_total", "counter",
        "Requests that were answered with 504 because their handler took too long.",
        [](const Counts& counts) { return counts.late; });
  write("penstock_handlers_left_total", "counter",
        "Requests whose clients left before their handler had answered.",
        [](const Counts& counts) { return counts.left; });
}

}  // namespace penstock::http
