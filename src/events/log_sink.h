#pragma once

#include <vector>

#include "events/atomic_sink.h"
#include "events/sink.h"
#include "log/log.h"

namespace penstock::events {

// Serves as the sink of a service without Kafka. It writes events to the log at INFO, and their
// values at DEBUG. It reports every event as stored before submit() returns. `log` must outlive the
// sink.
class LogSink final : public Sink {
 public:
  explicit LogSink(log::Log& log) : log_(log) {}

  [[nodiscard]] std::optional<DeliveryReport> submit(const Event& event, Ticket ticket) override;
  void set_report_listener(ReportListener listener) override {
    report_listener_ = std::move(listener);
  }

 private:
  log::Log& log_;
  ReportListener report_listener_;
};

// Does the same for sets of events. `log` must outlive the sink.
class AtomicLogSink final : public AtomicSink {
 public:
  explicit AtomicLogSink(log::Log& log) : log_(log) {}

  void submit(std::vector<Event> events, Time deadline, AtomicWaiter& waiter) override;
  void set_listener(Listener& listener) override { listener_ = &listener; }

 private:
  log::Log& log_;
  Listener* listener_ = nullptr;
};

}  // namespace penstock::events
