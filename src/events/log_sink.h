#pragma once

#include "events/sink.h"
#include "log/log.h"

namespace penstock::events {

// The sink of a service without Kafka: an event is only logged (its value at DEBUG), and counts as stored.
class LogSink final : public Sink {
 public:
  explicit LogSink(log::Log& log) : log_(log) {}

  bool submit(const Event& event, Ticket ticket, Report& refusal) override;
  void on_report(OnReport take) override { take_ = std::move(take); }

 private:
  log::Log& log_;
  OnReport take_;
};

}  // namespace penstock::events
