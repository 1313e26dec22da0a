#include "http/publishing.h"

#include <boost/asio/async_result.hpp>
#include <exception>
#include <optional>

namespace penstock::http {

namespace asio = boost::asio;
using std::chrono::steady_clock;

namespace {

// Resumes one coroutine with the report. The publisher calls done() on the same thread, perhaps
// before the coroutine calls wait().
class CoroutineWaiter final : public events::Waiter {
 public:
  void done(events::DeliveryReport&& report) override {
    report_ = std::move(report);
    if (resume_) {
      // Resuming the coroutine destroys this waiter, so its members are moved out first.
      auto resume = std::move(*resume_);
      std::move(resume)();
    }
  }

  async::Awaitable<> wait() {
    if (report_) co_return;
    auto token = async::use_awaitable;
    co_await asio::async_initiate<asio::use_awaitable_t<async::Executor>, void()>(
        [this](Resume&& resume) { resume_.emplace(std::move(resume)); }, token);
  }

  events::DeliveryReport take_report() { return std::move(*report_); }

 private:
  using Resume = asio::async_result<asio::use_awaitable_t<async::Executor>, void()>::handler_type;

  std::optional<events::DeliveryReport> report_;
  std::optional<Resume> resume_;
};

}  // namespace

Publishing::Publishing(asio::io_context& io, events::Publisher& publisher)
    : publisher_(publisher), timer_(io.get_executor()) {}

async::Awaitable<events::DeliveryReport> Publishing::publish(const events::Event& event) {
  CoroutineWaiter waiter;
  const auto start = steady_clock::now();
  publisher_.publish(event, waiter, start);
  arm_timer();
  try {
    co_await waiter.wait();
  } catch (...) {
    std::terminate();  // The publisher keeps the waiter, and must not find it destroyed.
  }
  durations_.observe(std::chrono::duration<double>(steady_clock::now() - start).count());
  co_return waiter.take_report();
}

void Publishing::publish_unwatched(const events::Event& event) {
  publisher_.publish_unwatched(event, steady_clock::now());
  arm_timer();
}

// Sets the timer to the oldest event's deadline, where it stays even if that event's report comes
// sooner. So under load the timer fires once in a deadline's length and not once for each request.
// Without the timer an event might never have an outcome, so the process ends if there is no memory
// for it (docs/adr/0018).
void Publishing::arm_timer() noexcept {
  if (timer_is_armed_) return;
  const auto next = publisher_.next_deadline();
  if (!next) return;
  timer_is_armed_ = true;
  timer_.expires_at(*next);
  timer_.async_wait(lifetime_.guard([this](boost::system::error_code error) {
    timer_is_armed_ = false;
    if (error) return;
    publisher_.expire(steady_clock::now());
    arm_timer();
  }));
}

void Publishing::write_metrics(std::string& out) const {
  static constexpr std::string_view kDuration = "messaging_client_operation_duration_seconds";
  static constexpr std::string_view kSent = "messaging_client_sent_messages_total";
  const Labels sending =
      Labels().add("messaging_operation_name", "send").add("messaging_system", "kafka");
  Histogram::write_head(out, kDuration, "Time from publishing an event to its outcome.");
  durations_.write(out, kDuration, sending);
  const events::PublisherCounts& counts = publisher_.counts();
  const std::pair<std::string_view, uint64_t> outcomes[] = {{"", counts.stored},
                                                            {"not_stored", counts.not_stored},
                                                            {"unknown", counts.unknown},
                                                            {"refused", counts.refused}};
  std::string_view help = "Events by outcome. Those without an error_type were stored.";
  for (const auto& [error, count] : outcomes) {
    Labels labels = sending;
    if (!error.empty()) labels.add("error_type", error);
    write_metric(out, kSent, "counter", help, static_cast<double>(count), labels);
    help = {};
  }
  write_metric(out, "penstock_late_reports_total", "counter",
               "Delivery reports that arrived after the publish deadline.",
               static_cast<double>(counts.late_stored), Labels().add("outcome", "stored"));
  write_metric(out, "penstock_late_reports_total", "counter", {},
               static_cast<double>(counts.late_failed), Labels().add("outcome", "failed"));
  write_metric(out, "penstock_events_in_flight", "gauge",
               "Events that wait for their delivery report.",
               static_cast<double>(publisher_.in_flight()));
}

}  // namespace penstock::http
