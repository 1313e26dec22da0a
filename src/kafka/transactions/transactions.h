#pragma once

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "async/awaitable.h"
#include "async/lifetime.h"
#include "events/atomic_sink.h"
#include "kafka/kafka_settings.h"
#include "kafka/transactions/event_sets.h"
#include "kafka/transactions/transaction_writer.h"
#include "log/log.h"

namespace penstock::kafka::transactions {

// Stores sets of events in Kafka, each set wholly or not at all, by transactions. It has a producer
// of its own, with its own connections, since librdkafka's calls for transactions block and a
// producer with transactions can write nothing without one. Only a service with an atomic operation
// needs it. It belongs to the thread of the io_context.
class Transactions final : public events::AtomicSink {
 public:
  // Starts the thread that writes. It connects in the background: a broker that is down is not an
  // error. `io`, `log` and what the settings point to must outlive this object.
  Transactions(boost::asio::io_context& io, Settings settings, log::Log& log);
  // Blocks until the thread has ended: for some tenths of a second, and until librdkafka's threads
  // have ended.
  ~Transactions() override;
  Transactions(const Transactions&) = delete;
  Transactions& operator=(const Transactions&) = delete;

  void submit(std::vector<events::Event> events, Time deadline,
              events::AtomicWaiter& waiter) override;
  void set_listener(Listener& listener) override { listener_ = &listener; }

  // Returns why no transaction can begin now, or an empty text.
  [[nodiscard]] std::string not_ready_reason() const { return sets_.explanation(); }
  [[nodiscard]] const TransactionCounts& counts() const { return writer_.counts(); }
  // Blocks until every set has its report, but no longer than `timeout`. It is for the end of the
  // program.
  void flush(std::chrono::milliseconds timeout);

 private:
  // Tells the waiters of sets that have ended, or whose deadline has come.
  void take_ended();
  void expire();
  void tell(EventSet& set, events::AtomicReport report);
  void arm_timer() noexcept;

  const Settings settings_;
  log::Log& log_;
  Listener* listener_ = nullptr;
  async::Timer timer_;
  bool timer_is_armed_ = false;
  EventSets sets_;
  async::Lifetime lifetime_;
  TransactionWriter writer_;
  std::jthread thread_;  // It uses the members above.
};

}  // namespace penstock::kafka::transactions
