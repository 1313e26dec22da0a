// `penstock_local redrive`: takes up what a mapping has given up.
#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <csignal>
#include <filesystem>
#include <iostream>
#include <memory>
#include <thread>

#include "apps/local/commands.h"
#include "apps/local/iam.h"
#include "apps/local/options.h"
#include "local/failures/failure_reports.h"
#include "local/failures/redrive.h"
#include "local/function/function_environment.h"
#include "local/function/url_invoker.h"
#include "local/mapping/mapping_request.h"
#include "local/processes/console.h"

namespace penstock::apps {
namespace {

constexpr int kExitLeft = 1;  // Something could not be redriven.
constexpr int kExitUsage = 2;
// Until a batch is handled, nobody else gets its message.
constexpr std::chrono::seconds kVisibilitySlack{60};
constexpr std::chrono::seconds kDryVisibility{30};

struct Options {
  std::string from;
  std::vector<std::string> files;
  std::string config;
  std::string bootstrap;
  std::vector<std::string> properties;
  bool iam = false;
  std::string function;
  std::vector<std::string> environment;
  double function_timeout = 30;
  std::string to_topic;
  size_t max = 10'000;
  bool dry_run = false;
  bool skip_missing = false;
};

int refuse(const std::string& sentence) {
  std::cerr << "penstock_local redrive: " << sentence << '\n';
  return kExitUsage;
}

// The redrive works on a thread of its own; the function's process needs this one.
int run_beside(local::FunctionEnvironment* function, boost::asio::io_context& io, local::Console& console,
               local::Redrive& redrive) {
  boost::asio::signal_set signals(io, SIGINT, SIGTERM);
  base::Result<local::Redrive::Totals> totals = local::Redrive::Totals{};
  bool finished = false;
  std::jthread worker([&](std::stop_token stop) {
    totals = redrive.run(std::move(stop));
    boost::asio::post(io, [&] { finished = true; });
  });
  signals.async_wait([&](const boost::system::error_code& error, int) {
    if (error) return;
    console.line("redrive", "stopping after what is in hand");
    worker.request_stop();
  });
  while (!finished) io.run_one();
  worker.join();
  signals.cancel();
  if (function != nullptr) {
    bool stopped = false;
    boost::asio::co_spawn(io, function->stop(), [&](const std::exception_ptr&) { stopped = true; });
    while (!stopped) io.run_one();
  }
  if (!totals) {
    console.line("redrive", base::describe(totals.error()));
    return kExitLeft;
  }
  console.line("redrive", std::to_string(totals->done) + " done (" + std::to_string(totals->records) +
                              " records), " + std::to_string(totals->left) + " left");
  return totals->left == 0 ? 0 : kExitLeft;
}

int run(const Options& options) {
  if (options.from.empty() == options.files.empty())
    return refuse("give --from ARN, or files with documents");
  if (options.function.empty() == options.to_topic.empty()) return refuse("give --function, or --to-topic");
  local::RedriveSettings settings;
  std::string name = "function";
  if (!options.config.empty()) {
    const auto text = read_file(options.config);
    if (!text) return refuse(text.error().message);
    auto request = local::MappingRequest::parse(*text);
    if (!request) return refuse(options.config + ": " + request.error().message);
    settings.filter = std::move(request->settings.filter);
    settings.event_source_arn = request->settings.envelope.event_source_arn;
    settings.cluster.bootstrap = request->bootstrap;
    if (!request->function_name.empty()) name = request->function_name;
  }
  if (!options.bootstrap.empty()) settings.cluster.bootstrap = options.bootstrap;
  const auto properties = pairs_of(options.properties);
  const auto environment = pairs_of(options.environment);
  if (!properties) return refuse("--property: " + properties.error().message);
  if (!environment) return refuse("--env: " + environment.error().message);
  settings.cluster.properties = *properties;
  settings.topic = options.to_topic;
  settings.dry_run = options.dry_run;
  settings.skip_missing = options.skip_missing;
  settings.reports_max = options.max;

  const auto timeout = std::chrono::milliseconds(static_cast<int64_t>(options.function_timeout * 1000));
  const auto visibility = options.dry_run
                              ? kDryVisibility
                              : std::chrono::duration_cast<std::chrono::seconds>(timeout) + kVisibilitySlack;
  std::unique_ptr<local::FailureReports> reports;
  if (options.from.empty()) {
    reports = local::reports_in(options.files);
  } else {
    auto made = local::reports_at(options.from, visibility, base::process_environment());
    if (!made) return refuse("--from: " + made.error().message);
    reports = std::move(*made);
  }

  std::signal(SIGPIPE, SIG_IGN);
  boost::asio::io_context io(1);
  const auto work = boost::asio::make_work_guard(io);
  local::Console console(STDOUT_FILENO);
  const auto say = [&](const std::string& line) { console.line("redrive", line); };
  LocalIam iam(options.iam, settings.cluster.properties, say);
  settings.tokens = [&](const std::string& bootstrap) { return iam.tokens(bootstrap); };
  std::optional<local::FunctionEnvironment> function;
  std::optional<local::UrlInvoker> url;
  if (options.function.starts_with("http://")) {
    auto made = local::UrlInvoker::at(options.function, timeout);
    if (!made) return refuse("--function: " + made.error().message);
    settings.invoker = &url.emplace(std::move(*made));
  } else if (!options.function.empty()) {
    local::FunctionSettings process{.program = std::filesystem::absolute(options.function), .name = name};
    process.environment.insert(environment->begin(), environment->end());
    function.emplace(io, console, process, timeout, "function");
    settings.invoker = &function->invoker();
    if (!options.dry_run) {
      if (auto started = function->start(); !started) return refuse("--function: " + started.error().message);
    }
  }
  local::Redrive redrive(std::move(settings), *reports, say);
  return run_beside(options.dry_run || !function ? nullptr : &*function, io, console, redrive);
}

}  // namespace

std::function<int()> add_redrive(CLI::App& app) {
  auto options = std::make_shared<Options>();
  CLI::App* redrive = app.add_subcommand("redrive", "Takes up batches that a mapping has given up");
  redrive->add_option("--from", options->from,
                      "ARN of the failure destination: an SQS queue, or arn:aws:s3:::BUCKET[/PREFIX]");
  redrive->add_option("files", options->files, "documents of a failure destination instead");
  redrive->add_option("--function", options->function, "a custom runtime's bootstrap, or an invoke URL");
  redrive->add_option("--to-topic", options->to_topic, "stores the records in this topic instead");
  redrive->add_option("--bootstrap", options->bootstrap,
                      "HOST:PORT of Kafka; else the config's, else the documents'");
  redrive->add_option("--property", options->properties, "NAME=VALUE of librdkafka, to be let in");
  LocalIam::add_option(*redrive, options->iam);
  redrive->add_option("--config", options->config, "the mapping's file: its filter, its ARN");
  redrive->add_option("--env", options->environment, "NAME=VALUE for the function");
  redrive->add_option("--function-timeout", options->function_timeout, "seconds of one invocation")
      ->check(CLI::Range(0.1, 900.0))
      ->capture_default_str();
  redrive->add_option("--max", options->max, "documents at the most")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  redrive->add_flag("--skip-missing", options->skip_missing,
                    "goes on where Kafka has lost records of a batch");
  redrive->add_flag("--dry-run", options->dry_run,
                    "says what it would do, and whether the records are there");
  return [redrive, options] { return redrive->parsed() ? run(*options) : -1; };
}

}  // namespace penstock::apps
