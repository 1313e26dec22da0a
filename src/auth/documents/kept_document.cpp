#include "auth/documents/kept_document.h"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <utility>

#include "base/caught_text.h"

namespace penstock::auth {

using base::Error;
using base::ErrorCode;
using base::Result;
using log::Level;
using log::Line;
using std::chrono::seconds;
using std::chrono::steady_clock;

KeptDocument::KeptDocument(boost::asio::io_context& io, log::Log& log, std::string name,
                           std::string where, std::unique_ptr<DocumentSource> source,
                           ReadDocument read, KeeperTimes times)
    : io_(io),
      log_(log),
      name_(std::move(name)),
      where_(std::move(where)),
      source_(std::move(source)),
      read_(std::move(read)),
      times_(times),
      waiters_(io),
      random_(std::random_device()()) {}

Result<> KeptDocument::put_in_force(std::string_view text) {
  auto read = read_(text);
  if (!read) return read.error();
  if (read->put_in_force) read->put_in_force();
  there_ = true;
  Line line(log_, Level::info, "read a document");
  line.field("document", name_).field("source", where_);
  if (!read->summary.empty()) line.field("content", read->summary);
  return {};
}

Result<> KeptDocument::read_now() {
  auto found = source_->look({});
  if (!found) return found.error();
  const base::WipedText& text = found->text.value();
  if (auto good = put_in_force(text); !good) {
    Error error = good.error();
    error.message = where_ + ": " + error.message;
    return error;
  }
  text_ = text;
  ever_read_ = true;
  return {};
}

void KeptDocument::start() {
  if (source_) thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

void KeptDocument::run(const std::stop_token& stop) {
  auto next = steady_clock::now();
  if (ever_read_) next += times_.file_pause;  // By read_now().
  while (true) {
    bool asked = false;
    {
      std::unique_lock lock(mutex_);
      changed_.wait_until(lock, stop, next, [this] { return asked_; });
      asked = std::exchange(asked_, false);
    }
    if (stop.stop_requested()) return;
    Outcome outcome = attempt(stop);
    if (stop.stop_requested()) return;
    next = steady_clock::now() + outcome.next;
    deliver(std::move(outcome), asked);
  }
}

// What a reader throws must not end the program: the last document is good.
KeptDocument::Outcome KeptDocument::attempt(const std::stop_token& stop) {
  try {
    return attempt_or_throw(stop);
  } catch (...) {
    return failed({.code = ErrorCode::internal, .message = base::caught_text()});
  }
}

KeptDocument::Outcome KeptDocument::attempt_or_throw(const std::stop_token& stop) {
  auto found = source_->look(stop);
  if (stop.stop_requested()) return {};
  if (!found) return failed(found.error());
  if (found->text && *found->text != text_) {
    auto read = read_(*found->text);
    if (!read) {
      refused_ = base::describe(read.error());
      return failed({.code = ErrorCode::invalid, .message = refused_});
    }
    text_ = std::move(*found->text);
    refused_.clear();
    Outcome outcome = succeeded(read->summary, found->next);
    outcome.put_in_force = std::move(read->put_in_force);
    if (!outcome.put_in_force) outcome.put_in_force = [] {};
    return outcome;
  }
  if (found->text) refused_.clear();  // It is the last good one again.
  if (!refused_.empty()) return failed({.code = ErrorCode::invalid, .message = refused_});
  return succeeded({}, found->next);
}

KeptDocument::Outcome KeptDocument::succeeded(std::string_view summary, Milliseconds next) {
  const bool first = !std::exchange(ever_read_, true);
  const bool recovered = !std::exchange(logged_, {}).empty();
  failure_pause_ = Milliseconds(0);
  {
    const std::lock_guard lock(mutex_);
    problem_.clear();
    read_at_ = steady_clock::now();
  }
  if (first || recovered || !summary.empty()) {
    Line line(log_, Level::info, recovered ? "a document can be read again" : "read a document");
    line.field("document", name_).field("source", where_);
    if (!summary.empty()) line.field("content", summary);
  }
  // Tasks that have started together do not ask together for ever.
  if (!source_->is_local()) {
    next -= Milliseconds(std::uniform_int_distribution<int64_t>(0, next.count() / 10)(random_));
  }
  return {.good = true, .next = next};
}

KeptDocument::Outcome KeptDocument::failed(const Error& error) {
  const std::string reason = base::describe(error);
  const auto now = steady_clock::now();
  seconds age{};
  {
    const std::lock_guard lock(mutex_);
    problem_ = reason;
    ++failures_;
    age = std::chrono::floor<seconds>(now - read_at_);
  }
  if (reason != logged_ || now - logged_at_ >= times_.reminder) {
    logged_ = reason;
    logged_at_ = now;
    Line line(log_, ever_read_ ? Level::warning : Level::error, "cannot read a document");
    line.field("document", name_).field("source", where_).field("reason", reason);
    line.field("in_force", ever_read_);
    if (ever_read_) line.field("age_s", age.count());
  }
  if (source_->is_local()) return {.next = times_.file_pause};
  failure_pause_ =
      std::clamp(failure_pause_ * 2, times_.failure_pause_min, times_.failure_pause_max);
  const auto spread = failure_pause_.count() / 4;
  return {.next = failure_pause_ -
                  Milliseconds(std::uniform_int_distribution<int64_t>(0, spread)(random_))};
}

void KeptDocument::deliver(Outcome outcome, bool asked) {
  if (!asked && !outcome.put_in_force) return;
  boost::asio::post(io_, lifetime_.guard([this, asked, outcome = std::move(outcome)] {
    if (outcome.put_in_force) {
      outcome.put_in_force();
      // The calls that waited for the first one do not count.
      if (!std::exchange(there_, true)) asked_at_ = {};
    }
    if (!asked) return;
    waiting_ = false;
    waiters_.wake(outcome.good);
  }));
}

bool KeptDocument::may_ask() const {
  if (!thread_.joinable()) return false;
  if (waiting_) return !is_busy();
  return asked_at_ == base::SteadyTime() || steady_clock::now() - asked_at_ >= times_.ask_pause;
}

bool KeptDocument::is_busy() const {
  return waiting_ && waiters_.size() >= DocumentKeeper::kWaitersMax;
}

async::Awaitable<bool> KeptDocument::ask_again(base::SteadyTime deadline) {
  if (!may_ask()) co_return false;
  if (!waiting_) {
    waiting_ = true;
    asked_at_ = steady_clock::now();
    {
      const std::lock_guard lock(mutex_);
      asked_ = true;
    }
    changed_.notify_all();
  }
  co_return co_await waiters_.wait(deadline);
}

std::string KeptDocument::problem() const {
  const std::lock_guard lock(mutex_);
  return problem_;
}

seconds KeptDocument::age() const {
  if (!source_) return seconds(0);
  const std::lock_guard lock(mutex_);
  return std::chrono::floor<seconds>(steady_clock::now() - read_at_);
}

uint64_t KeptDocument::failures() const {
  const std::lock_guard lock(mutex_);
  return failures_;
}

}  // namespace penstock::auth
