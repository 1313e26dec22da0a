// `penstock_local redrive` hands batches that a mapping has given up to the function, or to a
// topic.
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <csignal>
#include <cstdlib>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>

#include "apps/local/commands.h"
#include "apps/local/iam.h"
#include "apps/local/options.h"
#include "apps/shared/exit_status.h"
#include "apps/shared/files.h"
#include "base/printable_text.h"
#include "base/topic_name.h"
#include "local/failures/failure_inbox.h"
#include "local/failures/redrive.h"
#include "local/failures/topic_inbox.h"
#include "local/function/function_environment.h"
#include "local/function/url_invoker.h"
#include "local/mapping/mapping_request.h"
#include "local/processes/run_on_thread.h"
#include "local/processes/run_until_done.h"
#include "local/processes/terminal.h"

namespace penstock::apps {
namespace {

constexpr const char* kName = "penstock_local redrive";
// A message is invisible to other readers for the function's time-out and this time.
constexpr std::chrono::seconds kVisibilitySlack{60};
constexpr std::chrono::seconds kDryVisibility{30};
constexpr std::string_view kTopicScheme = "kafka://";
constexpr size_t kErrorBytesMax = 2'000;  // What is shown of an error of the inbox.

// The names of this many messages are kept, to see when the queue begins again.
constexpr int64_t kDocumentsMax = 1'000'000;

struct Options {
  std::string from;
  std::vector<std::string> files;
  std::string config;
  ClusterOptions cluster;
  std::vector<std::string> known_as;  // Other addresses of that Kafka.
  FunctionOptions function;
  std::string to_topic;
  std::string group = "penstock-redrive";
  size_t max = 10'000;
  bool dry_run = false;
  bool skip_missing = false;
};

// The checked options, before anything is opened or started.
struct Plan {
  local::RedriveSettings settings;
  std::optional<FunctionTarget> function;  // Without it the records go to a topic.
  std::string function_name = "function";
};

base::Error invalid(std::string message) {
  return {.code = base::ErrorCode::invalid, .message = std::move(message)};
}

base::Result<> check(const Options& options) {
  if (options.from.empty() == options.files.empty()) {
    return invalid(
        "name either the failure destination with --from (an SQS queue's ARN, an S3 bucket's ARN "
        "or kafka://TOPIC), or files with failure documents");
  }
  if (options.function.function.empty() == options.to_topic.empty()) {
    return invalid("name either a function with --function, or a topic with --to-topic");
  }
  return {};
}

base::Result<> take_config(const std::string& config, Plan& plan) {
  const auto text = read_file(config);
  if (!text) return text.error();
  auto request = local::MappingRequest::parse(*text);
  if (!request) return invalid(config + ": " + request.error().message);
  plan.settings.filter = std::move(request->rules.filter);
  plan.settings.kafka.event_source_arn = request->rules.envelope.event_source_arn;
  plan.settings.report_batch_item_failures = request->rules.retries.report_batch_item_failures;
  plan.settings.kafka.bootstrap = request->bootstrap;
  if (!request->function_name.empty()) plan.function_name = request->function_name;
  return {};
}

base::Result<Plan> plan_of(const Options& options) {
  if (const auto sound = check(options); !sound) return sound.error();
  Plan plan;
  if (!options.config.empty()) {
    if (const auto taken = take_config(options.config, plan); !taken) return taken.error();
  }
  local::RedriveSettings& settings = plan.settings;
  if (!options.cluster.bootstrap.empty()) settings.kafka.bootstrap = options.cluster.bootstrap;
  auto properties = options.cluster.librdkafka();
  if (!properties) return properties.error();
  settings.kafka.properties = std::move(*properties);
  settings.kafka.iam = options.cluster.iam;
  settings.kafka.known_as = options.known_as;
  if (const auto sound = settings.kafka.check(); !sound) return sound.error();
  settings.topic = options.to_topic;
  settings.dry_run = options.dry_run;
  settings.skip_missing = options.skip_missing;
  settings.documents_max = options.max;
  auto function = options.function.target();
  if (!function) return function.error();
  if (!options.function.function.empty()) plan.function = std::move(*function);
  return plan;
}

bool is_arn_of(std::string_view service, const std::string& text) {
  return text.starts_with("arn:") && text.find(service) != std::string::npos;
}

base::Result<std::unique_ptr<local::FailureInbox>> topic_inbox_of(
    const Options& options, const Plan& plan, LocalIam& iam,
    const std::function<void(const std::string&)>& say) {
  local::Cluster cluster{.bootstrap = plan.settings.kafka.bootstrap,
                         .properties = plan.settings.kafka.properties};
  if (cluster.bootstrap.empty()) {
    return invalid("--from " + options.from +
                   " needs the address of Kafka: name it with --bootstrap HOST:PORT, or with "
                   "SelfManagedEventSource in --config");
  }
  const std::string topic = options.from.substr(kTopicScheme.size());
  if (const std::string problem = base::problem_of_topic(topic); !problem.empty()) {
    return invalid("--from kafka://TOPIC: " + problem);
  }
  const auto tokens = iam.tokens(cluster.bootstrap);
  if (!tokens) return tokens.error();
  cluster.tokens = *tokens;
  return local::open_topic_inbox(cluster, topic, options.group, say);
}

base::Result<std::unique_ptr<local::FailureInbox>> inbox_of(const Options& options) {
  if (options.from.empty()) return local::failure_inbox_of_files(options.files);
  if (!is_arn_of(":sqs:", options.from) && !is_arn_of(":s3:", options.from)) {
    return invalid("--from: '" + options.from +
                   "' is no queue, arn:aws:sqs:REGION:ACCOUNT:NAME, no bucket, "
                   "arn:aws:s3:::NAME or arn:aws:s3:::NAME/PREFIX, and no kafka://TOPIC");
  }
  const auto visibility = options.dry_run
                              ? kDryVisibility
                              : std::chrono::seconds(options.function.timeout_s) + kVisibilitySlack;
  auto inbox = local::open_failure_inbox(options.from, visibility, base::process_environment());
  if (!inbox) return invalid("--from: " + inbox.error().message);
  return inbox;
}

// Runs the function, behind a URL or as a process, which is not started for a dry run.
class RedriveFunction {
 public:
  RedriveFunction(boost::asio::io_context& io, local::Terminal& terminal)
      : io_(io), terminal_(terminal) {}

  [[nodiscard]] base::Result<local::Invoker*> start(const FunctionTarget& target,
                                                    const std::string& name, bool dry_run) {
    if (!target.url.empty()) {
      auto made = local::UrlInvoker::at(target.url, target.timeout);
      if (!made) return made.error();
      return &url_.emplace(std::move(*made));
    }
    local::FunctionSettings settings{.program = target.program, .name = name};
    settings.environment.insert(target.environment.begin(), target.environment.end());
    process_.emplace(io_, terminal_, settings, target.timeout, "function");
    if (!dry_run) {
      if (auto started = process_->start(); !started) return started.error();
      running_ = true;
    }
    return &process_->invoker();
  }
  // Ends the function's process at once.
  void kill() {
    if (running_) process_->signal(SIGKILL);
  }
  async::Awaitable<> stop() {
    if (running_) co_await process_->stop();
    running_ = false;
  }

 private:
  boost::asio::io_context& io_;
  local::Terminal& terminal_;
  std::optional<local::FunctionEnvironment> process_;
  std::optional<local::UrlInvoker> url_;
  bool running_ = false;
};

using Totals = base::Result<local::Redrive::Totals>;

// Runs the redrive on another thread, because the function's process needs this one.
async::Awaitable<Totals> redrive_beside(boost::asio::io_context& io, local::Redrive& redrive,
                                        RedriveFunction& function, std::stop_token stop) {
  const auto work = [&](std::stop_token thread_stop) {
    return redrive.run(std::move(thread_stop));
  };
  Totals totals = co_await local::run_on_thread<Totals>(io, std::move(stop), work);
  co_await function.stop();
  co_return totals;
}

std::string counted(size_t count, const std::string& thing) {
  return std::to_string(count) + " " + thing + (count == 1 ? "" : "s");
}

int report(const Totals& totals, local::Terminal& terminal) {
  if (!totals) {
    terminal.line("redrive", base::printable(base::describe(totals.error()), kErrorBytesMax));
    return kExitFailed;
  }
  terminal.line("redrive", counted(totals->done, "document") + " done (" +
                               counted(totals->records, "record") + "), " +
                               std::to_string(totals->left) + " left");
  return totals->left == 0 ? 0 : kExitFailed;
}

int run(const Options& options) {
  auto plan = plan_of(options);
  if (!plan) return refuse(kName, plan.error().message);
  boost::asio::io_context io(1);
  // The result waits for its reader on the redrive's own thread. The io_context's thread does not,
  // because the Runtime API and the signals need it.
  local::Terminal results(STDOUT_FILENO, local::Terminal::Names::shown,
                          local::Terminal::kResultPatienceMs);
  local::Terminal terminal(STDOUT_FILENO);
  const auto say = [&](const std::string& line) { results.line("redrive", line); };
  LocalIam iam(options.cluster.iam, plan->settings.kafka.properties,
               [&](const std::string& line) { terminal.line("redrive", line); });
  const auto inbox = options.from.starts_with(kTopicScheme)
                         ? topic_inbox_of(options, *plan, iam, say)
                         : inbox_of(options);
  if (!inbox) return refuse(kName, inbox.error().message);
  plan->settings.tokens = [&](const std::string& bootstrap) { return iam.tokens(bootstrap); };
  RedriveFunction function(io, terminal);
  if (plan->function) {
    const auto invoker = function.start(*plan->function, plan->function_name, options.dry_run);
    if (!invoker) return refuse(kName, "--function: " + invoker.error().message);
    plan->settings.invoker = *invoker;
  }
  local::Redrive redrive(std::move(plan->settings), **inbox, say);
  std::stop_source stop;
  return report(local::run_until_done(io, redrive_beside(io, redrive, function, stop.get_token()),
                                      [&] {
                                        if (stop.request_stop()) {
                                          results.hurry();
                                          return terminal.line(
                                              "redrive",
                                              "stopping after the present document. Press Ctrl-C "
                                              "again to stop at once");
                                        }
                                        function.kill();
                                        std::_Exit(128 + SIGINT);
                                      }),
                results);
}

}  // namespace

Verb add_redrive(const Command& program) {
  auto options = std::make_shared<Options>();
  const Command redrive = program.verb(
      "redrive", "Hands batches that a mapping has given up to the function or to a topic again.");
  const Command documents = redrive.group("What was given up");
  documents
      .option("--from", options->from,
              "Read the documents of this failure destination: the ARN of an SQS queue, "
              "arn:aws:s3:::BUCKET[/PREFIX], or kafka://TOPIC.")
      .takes("DESTINATION");
  documents.option("FILE", options->files,
                   "Read the failure documents in these files, of which each may have several.");
  documents
      .option("--consumer-group", options->group,
              "Go on in a kafka://TOPIC where this group has stored its offsets, and store them "
              "behind each document that was handled.")
      .takes("NAME")
      .shows_default();
  documents
      .option("--config", options->config,
              "Take the filter, the ARN, ReportBatchItemFailures and the function's name from the "
              "mapping in this file.")
      .takes("FILE");
  documents.option("--max", options->max, "Read at most this many documents.")
      .between(1, kDocumentsMax)
      .shows_default();
  documents.flag("--skip-missing", options->skip_missing,
                 "Go on with the other records of a batch if some of them are lost.");
  documents.flag("--dry-run", options->dry_run,
                 "Only say what would be done, and whether Kafka still has the records.");
  options->function.declare(redrive);
  options->cluster.declare(redrive,
                           "Read the records from the Kafka at this address. By default, the "
                           "config or else each document names it. Credentials go only to a Kafka "
                           "that this option or the config names.");
  const Command kafka = redrive.group("Kafka");
  kafka
      .option("--known-as", options->known_as,
              "Take documents about this address, too, because it is another name of the same "
              "Kafka. It may be repeated.")
      .takes("HOST:PORT")
      .one_value_at_a_time();
  kafka
      .option("--to-topic", options->to_topic,
              "Store the records in this topic, instead of invoking a function.")
      .takes("NAME")
      .checked_by(base::problem_of_topic);
  return {redrive, [options] { return run(*options); }};
}

}  // namespace penstock::apps
