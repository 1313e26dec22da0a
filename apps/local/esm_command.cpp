// `penstock_local esm` runs the event source mapping alone, for any Kafka and any function.
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>

#include "apps/local/commands.h"
#include "apps/local/iam.h"
#include "apps/local/log_options.h"
#include "apps/local/options.h"
#include "apps/shared/exit_status.h"
#include "apps/shared/files.h"
#include "local/kafka/kafka_broker.h"
#include "local/mapping/mapping_request.h"
#include "local/processes/terminal.h"
#include "local/system/mapping_program.h"

namespace penstock::apps {
namespace {

constexpr const char* kName = "penstock_local esm";
constexpr const char* kNamed = "named";
constexpr const char* kFromFirst = "from-first";

struct Options {
  std::string config;
  FunctionOptions function;
  ClusterOptions cluster;
  std::string data = ".penstock";  // The folder of `up`.
  std::string group;
  int concurrency = 1;
  std::string partial_retry = kNamed;
  ConsoleOption console;
  LogOptions log;
};

base::Error invalid(std::string message) {
  return {.code = base::ErrorCode::invalid, .message = std::move(message)};
}

base::Result<local::MappingRequest> request_of(const std::string& config) {
  const auto text = read_file(config);
  if (!text) return text.error();
  auto request = local::MappingRequest::parse(*text);
  if (!request) return invalid(config + ": " + request.error().message);
  return request;
}

// Returns the addresses of Kafka: of the options, else of the request, else of the broker of `up`.
base::Result<std::string> bootstrap_of(const Options& options, const std::string& requested) {
  if (!options.cluster.bootstrap.empty()) return options.cluster.bootstrap;
  if (!requested.empty()) return requested;
  auto known = local::KafkaBroker::bootstrap_in(std::filesystem::path(options.data) / "kafka");
  if (known) return known;
  return invalid(
      "the address of Kafka is missing. Name it with --bootstrap HOST:PORT, or with "
      "SelfManagedEventSource in " +
      options.config + ", or start `./penstock up`: " + known.error().message);
}

// Joins the options and the request. Options override the request.
base::Result<local::LocalMappingSettings> settings_of(const Options& options,
                                                      local::MappingRequest request) {
  local::LocalMappingSettings settings;
  settings.source.group_id = "penstock-local";
  settings.function.name = "function";
  settings.apply(std::move(request));
  if (options.partial_retry == kFromFirst) {
    settings.rules.retries.partial_retry = local::PartialRetry::from_first;
  }
  auto& cluster = settings.source.cluster;
  auto bootstrap = bootstrap_of(options, cluster.bootstrap);
  if (!bootstrap) return bootstrap.error();
  cluster.bootstrap = std::move(*bootstrap);
  if (!options.group.empty()) settings.source.group_id = options.group;
  auto properties = options.cluster.librdkafka();
  if (!properties) return properties.error();
  cluster.properties = std::move(*properties);
  auto function = options.function.target();
  if (!function) return function.error();
  if (!function->url.empty() && options.concurrency > 1) {
    return invalid(
        "--concurrency must be 1 if --function is a URL, because AWS's Runtime Interface Emulator "
        "crashes if it gets two invocations at once");
  }
  settings.invoke_url = function->url;
  settings.function.program = function->program;
  settings.function.environment.insert(function->environment.begin(), function->environment.end());
  settings.function_timeout = function->timeout;
  settings.concurrency = options.concurrency;
  settings.verbose = options.log.verbose;
  return settings;
}

int run(const Options& options) {
  auto request = request_of(options.config);
  if (!request) return refuse(kName, request.error().message);
  const auto notes = request->notes;
  auto settings = settings_of(options, std::move(*request));
  if (!settings) return refuse(kName, settings.error().message);

  local::Terminal terminal(STDOUT_FILENO, options.log.style());
  auto& cluster = settings->source.cluster;
  LocalIam iam(options.cluster.iam, cluster.properties,
               [&](const std::string& line) { terminal.line("penstock", line); });
  const auto tokens = iam.tokens(cluster.bootstrap);
  if (!tokens) return refuse(kName, tokens.error().message);
  cluster.tokens = *tokens;
  boost::asio::io_context io(1);
  for (const auto& note : notes) terminal.line("penstock", note);
  return local::MappingProgram(io, terminal, std::move(*settings), options.console.named_port())
      .run();
}

}  // namespace

Verb add_esm(const Command& program) {
  auto options = std::make_shared<Options>();
  const Command esm =
      program.verb("esm", "Runs the event source mapping alone, from any Kafka to any function.");
  const Command mapping = esm.group("Event source mapping");
  mapping
      .option("--config", options->config,
              "Read the mapping from this file. It has the JSON for `aws lambda "
              "create-event-source-mapping --cli-input-json`.")
      .takes("FILE")
      .required();
  mapping
      .option("--consumer-group", options->group,
              "Read as a member of this group, instead of the config's ConsumerGroupId.")
      .takes("NAME");
  mapping
      .option("--concurrency", options->concurrency,
              "Handle this many batches at the same time, each with its own process, or with one "
              "of --env AWS_LAMBDA_MAX_CONCURRENCY=N for N of them.")
      .between(1, local::LocalMapping::kConcurrencyMax)
      .shows_default();
  mapping
      .option("--partial-retry", options->partial_retry,
              "After a partial response, retry only the named records (named), or all from the "
              "first named one of a partition (from-first).")
      .one_of({kNamed, kFromFirst})
      .shows_default();
  options->function.declare(esm).required();
  options->cluster.declare(esm,
                           "Read from the Kafka at this address. By default, the config's "
                           "SelfManagedEventSource names it, or else it is the Kafka of `up`.");
  esm.group("Kafka")
      .option("--data", options->data, "Find the Kafka of `up` by its data folder.")
      .takes("FOLDER")
      .shows_default();
  const Command terminal = esm.group("Console and terminal");
  options->console.declare(terminal);
  options->log.declare(terminal);
  return {esm, [options] { return run(*options); }};
}

}  // namespace penstock::apps
