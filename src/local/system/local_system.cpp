#include "local/system/local_system.h"

#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <system_error>
#include <utility>

#include "base/number_text.h"
#include "local/kafka/java_words.h"
#include "local/kafka/ports.h"
#include "local/processes/run_on_thread.h"
#include "local/processes/run_until_done.h"
#include "local/system/http_probe.h"
#include "local/system/two_step_stop.h"

namespace penstock::local {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;

// After this time the console shows what the program waits for.
constexpr seconds kStillWaiting{10};
// The longest times from a start to the API's readiness and to the mapping's first partitions.
constexpr seconds kApiPatience{30};
constexpr seconds kMappingPatience{60};
// A function has this time for its first request, which on AWS would be started again after 10 s.
constexpr seconds kFunctionPatience{60};
// The longest times for the API to drain and for the mapping to hand over the records that are
// left.
constexpr seconds kApiStopPatience{15};
constexpr seconds kDrainPatience{5};
constexpr milliseconds kAskAgain{100};
constexpr milliseconds kAnswerPatience{200};  // Blocks the io_context, but only while Kafka starts.
constexpr milliseconds kProbePatience{1'000};
// The API ends with this exit status if its settings or its contract are wrong.
constexpr int kConfigurationError = 2;

base::Error refused(std::string sentence, std::string detail = {}) {
  return {.code = base::ErrorCode::unavailable,
          .message = std::move(sentence),
          .detail = std::move(detail)};
}

base::Result<> check_port(uint16_t port, const std::string& option) {
  const std::string number = std::to_string(port);
  switch (const std::error_code error = error_of_port(port); error.value()) {
    case 0:
      return {};
    case EADDRINUSE:
      return refused("port " + number + " is in use by another program. Choose another port with " +
                     option);
    default:
      return refused("port " + number + " cannot be used: " + error.message() +
                     ". Choose another port with " + option);
  }
}

// Says whether the console shows a line of Kafka's output. Its log goes to a file, so only errors
// and what the JVM prints are of interest.
bool is_worth_showing(std::string_view line) {
  return line.find(" INFO ") == std::string_view::npos;
}

}  // namespace

LocalSystem::LocalSystem(boost::asio::io_context& io, Console& console, SystemOptions options)
    : io_(io), console_(console), options_(std::move(options)), stop_(io) {}

int LocalSystem::run() {
  return run_until_done(io_, serve(), [this] {
    preparing_.request_stop();
    stop_in_two_steps(stop_, console_, [this] { kill_everything(); });
  });
}

void LocalSystem::kill_everything() {
  for (auto* child : {&api_, &broker_}) {
    if (*child) (*child)->signal(SIGKILL);
  }
  if (mapping_) mapping_->kill();
}

void LocalSystem::fail(const std::string& sentence) {
  if (stop_.is_set()) return;
  say(sentence);
  exit_status_ = EXIT_FAILURE;
  stop_.set();
}

async::Awaitable<int> LocalSystem::serve() {
  const auto started = co_await start();
  if (!started) {
    fail(base::describe(started.error()));
  } else if (!stop_.is_set()) {
    say_ready();
  }
  co_await stop_.wait_until(steady_clock::time_point::max());
  co_await stop();
  if (exit_status_ == EXIT_SUCCESS) say("stopped");
  co_return exit_status_;
}

// Starts everything. Each step returns early, without an error, when a stop is requested.
async::Awaitable<base::Result<>> LocalSystem::start() {
  auto data = DataFolder::open(options_.data);
  if (!data) co_return data.error();
  data_.emplace(std::move(*data));
  if (auto free = check_port(options_.port, "--port"); !free) co_return free;
  if (auto free = check_port(options_.admin_port, "--admin-port"); !free) co_return free;
  auto done = co_await start_broker();
  if (done && !stop_.is_set()) done = co_await start_api();
  if (done && !stop_.is_set()) done = co_await start_mapping();
  if (done && !stop_.is_set()) done = co_await wait_for_function();
  co_return done;
}

async::Awaitable<base::Result<>> LocalSystem::start_broker() {
  base::Result<> done;
  if (options_.broker == "kafka") {
    done = co_await start_kafka();
  } else if (options_.broker == "memory") {
    auto memory = MemoryBroker::start(options_.topic, 1);
    if (!memory) co_return memory.error();
    memory_.emplace(std::move(*memory));
    bootstrap_ = memory_->bootstrap();
    say("the broker is in memory: " + std::string(MemoryBroker::kBounds) + ".");
  } else {
    bootstrap_ = options_.broker;
    say("using the broker at " + bootstrap_);
  }
  co_return done;
}

async::Awaitable<base::Result<>> LocalSystem::start_kafka() {
  const auto folder = data_->path() / "kafka";
  kafka_.emplace(KafkaFiles{.folder = folder,
                            .libraries = options_.kafka_libs,
                            .ports_of_others = {options_.port, options_.admin_port}});
  say(std::filesystem::exists(folder)
          ? "starting Apache Kafka"
          : "starting Apache Kafka. Its data will be in " + folder.string());
  // Kafka's tool may take a minute, and the thread that has started it must wait for it (Child).
  auto prepared = co_await run_on_thread<base::Result<>>(
      io_, preparing_.get_token(),
      [this](std::stop_token stop) { return kafka_->prepare(std::move(stop)); });
  if (stop_.is_set()) co_return base::Result<>{};
  if (!prepared) co_return prepared;
  bootstrap_ = kafka_->bootstrap();
  broker_.emplace(
      io_, console_, "broker", kafka_->command(),
      Supervisor::Hooks{
          // What it prints while it starts is shown when it fails.
          .shows =
              [this](std::string_view line) { return broker_ready_ && is_worth_showing(line); },
          .ended = [this](processes::ExitStatus status) { broker_ended(status); }});
  if (auto started = broker_->start(); !started) co_return started;
  const auto began = steady_clock::now();
  bool shown = false;
  while (!broker_answers(bootstrap_, kAnswerPatience)) {
    const auto waited = steady_clock::now() - began;
    if (waited > KafkaBroker::kReadyPatience) {
      co_return refused("Kafka has not answered for a minute. See " + kafka_->log_file().string());
    }
    if (waited > kStillWaiting && !std::exchange(shown, true)) {
      say("still waiting for Kafka to answer at " + bootstrap_);
    }
    const bool stopped = co_await stop_.wait_for(kAskAgain);
    if (stopped) co_return base::Result<>{};
  }
  broker_ready_ = true;
  co_return base::Result<>{};
}

async::Awaitable<base::Result<>> LocalSystem::start_api() {
  processes::Command command{.program = options_.api.string(),
                             .environment = base::process_environment()};
  const auto set = [&](const char* name, const std::string& value) {
    command.environment[options_.variable_prefix + name] = value;
  };
  // The API can be reached from this machine only, unless the environment says otherwise.
  command.environment.try_emplace(options_.variable_prefix + "ADDRESS", "127.0.0.1");
  command.environment.try_emplace(options_.variable_prefix + "CONTRACT_PAGE", "true");
  set("AWS_MSK_CLUSTER_BOOTSTRAP", bootstrap_);
  set("AWS_MSK_CLUSTER_TOPIC", options_.topic);
  set("PORT", std::to_string(options_.port));
  set("ADMIN_PORT", std::to_string(options_.admin_port));
  // The broker in memory cannot create topics, and has the topic already.
  if (memory_) set("KAFKA_CREATE_TOPIC", "false");
  const std::string name = options_.api.filename().string();
  api_.emplace(
      io_, console_, "api", std::move(command),
      Supervisor::Hooks{.ended = [this](processes::ExitStatus status) { api_ended(status); }});
  if (auto started = api_->start(); !started) co_return started;
  const auto began = steady_clock::now();
  bool shown = false;
  while (true) {
    const auto probe = co_await probe_http(io_, options_.admin_port, "/readiness", kProbePatience);
    if (probe && probe->status == 200) {
      api_ready_ = true;
      co_return base::Result<>{};
    }
    const auto waited = steady_clock::now() - began;
    if (waited > kStillWaiting && !stop_.is_set() && !std::exchange(shown, true)) {
      say("still waiting for " + name +
          " to become ready: " + (probe ? probe->body : probe.error().message));
    }
    if (waited > kApiPatience) {
      co_return refused(
          name + " has not become ready within " + std::to_string(kApiPatience.count()) + " s",
          probe ? probe->body : probe.error().message);
    }
    const bool stopped = co_await stop_.wait_for(kAskAgain);
    if (stopped) co_return base::Result<>{};
  }
}

// Kafka's own sentences are in its log and, as long as it is not ready, in the last words of its
// process.
void LocalSystem::broker_ended(processes::ExitStatus status) {
  if (broker_ready_) {
    const auto port = base::whole_number<uint16_t>(bootstrap_.substr(bootstrap_.rfind(':') + 1));
    if (port && !port_is_free(*port)) {
      say("another program uses Kafka's port " + std::to_string(*port) +
          " now. Kafka starts when it has ended; or press Ctrl-C and start again");
    }
    return;
  }
  broker_->give_up_restarting();
  if (stop_.is_set()) return;
  const std::string words = broker_->last_words();
  const std::string why = explain_java_end(status, words);
  if (!why.empty()) return fail("Kafka did not start: " + why);
  if (!words.empty()) console_.line("broker", words);
  fail("Kafka ended with " + status.text() + " while it was starting. See " +
       kafka_->log_file().string());
}

void LocalSystem::api_ended(processes::ExitStatus status) {
  const bool is_refusal = !status.by_signal && status.number == kConfigurationError;
  if (api_ready_ && !is_refusal) return;
  api_->give_up_restarting();
  const std::string name = options_.api.filename().string();
  if (is_refusal) {
    return fail(name +
                " does not accept its settings or its contract. Its last lines above say why");
  }
  const std::string word = api_->last_word();
  fail(name + " ended with " + status.text() + " while it was starting" +
       (word.empty() ? "" : ": " + word));
}

async::Awaitable<base::Result<>> LocalSystem::start_mapping() {
  LocalMappingSettings settings = options_.mapping;
  settings.source.cluster.bootstrap = bootstrap_;
  mapping_.emplace(io_, console_, std::move(settings));
  if (auto started = mapping_->start(); !started) co_return started;
  const auto deadline = steady_clock::now() + kMappingPatience;
  while (!mapping_->ready().is_set() && !stop_.is_set()) {
    co_await mapping_->ready().wait_for(kAskAgain);
    if (auto early = mapping_->function_ended_early(); !early.empty()) co_return refused(early);
    if (steady_clock::now() > deadline) {
      co_return refused("the event source mapping was assigned no partitions of topic '" +
                        options_.topic + "' within a minute");
    }
  }
  co_return base::Result<>{};
}

// The system is not ready before the function has shown that it runs.
async::Awaitable<base::Result<>> LocalSystem::wait_for_function() {
  const auto began = steady_clock::now();
  bool shown = false;
  while (!mapping_->function_runs()) {
    if (auto early = mapping_->function_ended_early(); !early.empty()) co_return refused(early);
    const auto waited = steady_clock::now() - began;
    if (waited > kFunctionPatience) {
      co_return refused("the function has not asked for an invocation within a minute");
    }
    if (waited > kStillWaiting && !std::exchange(shown, true)) {
      say("still waiting for the function to ask for its first invocation");
    }
    const bool stopped = co_await stop_.wait_for(kAskAgain);
    if (stopped) break;
  }
  co_return base::Result<>{};
}

async::Awaitable<> LocalSystem::stop() {
  if (api_) co_await api_->stop(SIGTERM, kApiStopPatience);
  if (mapping_) co_await mapping_->stop(kDrainPatience);
  if (broker_) co_await broker_->stop(SIGTERM, KafkaBroker::kStopPatience);
  memory_.reset();
}

void LocalSystem::say_ready() {
  const std::string api = "http://127.0.0.1:" + std::to_string(options_.port);
  const std::string admin = "http://127.0.0.1:" + std::to_string(options_.admin_port);
  std::string text = "ready: " + options_.api.filename().string() + " -> topic '" + options_.topic +
                     "' at " + bootstrap_ + " -> " +
                     options_.mapping.function.program.filename().string() + "\n";
  for (const auto& example : options_.examples) text += "  curl '" + api + example + "'\n";
  text += "  curl " + admin + "/readiness\n  curl " + admin + "/metrics\nCtrl-C stops everything";
  say(text);
}

}  // namespace penstock::local
