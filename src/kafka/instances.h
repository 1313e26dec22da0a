#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/basic_stream_descriptor.hpp>
#include <chrono>
#include <list>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "async/awaitable.h"
#include "async/lifetime.h"
#include "base/result.h"
#include "kafka/instance.h"
#include "kafka/kafka_settings.h"
#include "log/log.h"

namespace penstock::kafka {

// Owns the librdkafka producer in use, and the retired ones. An instance with a fatal error is
// replaced by a new one after a backoff, and is kept until its last delivery report has come. This
// class reads the queues of all of them. It runs on the thread of the io_context.
class Instances {
 public:
  // Receives the events of all instances, on the thread of the io_context.
  class Listener {
   public:
    // Is called when an instance has become the current one.
    virtual void instance_started(Instance& instance) = 0;
    // Is called for each event in the queue of an instance. The event is valid until this returns.
    virtual void take_event(Instance& instance, bool is_retired, rd_kafka_event_t* event) = 0;

   protected:
    ~Listener() = default;
  };

  // All arguments must outlive this object.
  Instances(boost::asio::io_context& io, const Settings& settings, Listener& listener,
            log::Log& log);
  Instances(const Instances&) = delete;
  Instances& operator=(const Instances&) = delete;
  // Blocks until librdkafka's threads have ended.
  ~Instances();

  // Starts the first instance. Fails as Instance::make() does.
  [[nodiscard]] base::Result<> start();
  // Returns the instance in use, or null while it is being replaced.
  [[nodiscard]] Instance* current() const { return current_ ? current_->instance.get() : nullptr; }
  // Returns when the last instance was started.
  [[nodiscard]] std::chrono::steady_clock::time_point started_at() const { return started_at_; }

  // Retires the current instance and starts another after the backoff. A purge gives the records of
  // the retired one their reports. `reason` is for the log.
  void replace(const std::string& reason);
  // Returns how many instances were replaced.
  [[nodiscard]] uint64_t replacements() const { return replacements_; }
  // Ends the retired instances whose last report has come. The owner calls it regularly.
  void end_retired();
  // Blocks until every record of the current instance has its report, but no longer than `timeout`.
  void flush(std::chrono::milliseconds timeout);

 private:
  // Holds an instance and the watch on its descriptor.
  struct Watched {
    std::unique_ptr<Instance> instance;
    boost::asio::posix::basic_stream_descriptor<async::Executor> descriptor;
    bool is_retired = false;
  };

  void watch(const std::shared_ptr<Watched>& watched);
  void drain_queue(Watched& watched);
  void start_later();

  boost::asio::io_context& io_;
  const Settings& settings_;
  Listener& listener_;
  log::Log& log_;
  std::shared_ptr<Watched> current_;
  std::list<std::shared_ptr<Watched>> retired_;  // Their last reports are still to come.
  // Each thread ends one retired instance, because rd_kafka_destroy blocks.
  std::vector<std::jthread> ending_;
  async::Timer start_timer_;
  std::chrono::milliseconds start_backoff_;
  std::chrono::steady_clock::time_point started_at_;
  uint64_t replacements_ = 0;
  async::Lifetime lifetime_;
};

}  // namespace penstock::kafka
