// Measures what it costs to store events in Kafka: one event a request, two, and two in a
// transaction that requests share.
//   transactions_bench BOOTSTRAP [REQUESTS]
// It prints a row for each kind and each number of requests at once: the median and the 95th
// percentile of the time until the outcome, the requests a second, and the processor time of this
// process for a request. The topic is bench_transactions, with 3 partitions.
#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <chrono>
#include <cstdlib>
#include <deque>
#include <functional>
#include <iomanip>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "kafka/producer.h"
#include "kafka/transactions/transactions.h"

namespace {

using namespace std::chrono_literals;
using namespace penstock;
using std::chrono::steady_clock;

double cpu_seconds() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

events::Event event(size_t number) {
  return {.id = "0b9f9c1e-5a53-4b7e-9d0a-6f0f5b8d2c11",
          .type = "com.example.order.placed",
          .topic = "bench_transactions",
          .source = "/bench",
          .time = std::chrono::system_clock::now(),
          .has_key = true,
          .key = std::to_string(number),
          .value = "{\"text\":\"" + std::string(1'000, 'x') + "\"}"};
}

// Is a request on its way.
struct Request final : events::AtomicWaiter {
  steady_clock::time_point began = {};
  size_t open = 0;  // Its events without a report.
  bool stored = true;
  std::function<void(Request&)> ended = {};

  void done(events::AtomicReport&& report) override { take(report.outcome); }
  void take(events::DeliveryOutcome outcome) {
    stored = stored && outcome == events::DeliveryOutcome::stored;
    if (--open == 0) ended(*this);
  }
};

struct NoListener final : events::AtomicSink::Listener {
  void released(size_t, size_t) override {}
  void came_late(size_t, events::DeliveryOutcome) override {}
};

enum class Kind { one, two, atomic };

class Bench {
 public:
  explicit Bench(const std::string& bootstrap)
      : settings_{.bootstrap = bootstrap,
                  .client_id = "bench",
                  .publish_deadline = 10s,
                  .partitions = 3},
        producer_(kafka::Producer::make(io_, settings_, {"bench_transactions"}, log_).value()),
        transactions_(io_, settings_, log_) {
    producer_->set_report_listener([](events::Ticket ticket, events::DeliveryReport&& report) {
      static_cast<Request*>(ticket)->take(report.outcome);
    });
    transactions_.set_listener(listener_);
  }

  void run(Kind kind, size_t at_once, size_t requests) {
    std::vector<double> times;
    size_t failed = 0;
    size_t begun = 0;
    std::deque<Request> all(at_once);
    std::function<void(Request&)> begin;
    begin = [&](Request& request) {
      if (begun++ >= requests) return;
      request.began = steady_clock::now();
      request.stored = true;
      send(kind, request, begun);
    };
    const auto start = steady_clock::now();
    const double cpu = cpu_seconds();
    for (Request& request : all) {
      request.ended = [&](Request& ended) {
        times.push_back(
            std::chrono::duration<double, std::milli>(steady_clock::now() - ended.began).count());
        if (!ended.stored) ++failed;
        boost::asio::post(io_, [&] { begin(ended); });
      };
      begin(request);
    }
    while (times.size() < requests && io_.run_one_for(60s) > 0) {
    }
    const double used = cpu_seconds() - cpu;
    const double took = std::chrono::duration<double>(steady_clock::now() - start).count();
    std::sort(times.begin(), times.end());
    static constexpr const char* kNames[] = {"one event", "two events", "two, atomic"};
    std::cout << std::fixed << std::setprecision(2) << "| " << kNames[static_cast<int>(kind)]
              << " | " << at_once << " | " << times.at(times.size() / 2) << " | "
              << times.at(times.size() * 95 / 100) << " | " << std::setprecision(0)
              << static_cast<double>(times.size()) / took << " | "
              << used * 1e6 / static_cast<double>(times.size()) << " | " << failed << " |\n"
              << std::flush;
    io_.poll();
  }

 private:
  void send(Kind kind, Request& request, size_t number) {
    if (kind == Kind::atomic) {
      request.open = 1;
      transactions_.submit({event(number), event(number + 1)}, steady_clock::now() + 10s, request);
      return;
    }
    const size_t events = kind == Kind::one ? 1 : 2;
    request.open = events;
    for (size_t i = 0; i < events; ++i) {
      if (const auto refused = producer_->submit(event(number + i), &request)) {
        request.take(refused->outcome);
      }
    }
  }

  log::Log log_{STDERR_FILENO, log::Level::error};
  boost::asio::io_context io_{1};
  const boost::asio::executor_work_guard<boost::asio::io_context::executor_type> busy_{
      io_.get_executor()};
  const kafka::Settings settings_;
  NoListener listener_;
  std::unique_ptr<kafka::Producer> producer_;
  kafka::transactions::Transactions transactions_;
};

}  // namespace

int main(int count, char** arguments) {
  if (count < 2) return 2;
  const size_t requests = count > 2 ? static_cast<size_t>(std::atoi(arguments[2])) : 2'000;
  Bench bench(arguments[1]);
  // The first ones connect, and make the topic.
  for (const Kind kind : {Kind::one, Kind::atomic}) bench.run(kind, 1, 20);
  std::cout << "| | at once | median ms | 95 % ms | a second | CPU µs | failed |\n"
               "| --- | --- | --- | --- | --- | --- | --- |\n";
  for (const size_t at_once : {1, 16, 64}) {
    for (const Kind kind : {Kind::one, Kind::two, Kind::atomic}) {
      bench.run(kind, at_once, at_once == 1 ? requests / 10 : requests);
    }
  }
}
