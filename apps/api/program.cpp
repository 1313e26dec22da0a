#include "apps/api/program.h"

#include <unistd.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "apps/api/authentication.h"
#include "apps/api/contract_at_start.h"
#include "apps/api/descriptors.h"
#include "apps/api/program_metrics.h"
#include "apps/shared/exit_status.h"
#include "apps/shared/msk_iam.h"
#include "apps/shared/stop_signals.h"
#include "async/blocking_pool.h"
#include "aws/credentials/endpoint.h"
#include "aws/times.h"
#include "base/caught_text.h"
#include "contract/openapi/contract_files.h"
#include "events/log_sink.h"
#include "events/publisher.h"
#include "http/admin.h"
#include "http/api.h"
#include "http/event_loop_lag.h"
#include "http/publishing.h"
#include "http/server/server.h"
#include "kafka/producer.h"
#include "kafka/transactions/transactions.h"
#include "log/fault_flush.h"
#include "log/log.h"
#include "resources/registry.h"
#include "resources/resources.h"

namespace penstock::apps {
namespace {

using log::Level;
using log::Line;
using std::chrono::steady_clock;

// After this time the log is written on, if its reader was slow. A pipe's 64 KiB each time are 13
// MB a second.
constexpr std::chrono::milliseconds kLogPause{5};

// At the end, handlers that are cancelled have so much time.
constexpr std::chrono::milliseconds kLastPatience{1'000};

// Owns the parts of the API. Their order matters: a member uses those that are declared before it,
// and is destroyed first.
class ApiProgram {
 public:
  ApiProgram(const ApiService& service, const ApiSettings& settings,
             const Descriptors& descriptors);

  // Makes all parts and listens. Fails with `invalid` if handlers or a setting do not match the
  // contract. Any other error is a failure of the system, such as a port in use.
  [[nodiscard]] base::Result<> wire(contract::Contract contract);
  // Serves until a stop signal, then drains. Returns the exit status, which is kExitFailed
  // after an exception that belongs to no request.
  int run();
  // Writes the lines of the log that wait, as far as their reader takes them.
  void write_log() { static_cast<void>(log_.flush()); }

 private:
  [[nodiscard]] base::Result<events::Sink*> make_sink(const std::vector<std::string>& topics,
                                                      bool with_sets);
  [[nodiscard]] base::Result<kafka::Settings> kafka_settings();
  [[nodiscard]] base::Result<> make_resources();
  [[nodiscard]] base::Result<> listen();
  void observe(const base::Result<aws::Credentials>& attempt, bool usable,
               std::chrono::seconds next);
  // Goes on to write the log, whose reader is slow, until all is written.
  void write_log_later();
  void drain();
  void stop_serving();
  void end_handlers();
  [[nodiscard]] int end(int status);
  [[nodiscard]] std::vector<http::Check> checks() const;
  [[nodiscard]] Measured measured(const std::vector<http::Check>& checks) const;

  const ApiService& service_;
  const ApiSettings& settings_;
  const http::ProcessMetrics process_;
  const Descriptors descriptors_;
  log::Log log_;
  const log::FaultFlush fault_flush_{log_};
  boost::asio::io_context io_{1};  // It has one thread, so it needs no locks.
  std::optional<StopSignals> signals_;
  async::Timer drain_timer_{io_.get_executor()};
  async::Timer log_timer_{io_.get_executor()};
  kafka::BrokerCertificates certificates_;
  std::unique_ptr<MskIam> msk_iam_;            // Null if Kafka needs no authentication.
  std::unique_ptr<kafka::Producer> producer_;  // Null if no Kafka is configured.
  std::unique_ptr<events::LogSink> log_sink_;
  kafka::transactions::Transactions* transactions_ = nullptr;  // `sets_`, if it is of Kafka.
  std::unique_ptr<events::Publisher> publisher_;
  std::unique_ptr<http::Publishing> publishing_;
  // Is null if no operation is atomic. It ends before `publishing_`, which it tells of its sets.
  std::unique_ptr<events::AtomicSink> sets_;
  base::Environment environment_;  // For the resources, if there are some.
  resources::Registry registry_;
  std::optional<async::BlockingPool> blocking_;
  resources::Resources resources_;  // What handlers use. run() waits until they have ended.
  std::unique_ptr<http::Api> api_;
  std::unique_ptr<http::Admin> admin_;
  std::unique_ptr<http::Server> api_server_;
  std::unique_ptr<http::Server> admin_server_;
  std::optional<http::EventLoopLag> event_loop_lag_;  // From the start of the event loop on.
  bool draining_ = false;
};

ApiProgram::ApiProgram(const ApiService& service, const ApiSettings& settings,
                       const Descriptors& descriptors)
    : service_(service),
      settings_(settings),
      descriptors_(descriptors),
      log_(STDOUT_FILENO, settings.log_level) {
  // Lines are written together, after the events that are ready now have been handled.
  log_.defer_flush([this] {
    boost::asio::post(io_, [this] {
      if (!log_.flush()) write_log_later();
    });
  });
}

void ApiProgram::write_log_later() {
  log_timer_.expires_after(kLogPause);
  log_timer_.async_wait([this](boost::system::error_code cancelled) {
    if (!cancelled && !log_.flush()) write_log_later();
  });
}

base::Result<> ApiProgram::wire(contract::Contract contract) {
  for (const auto& [kind, count] : contract.remarks()) {
    Line(log_, Level::info, "the contract has remarks, which penstock_contract check lists")
        .field("kind", kind)
        .field("places", count);
  }
  log_operations(contract, settings_.external_security, log_);
  const bool with_sets = !contract.topics(settings_.topic, true).empty();
  const auto sink = make_sink(contract.topics(settings_.topic), with_sets);
  if (!sink) return sink.error();
  const std::string name(service_.program);
  events::Publisher::Limits publishing = settings_.publishing;
  publishing.bytes_max = settings_.kafka.queue_kib_max * 1024;
  publisher_ = std::make_unique<events::Publisher>(**sink, publishing, log_);
  publishing_ = std::make_unique<http::Publishing>(io_, *publisher_);
  if (sets_) publishing_->store_sets_in(*sets_);
  if (auto made = make_resources(); !made) return made.error();
  auto api = http::Api::make(
      std::move(contract), service_.handlers,
      {.topic = settings_.topic,
       .event_source = "/" + name,
       .validation_steps_max = static_cast<uint64_t>(settings_.validation_steps_max),
       .gzip_bytes_min = settings_.gzip_bytes_min,
       .contract_page = settings_.contract_page,
       .health_path = std::string(service_.health_path),
       .stories = settings_.stories,
       .resources = resources_,
       .waiting_bytes_max = static_cast<size_t>(settings_.limits.buffered_bytes_max),
       .idempotency_store = registry_.idempotency_store(),
       .idempotency_lease = std::chrono::ceil<std::chrono::seconds>(settings_.publishing.deadline) +
                            std::chrono::seconds(10),
       .guard = make_guard(io_, settings_, log_)},
      *publishing_, log_);
  if (!api) return api.error();
  api_ = std::move(*api);
  log_authentication(api_->contract(), api_->guard(), settings_, log_);
  admin_ = std::make_unique<http::Admin>(
      [this] { return checks(); },
      [this](std::string& out) { write_metrics(out, measured(checks())); });
  http::Limits limits = settings_.limits;
  limits.connections_max = descriptors_.connections_max;
  api_server_ = std::make_unique<http::Server>(io_, *api_, limits, log_, name);
  http::Limits admin_limits;
  admin_limits.connections_max = kAdminConnectionsMax;
  admin_server_ = std::make_unique<http::Server>(io_, *admin_, admin_limits, log_, name);
  return listen();
}

// Makes what the handlers use, by the service's own function.
base::Result<> ApiProgram::make_resources() {
  blocking_.emplace(io_, async::BlockingPool::Limits{
                             .threads = static_cast<size_t>(settings_.blocking_threads),
                             .waiting_max = static_cast<size_t>(settings_.blocking_waiting_max)});
  const resources::Maker& maker = service_.handlers.maker();
  if (maker.type() == typeid(void)) return {};
  environment_ = base::process_environment();
  auto made = maker.make({.io = io_,
                          .blocking = *blocking_,
                          .environment = environment_,
                          .log = log_,
                          .registry = registry_,
                          .program = service_.program});
  if (!made) return made.error();
  resources_ = std::move(*made);
  return {};
}

// Makes the sink of events, which is Kafka or the log, and the one of sets if there are any.
base::Result<events::Sink*> ApiProgram::make_sink(const std::vector<std::string>& topics,
                                                  bool with_sets) {
  if (settings_.kafka.bootstrap.empty()) {
    log_sink_ = std::make_unique<events::LogSink>(log_);
    if (with_sets) sets_ = std::make_unique<events::AtomicLogSink>(log_);
    return log_sink_.get();
  }
  auto kafka = kafka_settings();
  if (!kafka) return kafka.error();
  auto producer = kafka::Producer::make(io_, *kafka, topics, log_);
  if (!producer) return producer.error();
  producer_ = std::move(*producer);
  if (with_sets) {
    auto made = std::make_unique<kafka::transactions::Transactions>(io_, std::move(*kafka), log_);
    transactions_ = made.get();
    sets_ = std::move(made);
  }
  return producer_.get();
}

base::Result<kafka::Settings> ApiProgram::kafka_settings() {
  kafka::Settings kafka = settings_.kafka;
  kafka.publish_deadline = settings_.publishing.deadline;
  kafka.queue_messages_max = settings_.publishing.in_flight_max;
  if (!wants_msk_iam(settings_)) return kafka;
  auto cluster = msk_cluster(settings_);
  if (!cluster) return cluster.error();
  msk_iam_ = std::make_unique<MskIam>(
      std::move(*cluster), [this](const auto& attempt, bool usable, std::chrono::seconds next) {
        observe(attempt, usable, next);
      });
  kafka.tokens = msk_iam_.get();
  kafka.certificates = &certificates_;
  return kafka;
}

base::Result<> ApiProgram::listen() {
  if (auto up = admin_server_->listen("127.0.0.1", static_cast<uint16_t>(settings_.admin_port));
      !up) {
    return up;
  }
  return api_server_->listen(settings_.address, static_cast<uint16_t>(settings_.port));
}

// Logs an attempt to get credentials. It runs on the thread of the credentials.
void ApiProgram::observe(const base::Result<aws::Credentials>& attempt, bool usable,
                         std::chrono::seconds next) {
  if (!attempt) {
    Line(log_, usable ? Level::warning : Level::error, "cannot get AWS credentials")
        .field("reason", attempt.error().message)
        .field("next_attempt_s", next.count());
    return;
  }
  Line(log_, Level::info, "got AWS credentials")
      .field("source", attempt->source)
      .field("access_key_id", attempt->access_key_id)
      .field("expires", attempt->expiration ? aws::timestamp(*attempt->expiration) : "never");
  if (!aws::clock_sentence(attempt->clock_lag).empty()) {
    Line(log_, Level::warning,
         "this machine's clock is wrong: Kafka refuses signatures that are minutes ahead or behind")
        .field("seconds_behind", attempt->clock_lag->count())
        .field("compared_with", attempt->source);
  }
  boost::asio::post(io_, [this] { producer_->renew_token(); });
}

int ApiProgram::run() {
  signals_.emplace(io_, [this] { drain(); });
  Line(log_, Level::info, "listening")
      .field("address", settings_.address)
      .field("port", api_server_->port())
      .field("admin_port", admin_server_->port())
      .field("kafka", settings_.kafka.bootstrap.empty() ? "none" : settings_.kafka.bootstrap)
      .field("kafka_auth", msk_iam_ ? "iam" : "none");
  if (descriptors_.connections_max < settings_.limits.connections_max) {
    Line(log_, Level::warning,
         "the limit of open files allows fewer connections than CONNECTIONS_MAX: raise the hard "
         "limit, or lower the setting")
        .field("open_files_max", descriptors_.limit)
        .field("connections_max", descriptors_.connections_max);
  }
  event_loop_lag_.emplace(io_, log_);
  try {
    io_.run();
    end_handlers();
  } catch (...) {
    // Requests catch what belongs to them, so this is a bug or there is no memory (docs/adr/0018).
    Line(log_, Level::error, "the API ends with an exception").field("reason", base::caught_text());
    return end(kExitFailed);
  }
  if (transactions_ != nullptr) transactions_->flush(settings_.publishing.deadline);
  if (producer_) producer_->flush(settings_.publishing.deadline);
  publisher_->log_unreported();
  Line(log_, Level::info, "stopped").field("events_without_a_report", publisher_->in_flight());
  return end(0);
}

// Cancels the handlers that still run, and lets them end before what they use does.
void ApiProgram::end_handlers() {
  http::WaitingHandlers* const waiting = api_->waiting();
  if (waiting == nullptr || waiting->in_flight() == 0) return;
  waiting->cancel();
  const auto deadline = steady_clock::now() + kLastPatience;
  io_.restart();
  while (waiting->in_flight() > 0 && io_.run_one_until(deadline) > 0) {
  }
  if (waiting->in_flight() == 0) return;
  Line(log_, Level::error,
       "handlers go on although they are cancelled: they must let operation_aborted pass")
      .field("handlers", waiting->in_flight());
}

// Ends the process at once if a handler still has what would be destroyed, or if work that blocks
// goes on: nobody waits for its result any more, and it has no deadline.
int ApiProgram::end(int status) {
  log_.flush();
  const http::WaitingHandlers* const waiting = api_->waiting();
  if (waiting != nullptr && waiting->in_flight() > 0) std::_Exit(status);
  if (blocking_ && blocking_->counts().running > 0) std::_Exit(status);
  return status;
}

// Starts to drain. The load balancer keeps sending requests for a while after SIGTERM, so the
// program first announces its end and stops later.
void ApiProgram::drain() {
  draining_ = true;
  Line(log_, Level::info, "draining").field("delay_ms", settings_.drain_delay.count());
  api_server_->announce_close();
  drain_timer_.expires_after(settings_.drain_delay);
  drain_timer_.async_wait([this](boost::system::error_code) { stop_serving(); });
}

void ApiProgram::stop_serving() {
  const auto deadline = steady_clock::now() + settings_.drain_timeout;
  if (http::WaitingHandlers* const waiting = api_->waiting()) {
    // Their clients get an answer before the connections are cut.
    waiting->end_by(deadline -
                    std::min<steady_clock::duration>(kLastPatience, settings_.drain_timeout / 2));
  }
  api_server_->stop(deadline, [this] { io_.stop(); });
}

std::vector<http::Check> ApiProgram::checks() const {
  std::vector<http::Check> checks;
  checks.push_back({.name = "accepting",
                    .ready = !draining_,
                    .reason = draining_ ? "draining after SIGTERM" : ""});
  if (producer_) {
    std::string reason = producer_->not_ready_reason();
    checks.push_back({.name = "kafka", .ready = reason.empty(), .reason = std::move(reason)});
  }
  if (transactions_ != nullptr) {
    std::string reason = transactions_->not_ready_reason();
    checks.push_back(
        {.name = "kafka_transactions", .ready = reason.empty(), .reason = std::move(reason)});
  }
  if (msk_iam_) {
    checks.push_back(
        {.name = "aws_credentials", .ready = msk_iam_->usable(), .reason = msk_iam_->problem()});
  }
  if (const http::Guard* guard = api_->guard(); guard != nullptr && guard->authenticator()) {
    std::string reason = guard->authenticator()->not_ready_reason();
    checks.push_back(
        {.name = "authentication", .ready = reason.empty(), .reason = std::move(reason)});
  }
  for (const auto& [name, check] : registry_.checks()) {
    std::string reason = check();
    checks.push_back({.name = name, .ready = reason.empty(), .reason = std::move(reason)});
  }
  return checks;
}

Measured ApiProgram::measured(const std::vector<http::Check>& checks) const {
  return {.program = service_.program,
          .process = process_,
          .api = *api_,
          .publishing = *publishing_,
          .event_loop_lag = *event_loop_lag_,
          .server = *api_server_,
          .connections_max = descriptors_.connections_max,
          .buffered_bytes_max = settings_.limits.buffered_bytes_max,
          .log = log_,
          .checks = checks,
          .msk_iam = msk_iam_.get(),
          .producer = producer_.get(),
          .transactions = transactions_ != nullptr ? &transactions_->counts() : nullptr,
          .certificates = certificates_,
          .kafka = settings_.kafka,
          .blocking = *blocking_,
          .registry = registry_};
}

}  // namespace

int serve(const ApiService& service, const ApiSettings& settings,
          const std::string& contract_file) {
  contract::ContractOptions options;
  options.patterns = {.steps_per_byte_max = static_cast<uint64_t>(settings.pattern_steps_max),
                      .steps_setting = settings.variable_prefix + "PATTERN_STEPS_MAX"};
  options.separators_encoded = settings.separators_encoded;
  auto contract = contract_file.empty() ? contract::parse_contract(service.contract, options)
                                        : contract::read_contract(contract_file, options);
  if (!contract) {
    return refuse(service.program, "the contract has errors, so the API does not start:\n" +
                                       contract.error().message);
  }
  if (auto secure = check_security(*contract, settings); !secure) {
    return refuse(service.program, secure.error().message);
  }
  if (auto open = check_health(*contract, settings, service.health_path); !open) {
    return refuse(service.program, open.error().message);
  }
  const auto descriptors = raise_descriptors(settings.limits.connections_max);
  if (!descriptors) return complain(service.program, descriptors.error().message, kExitFailed);
  ApiProgram program(service, settings, *descriptors);
  if (auto wired = program.wire(std::move(*contract)); !wired) {
    // The reason is the last line: who has started the program looks for it there.
    program.write_log();
    return complain(service.program, wired.error().message,
                    wired.error().code == base::ErrorCode::invalid ? kExitUsage : kExitFailed);
  }
  return program.run();
}

}  // namespace penstock::apps
