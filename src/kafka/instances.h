#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/basic_stream_descriptor.hpp>
#include <chrono>
#include <list>
#include <memory>
#include <optional>
#include <string>

#include "async/awaitable.h"
#include "async/lifetime.h"
#include "base/result.h"
#include "kafka/ending_threads.h"
#include "kafka/instance.h"
#include "kafka/kafka_settings.h"
#include "log/log.h"

namespace penstock::kafka {

// Owns the librdkafka producer in use, and the old ones. An instance with a fatal error is replaced
// by a new one after a backoff, and one whose batches have another size than is wanted by a new one
// at once. The old one is kept until its last delivery report has come, and then ended in the
// background. While kOldMax of them have not ended, no new one is started. This class reads the
// queues of all of them. It runs on the thread of the io_context; only the first instance is made
// there, the others on a thread of their own, because that may take long (docs/adr/0002).
class Instances {
 public:
  // No more old instances than this exist at once. Each has some threads, and a megabyte or two.
  static constexpr size_t kOldMax = 4;
  // No more delivery reports and other events than this are taken from an instance before the
  // thread may do other work: each report sends an answer.
  static constexpr size_t kTakenAtOnce = 256;
  // A cluster that has just started answers all requests after this time.
  static constexpr std::chrono::seconds kStarting{5};

  // Receives the events of all instances, on the thread of the io_context.
  class Listener {
   public:
    // Is called when an instance has become the current one.
    virtual void instance_started(Instance& instance) = 0;
    // Is called for each delivery report, in the order of the queue. The message is valid until
    // this returns.
    virtual void take_report(Instance& instance, const rd_kafka_message_t& message) = 0;
    // Is called for each other event in the queue of an instance. The event is valid until this
    // returns.
    virtual void take_event(Instance& instance, bool is_retired, rd_kafka_event_t* event) = 0;

   protected:
    ~Listener() = default;
  };

  // All arguments but the batching must outlive this object.
  Instances(boost::asio::io_context& io, const Settings& settings, Listener& listener,
            log::Log& log, Batching batching = {});
  Instances(const Instances&) = delete;
  Instances& operator=(const Instances&) = delete;
  // Blocks until librdkafka's threads have ended.
  ~Instances();

  // Makes the first instance, and blocks meanwhile. Fails as Instance::make() does.
  [[nodiscard]] base::Result<> start();
  // Makes the first instance, or another one if there is none, on a thread. Until then current() is
  // null.
  void start_in_background();
  // Returns the instance in use, or null while it is being replaced.
  [[nodiscard]] Instance* current() const { return current_ ? current_->instance.get() : nullptr; }
  // Returns when the last instance was started.
  [[nodiscard]] std::chrono::steady_clock::time_point started_at() const { return started_at_; }

  // Retires the current instance and starts another after the backoff, which is 100 ms at first and
  // 10 s at most, or later, when fewer than kOldMax old ones are left. A purge gives the records of
  // the retired one their reports. `reason` is for the log.
  void replace(const std::string& reason);
  // Makes an instance with this batching on a thread. It then takes the place of the current one,
  // which keeps its records until they have their reports. Returns false if that is not possible
  // now: then the caller tries again later.
  [[nodiscard]] bool renew(Batching batching);
  // Retires the current instance, and makes another one on a thread at once. The retired one keeps
  // its records until they have their reports, or until purge_retired().
  void rotate();
  // Retires the current instance without another one.
  void retire();
  // Takes back the records of the retired instances: each gets its report soon. `not_stored` is
  // true of those that were never sent. Nothing is sent again.
  void purge_retired();
  // Takes back the records of the current instance, which is thought to have sent none of them.
  void purge_unsent();
  // Returns how many instances were replaced after a fatal error.
  [[nodiscard]] uint64_t replacements() const { return replacements_; }
  // Ends the retired instances whose last report has come, and joins the threads of those that have
  // ended. The owner calls it regularly.
  void end_retired();
  // Blocks until every record has its report, also those of retired instances, but no longer than
  // `timeout`.
  void flush(std::chrono::milliseconds timeout);
  // Says whether an instance still has records without a report.
  [[nodiscard]] bool owes_reports() const;

 private:
  friend struct ProducerTestAccess;  // tests/support/running_producer.h

  using Made = base::Result<std::unique_ptr<Instance>>;

  // Holds an instance and the watch on its descriptor.
  struct Watched {
    std::unique_ptr<Instance> instance;
    boost::asio::posix::basic_stream_descriptor<async::Executor> descriptor;
    bool is_retired = false;
    // Has delivery reports that are still to be taken. It must end before the instance.
    Event reports = {};
  };

  void take_over(std::unique_ptr<Instance> instance);
  void watch(const std::shared_ptr<Watched>& watched);
  void take_turn(const std::shared_ptr<Watched>& watched);
  // Takes what is in the queue now, but no more than kTakenAtOnce. Returns false if something may
  // be left.
  bool take_some(Watched& watched, int wait_ms = 0);
  // Makes an instance on the thread for that. Returns false if there is no such thread now.
  bool make_on_thread();
  void start_later();
  void start_again();
  // Makes what the thread has made the current instance.
  void take_made();
  // Starts again later, since no instance could be made.
  void could_not_make(const base::Error& why);
  // Returns how many instances were replaced and have not ended yet.
  [[nodiscard]] size_t old_instances() const { return retired_.size() + ending_.count(); }

  boost::asio::io_context& io_;
  const Settings& settings_;
  Listener& listener_;
  log::Log& log_;
  Batching batching_;
  std::shared_ptr<Watched> current_;
  std::list<std::shared_ptr<Watched>> retired_;  // Their last reports are still to come.
  // Each thread ends one retired instance, because rd_kafka_destroy blocks.
  EndingThreads ending_{kOldMax};
  async::Timer start_timer_;
  std::chrono::milliseconds start_backoff_;
  std::chrono::steady_clock::time_point started_at_;
  bool is_making_ = false;  // A thread makes an instance, or take_made() is about to get it.
  // The thread writes it and then posts take_made(). It must end with this object: an instance that
  // waited in the io_context would outlive what its settings point to.
  std::optional<Made> made_;
  uint64_t replacements_ = 0;
  async::Lifetime lifetime_;
  EndingThreads starting_{1};  // Its thread makes the next instance. It uses the members above.
};

}  // namespace penstock::kafka
