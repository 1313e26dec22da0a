#pragma once

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <future>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "events/publisher.h"
#include "kafka/producer.h"
#include "support/program.h"

namespace penstock::kafka {

// ProducerTestAccess reaches what is private in Producer.
struct ProducerTestAccess {
  // Makes the current instance report a fatal error.
  static void force_fatal_error(const Producer& producer) {
    rd_kafka_test_fatal_error(producer.instances_.current()->client(),
                              RD_KAFKA_RESP_ERR_OUT_OF_ORDER_SEQUENCE_NUMBER, "forced by a test");
  }
  // Returns how many replaced instances have not ended yet, or still have a thread.
  static size_t old_instances(const Producer& producer) {
    return producer.instances_.old_instances();
  }
  // Returns how large the batches of the current instance get, or 0 if there is none.
  static int64_t batch_bytes(const Producer& producer) {
    const Instance* const instance = producer.instances_.current();
    return instance == nullptr ? 0 : instance->batching().bytes_max;
  }
  // Says whether records have had to be sent alone.
  static bool sends_alone(const Producer& producer) { return producer.lone_.has_started(); }
  // Takes the place of an old instance that does not end before `work` returns.
  static bool hang(Producer& producer, std::function<void()> work) {
    return producer.instances_.ending_.run(std::move(work));
  }
};

}  // namespace penstock::kafka

namespace penstock::test {

inline constexpr std::chrono::seconds kReportPatience{30};

// RunningProducer is a producer and its publisher on a thread, as in the API.
class RunningProducer {
 public:
  RunningProducer(const kafka::Settings& settings, std::vector<std::string> topics) {
    producer_ = std::move(kafka::Producer::make(io_, settings, std::move(topics), log_).value());
    publisher_ = std::make_unique<events::Publisher>(
        *producer_, events::Publisher::Limits{.deadline = settings.publish_deadline}, log_);
    expire_later();
    thread_ = std::jthread([this] { io_.run(); });
  }
  ~RunningProducer() {
    io_.stop();
    thread_.join();
    producer_->flush(std::chrono::seconds(3));
    ::close(log_fd_);
  }

  std::future<events::DeliveryReport> publish(const std::string& value,
                                              const std::string& topic = "events",
                                              bool has_key = true) {
    auto waiter = std::make_unique<Waiter>();
    std::future<events::DeliveryReport> report = waiter->report.get_future();
    boost::asio::post(io_, [this, topic, value, has_key, waiter = std::move(waiter)]() mutable {
      const events::Event event{.id = value,
                                .type = "t",
                                .topic = topic,
                                .source = "/test",
                                .time = std::chrono::system_clock::now(),
                                .has_key = has_key,
                                .key = has_key ? "k" : "",
                                .value = value};
      publisher_->publish(event, *waiter, std::chrono::steady_clock::now());
      waiters_.push_back(std::move(waiter));
    });
    return report;
  }
  events::DeliveryReport publish_and_wait(const std::string& value,
                                          const std::string& topic = "events") {
    std::future<events::DeliveryReport> report = publish(value, topic);
    if (report.wait_for(kReportPatience) != std::future_status::ready) {
      return {.reason = "the test waited 30 s for the report"};
    }
    return report.get();
  }
  // Publishes again until the outcome is the wanted one or kReportPatience ends. Returns the last
  // report.
  events::DeliveryReport publish_until(events::DeliveryOutcome wanted, const std::string& value,
                                       const std::string& topic = "events") {
    const auto deadline = std::chrono::steady_clock::now() + kReportPatience;
    events::DeliveryReport report;
    do {
      report = publish_and_wait(value, topic);
    } while (report.outcome != wanted && std::chrono::steady_clock::now() < deadline);
    return report;
  }

  // Calls the function on the producer's thread, and returns its result.
  template <class Question>
  auto ask(Question question) {
    std::promise<decltype(question(*producer_))> answer;
    boost::asio::post(io_, [&] { answer.set_value(question(*producer_)); });
    return answer.get_future().get();
  }
  void force_fatal_error() {
    ask([](kafka::Producer& producer) {
      kafka::ProducerTestAccess::force_fatal_error(producer);
      return true;
    });
  }
  // Does the same, and ends the producer's thread before it can see that. Only the destructor may
  // follow.
  void force_fatal_error_at_the_end() {
    ask([this](kafka::Producer& producer) {
      kafka::ProducerTestAccess::force_fatal_error(producer);
      io_.stop();
      return true;
    });
  }
  // Returns what has been logged so far.
  [[nodiscard]] std::string log_text() const {
    std::string text(static_cast<size_t>(::lseek(log_fd_, 0, SEEK_END)), '\0');
    const ssize_t count = ::pread(log_fd_, text.data(), text.size(), 0);
    text.resize(static_cast<size_t>(std::max<ssize_t>(count, 0)));
    return text;
  }
  // Waits until the line is logged, for kReportPatience at most.
  [[nodiscard]] bool logs(std::string_view line) const {
    return eventually([&] { return log_text().find(line) != std::string::npos; }, kReportPatience);
  }

 private:
  struct Waiter final : events::Waiter {
    void done(events::DeliveryReport&& outcome) override { report.set_value(std::move(outcome)); }
    std::promise<events::DeliveryReport> report;
  };

  // Expires the publisher's deadlines every 10 ms. In the API, http::Publishing does it.
  void expire_later() {
    timer_.expires_after(std::chrono::milliseconds(10));
    timer_.async_wait([this](boost::system::error_code error) {
      if (error) return;
      publisher_->expire(std::chrono::steady_clock::now());
      expire_later();
    });
  }

  const int log_fd_ = ::memfd_create("log", MFD_CLOEXEC);
  log::Log log_{log_fd_, log::Level::debug};
  boost::asio::io_context io_{1};
  boost::asio::steady_timer timer_{io_};
  std::vector<std::unique_ptr<Waiter>> waiters_;
  std::unique_ptr<kafka::Producer> producer_;
  std::unique_ptr<events::Publisher> publisher_;
  std::jthread thread_;
};

}  // namespace penstock::test
