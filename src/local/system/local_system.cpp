#include "local/system/local_system.h"

#include <algorithm>
#include <boost/asio/ip/address.hpp>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <system_error>
#include <utility>

#include "base/configuration.h"
#include "local/kafka/ports.h"
#include "local/processes/run_until_done.h"
#include "local/system/two_step_stop.h"

namespace penstock::local {
namespace {

using std::chrono::steady_clock;

// An API that another one has replaced answers for so long with `Connection: close`, so that its
// clients come back on new connections.
constexpr const char* kDrainDelay = "0.2";

base::Error unavailable(std::string message) {
  return {.code = base::ErrorCode::unavailable, .message = std::move(message)};
}

// Returns the command that sends the request. A body is JSON.
std::string curl_of(const ExampleRequest& request, const std::string& api) {
  std::string command = "curl ";
  // This is the method of --json.
  const bool is_named = request.method != (request.body.empty() ? "GET" : "POST");
  if (is_named) command += "-X " + request.method + " ";
  for (const auto& [name, value] : request.headers) {
    if (name != "Content-Type") command += "-H '" + name + ": " + value + "' ";
  }
  if (!request.body.empty()) command += "--json '" + request.body + "' ";
  return command + "'" + api + request.target + "'";
}

base::Result<> check_port(uint16_t port, const std::string& option) {
  const std::string number = std::to_string(port);
  switch (const std::error_code error = error_of_port(port); error.value()) {
    case 0:
      return {};
    case EADDRINUSE:
      return unavailable("port " + number +
                         " is in use by another program. Choose another port with " + option);
    default:
      return unavailable("port " + number + " cannot be used: " + error.message() +
                         ". Choose another port with " + option);
  }
}

// Lets the parts tell the observer what happens, unless it is null.
SystemOptions observed(SystemOptions options, Observer* observer) {
  options.api.observer = observer;
  options.function.observer = observer;
  return options;
}

std::string url_of(uint16_t port) {
  return "http://127.0.0.1:" + std::to_string(port);
}

}  // namespace

LocalSystem::LocalSystem(boost::asio::io_context& io, Terminal& terminal, SystemOptions options)
    : io_(io),
      terminal_(terminal),
      console_(io, options.console_port),
      options_(observed(std::move(options), console_.observer())),
      stop_(io),
      mappings_(io, terminal, options_.function),
      plan_(options_.plan),
      built_code_(plan_.code),
      built_events_(plan_.event_schemas) {}

int LocalSystem::run() {
  return run_until_done(io_, serve(), [this] {
    if (broker_) broker_->interrupt();
    stop_in_two_steps(stop_, terminal_, [this] { kill_everything(); });
    if (folder_watch_) folder_watch_->wake();
    if (build_) build_->stop();
  });
}

void LocalSystem::kill_everything() {
  if (build_) build_->kill();
  for (auto* api : {&old_api_, &api_, &next_api_}) {
    if (*api) (*api)->kill();
  }
  if (broker_) broker_->kill();
  mappings_.kill();
  for (const auto& server : servers_) server->kill();
}

void LocalSystem::fail(const std::string& sentence) {
  if (stop_.is_set()) return;
  terminal_.fault("penstock", sentence);
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
  if (folder_watch_) {
    co_await watch();
  } else {
    co_await stop_.wait_until(steady_clock::time_point::max());
  }
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
  // What the console listens on is not free when the broker chooses its ports.
  std::vector<uint16_t> ports_of_others = {options_.port, options_.admin_port};
  for (const auto& server : options_.servers) ports_of_others.push_back(server.port);
  broker_.emplace(io_, terminal_,
                  LocalBroker::Settings{.broker = options_.broker,
                                        .folder = data_->path() / "kafka",
                                        .libraries = options_.kafka_libs,
                                        .ports_of_others = std::move(ports_of_others),
                                        .breakable = console_.observer() != nullptr,
                                        .observer = console_.observer()});
  if (auto done = start_console(); !done) co_return done;
  if (options_.watch) {
    if (auto done = start_relays(); !done) co_return done;
    if (auto done = start_watch(); !done) co_return done;
  }
  const auto ready = co_await start_servers();
  if (!ready || stop_.is_set()) co_return ready;
  const auto done = co_await take_up(options_.plan, true);
  co_return done;
}

async::Awaitable<base::Result<>> LocalSystem::start_servers() {
  for (const auto& settings : options_.servers) {
    servers_.push_back(std::make_unique<LocalServer>(io_, terminal_, settings));
    const auto started = co_await servers_.back()->start(stop_);
    if (!started || stop_.is_set()) co_return started;
  }
  co_return base::Result<>{};
}

base::Result<> LocalSystem::start_relays() {
  const auto environment = base::process_environment();
  const auto named = environment.find(options_.api.variable_prefix + "ADDRESS");
  boost::system::error_code error;
  auto address = boost::asio::ip::make_address(
      named == environment.end() ? "127.0.0.1" : named->second, error);
  // The API says what is wrong with its setting.
  if (error) address = boost::asio::ip::address_v4::loopback();
  api_relay_.emplace(io_, 0, address);
  if (auto listening = api_relay_->listen(options_.port); !listening) return listening;
  admin_relay_.emplace(io_);
  return admin_relay_->listen(options_.admin_port);
}

async::Awaitable<base::Result<>> LocalSystem::take_up(const SystemPlan& plan, bool new_api) {
  const bool publishes = !plan.mappings.empty();
  const bool began_to_publish = publishes && broker_->bootstrap().empty();
  if (publishes) {
    std::vector<std::string> topics;
    for (const auto& mapping : plan.mappings) topics.push_back(mapping.source.topics.front());
    const auto provided = co_await broker_->provide(topics, stop_);
    if (!provided || stop_.is_set()) co_return provided;
    show_facts();
  }
  // The API makes the topics of a real Kafka when it starts, so the mappings come after it.
  if (new_api || began_to_publish) {
    const auto started = co_await start_api(plan);
    if (!started || stop_.is_set()) co_return started;
  }
  console_.show_mappings(plan.mappings);
  const auto read = co_await mappings_.set(plan.mappings, broker_->bootstrap(), stop_);
  if (read) console_.forget_other_mappings(plan.mappings);
  co_return read;
}

async::Awaitable<base::Result<>> LocalSystem::start_api(const SystemPlan& plan) {
  ApiProcess::Settings settings = options_.api;
  settings.port = options_.port;
  settings.admin_port = options_.admin_port;
  settings.authentication = plan.authentication;
  settings.creates_topics = !broker_->is_in_memory();
  if (!plan.mappings.empty()) settings.bootstrap = broker_->bootstrap();
  if (api_relay_) {
    for (uint16_t* port : {&settings.port, &settings.admin_port}) {
      const auto found = free_port();
      if (!found) co_return found.error();
      *port = *found;
    }
    settings.address = "127.0.0.1";  // The relay is where the environment says.
    settings.drain_delay = kDrainDelay;
  }
  const bool watches = options_.watch.has_value();
  next_api_ = std::make_unique<ApiProcess>(
      io_, terminal_, settings,
      [this, watches](const std::string& sentence) { watches ? say(sentence) : fail(sentence); });
  next_api_->set_counts(api_ == nullptr);
  const bool all_known =
      api_ && std::all_of(plan.mappings.begin(), plan.mappings.end(), [this](const auto& mapping) {
        return mappings_.reads(mapping.source.topics.front());
      });
  const auto started = co_await next_api_->start(
      all_known ? ApiProcess::Until::serving : ApiProcess::Until::ready, stop_);
  if (!started) {
    co_await next_api_->stop();
    next_api_.reset();
    co_return started;
  }
  old_api_ = std::exchange(api_, std::move(next_api_));
  if (old_api_) old_api_->set_counts(false);
  api_->set_counts(true);
  if (api_relay_) {
    api_relay_->lead_to(settings.port);
    admin_relay_->lead_to(settings.admin_port);
  }
  co_return base::Result<>{};
}

async::Awaitable<> LocalSystem::end_old_api() {
  if (old_api_) co_await old_api_->stop();
  old_api_.reset();
}

async::Awaitable<> LocalSystem::stop() {
  co_await console_.stop();
  if (faults_) faults_->stop();
  co_await end_old_api();
  if (api_) co_await api_->stop();
  co_await mappings_.stop();
  if (broker_) co_await broker_->stop();
  for (const auto& server : servers_) co_await server->stop();
}

void LocalSystem::say_ready() {
  const std::string api = url_of(options_.port);
  const std::string admin = url_of(options_.admin_port);
  std::string text = "ready: " + options_.api.program.filename().string();
  if (plan_.mappings.empty()) {
    text +=
        ". No operation of the contract publishes an event (x-event), so there is no broker, no "
        "event source mapping and no function\n";
  } else {
    text += plan_.mappings.size() == 1 ? " -> topic " : " -> topics ";
    for (const auto& mapping : plan_.mappings) {
      if (&mapping != &plan_.mappings.front()) text += ", ";
      text += "'" + mapping.source.topics.front() + "'";
    }
    text += " at " + broker_->bootstrap() + " -> " +
            options_.function.function.program.filename().string() + "\n";
  }
  if (plan_.example_event) text += "  " + curl_of(*plan_.example_event, api) + "\n";
  for (const auto& example : plan_.examples) text += "  " + curl_of(example, api) + "\n";
  text += "  curl " + admin + "/readiness\n  curl " + admin + "/metrics\n";
  if (!plan_.secured.empty() || !plan_.without_credentials.empty()) {
    text += "The contract requires credentials. These are for this desk, until `up` ends:\n";
    for (const auto& request : plan_.secured) text += "  " + curl_of(request, api) + "\n";
    for (const auto& sentence : plan_.without_credentials) text += "  " + sentence + "\n";
  }
  if (options_.api.shows_contract()) {
    text += "In a browser, " + api + "/docs shows the contract\n";
  }
  if (options_.watch) {
    text += "What is saved in " + options_.watch->folder.string() + " is built and taken up\n";
  }
  if (const std::string line = console_.invitation(); !line.empty()) text += line + "\n";
  say(text + "Ctrl-C stops everything");
}

}  // namespace penstock::local
