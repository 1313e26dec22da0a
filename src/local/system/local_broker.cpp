#include "local/system/local_broker.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <chrono>
#include <csignal>
#include <functional>
#include <utility>

#include "local/kafka/java_words.h"
#include "local/kafka/ports.h"
#include "local/processes/run_on_thread.h"

namespace penstock::local {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

// After this time the terminal shows what the program waits for.
constexpr std::chrono::seconds kStillWaiting{10};
constexpr milliseconds kAskAgain{100};
constexpr milliseconds kAnswerPatience{200};  // Blocks the io_context, but only while Kafka starts.
// Clients give up a request that has no answer for a minute.
constexpr milliseconds kMemoryHold{600'000};
constexpr milliseconds kBackPatience{500};  // Blocks a thread of its own.

// Says whether the terminal shows a line of Kafka's output. Its log goes to a file, so only errors
// and what the JVM prints are of interest.
bool is_worth_showing(std::string_view line) {
  return line.find(" INFO ") == std::string_view::npos;
}

base::Error unavailable(std::string message) {
  return {.code = base::ErrorCode::unavailable, .message = std::move(message)};
}

}  // namespace

LocalBroker::LocalBroker(boost::asio::io_context& io, Terminal& terminal, Settings settings)
    : io_(io),
      terminal_(terminal),
      settings_(std::move(settings)),
      status_(settings_.observer, Part::broker, "") {}

async::Awaitable<base::Result<>> LocalBroker::provide(const std::vector<std::string>& topics,
                                                      async::Latch& stop) {
  if (settings_.broker == "memory") co_return provide_memory(topics);
  if (!bootstrap_.empty()) co_return base::Result<>{};
  if (settings_.broker == "kafka") {
    const auto started = co_await start_kafka(stop);
    co_return started;
  }
  bootstrap_ = settings_.broker;
  say("using the broker at " + bootstrap_);
  status_.tell(PartStatus::State::running);
  co_return base::Result<>{};
}

base::Result<> LocalBroker::provide_memory(const std::vector<std::string>& topics) {
  for (const std::string& topic : topics) {
    if (topics_.contains(topic)) continue;
    if (memory_) {
      if (auto made = memory_->create(topic, 1); !made) return made;
    } else {
      auto memory = MemoryBroker::start(topic, 1);
      if (!memory) return memory.error();
      memory_.emplace(std::move(*memory));
      bootstrap_ = memory_->bootstrap();
      say("the broker is in memory: " + std::string(MemoryBroker::kBounds) + ".");
      status_.tell(PartStatus::State::running);
    }
    topics_.insert(topic);
  }
  return {};
}

async::Awaitable<base::Result<>> LocalBroker::start_kafka(async::Latch& stop) {
  kafka_.emplace(KafkaFiles{.folder = settings_.folder,
                            .libraries = settings_.libraries,
                            .ports_of_others = settings_.ports_of_others,
                            .behind_relay = settings_.breakable});
  say(std::filesystem::exists(settings_.folder)
          ? "starting Apache Kafka"
          : "starting Apache Kafka. Its data will be in " + settings_.folder.string());
  status_.tell(PartStatus::State::starting);
  // Kafka's tool may take a minute, and the thread that has started it must wait for it (Child).
  const auto prepare = [this](std::stop_token token) { return kafka_->prepare(std::move(token)); };
  auto prepared = co_await run_on_thread<base::Result<>>(io_, preparing_.get_token(), prepare);
  if (stop.is_set()) co_return base::Result<>{};
  if (!prepared) co_return prepared;
  if (settings_.breakable) {
    if (auto started = start_relay(); !started) co_return started;
  }
  const std::string bootstrap = direct();
  process_.emplace(
      io_, terminal_, "broker", kafka_->command(),
      Supervisor::Hooks{
          // What it prints while it starts is shown when it fails.
          .shows = [this](std::string_view line) { return kafka_ready_ && is_worth_showing(line); },
          .started = [this] { kafka_started(); },
          .ended = [this](processes::ExitStatus status) { kafka_ended(status); },
          .waits = [this](const std::string& why) { status_.tell(PartStatus::State::down, why); }});
  if (auto started = process_->start(); !started) co_return started;
  const auto began = steady_clock::now();
  bool shown = false;
  while (!broker_answers(bootstrap, kAnswerPatience)) {
    if (!failure_.empty()) co_return unavailable(failure_);
    const auto waited = steady_clock::now() - began;
    if (waited > KafkaBroker::kReadyPatience) {
      co_return unavailable("Kafka has not answered for a minute. See " +
                            kafka_->log_file().string());
    }
    if (waited > kStillWaiting && !std::exchange(shown, true)) {
      say("still waiting for Kafka to answer at " + bootstrap);
    }
    const bool stopped = co_await stop.wait_for(kAskAgain);
    if (stopped) co_return base::Result<>{};
  }
  kafka_ready_ = true;
  bootstrap_ = kafka_->bootstrap();
  let_through();
  status_.tell(PartStatus::State::running);
  co_return base::Result<>{};
}

// Returns the address at which Kafka itself listens.
std::string LocalBroker::direct() const {
  return "127.0.0.1:" + std::to_string(kafka_->listener_port());
}

base::Result<> LocalBroker::start_relay() {
  relay_.emplace(io_, kafka_->listener_port());
  if (auto listening = relay_->listen(kafka_->port()); !listening) return listening;
  relay_->set({.refuses = true});
  return {};
}

void LocalBroker::let_through() {
  answers_ = true;
  set_link(link_faults_);
}

std::string LocalBroker::connections_are_fixed() const {
  if (bootstrap_.empty()) return "The broker does not run yet.";
  if (memory_ || relay_) return {};
  return "The broker at " + bootstrap_ +
         " was started elsewhere, and its clients connect directly.";
}

std::string LocalBroker::process_is_fixed() const {
  if (bootstrap_.empty()) return "The broker does not run yet.";
  if (memory_) return "The broker is in memory, so it has no process. broker-cut does the same.";
  if (!process_) return "The broker at " + bootstrap_ + " was started elsewhere.";
  return process_->running() ? "" : "Kafka does not run.";
}

void LocalBroker::set_link(const LinkFaults& faults) {
  link_faults_ = faults;
  if (memory_) return set_memory_link(faults);
  if (!relay_) return;
  LinkFaults all = faults;
  all.refuses = faults.refuses || !answers_;
  relay_->set(all);
  if (all.refuses) relay_->cut();
}

// What librdkafka holds back does not go on before its time, so its connections are reset then.
void LocalBroker::set_memory_link(const LinkFaults& faults) {
  const bool holds = faults.requests.held || faults.answers.held;
  const bool held = memory_holds_ && !holds;
  memory_holds_ = holds;
  memory_->set_delay(holds ? kMemoryHold : faults.answers.latency);
  if (held) memory_->set_down(true);
  memory_->set_down(faults.refuses);
}

void LocalBroker::stop_process(const std::string& reason) {
  if (process_) process_->hold(SIGTERM, reason);
}

void LocalBroker::start_process() {
  if (process_) process_->end_hold();
}

void LocalBroker::kafka_started() {
  if (!kafka_ready_) return;
  status_.tell(PartStatus::State::starting);
  if (std::exchange(waits_, true)) return;
  boost::asio::co_spawn(io_.get_executor(), wait_until_back(), boost::asio::detached);
}

async::Awaitable<> LocalBroker::wait_until_back() {
  const auto lives = lifetime_.watch();
  async::Timer timer(io_.get_executor());
  while (true) {
    const std::function<bool(std::stop_token)> ask = [bootstrap = direct()](std::stop_token) {
      return broker_answers(bootstrap, kBackPatience);
    };
    // g++ 12 destroys what a temporary in such an expression holds twice.
    const bool answers = co_await run_on_thread<bool>(io_, {}, ask);
    if (lives.expired()) co_return;
    if (status_.state() == PartStatus::State::stopped || preparing_.stop_requested()) break;
    if (answers && process_->running()) {
      let_through();
      status_.tell(PartStatus::State::running);
      break;
    }
    timer.expires_after(kAskAgain);
    co_await timer.async_wait(async::use_awaitable_tuple);
    if (lives.expired()) co_return;
  }
  waits_ = false;
}

// Kafka's own sentences are in its log and, as long as it is not ready, in the last words of its
// process.
void LocalBroker::kafka_ended(processes::ExitStatus status) {
  if (kafka_ready_) {
    answers_ = false;
    set_link(link_faults_);
    if (const uint16_t port = kafka_->listener_port(); !port_is_free(port)) {
      say("another program uses Kafka's port " + std::to_string(port) +
          " now. Kafka starts when it has ended; or press Ctrl-C and start again");
    }
    return;
  }
  process_->give_up_restarting();
  const std::string words = process_->last_words();
  const std::string why = explain_java_end(status, words);
  if (!why.empty()) {
    failure_ = "Kafka did not start: " + why;
  } else {
    if (!words.empty()) terminal_.line("broker", words);
    failure_ = "Kafka ended with " + status.text() + " while it was starting. See " +
               kafka_->log_file().string();
  }
  status_.tell(PartStatus::State::down, failure_);
}

void LocalBroker::kill() {
  if (process_) process_->signal(SIGKILL);
}

async::Awaitable<> LocalBroker::stop() {
  if (process_) co_await process_->stop(SIGTERM, KafkaBroker::kStopPatience);
  relay_.reset();
  memory_.reset();
  status_.tell(PartStatus::State::stopped);
}

}  // namespace penstock::local
