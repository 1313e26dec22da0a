// `penstock_local esm`: the event source mapping by itself, for any Kafka and any function.
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>
#include <sstream>

#include "apps/local/commands.h"
#include "apps/local/iam.h"
#include "apps/local/options.h"
#include "local/mapping/mapping_request.h"
#include "local/processes/console.h"
#include "local/system/mapping_program.h"

namespace penstock::apps {
namespace {

struct Options {
  std::string bootstrap;
  std::string config;
  std::string function;
  std::string group;
  std::vector<std::string> properties;
  bool iam = false;
  std::vector<std::string> environment;
  double function_timeout = 30;
  int concurrency = 1;
  bool verbose = false;
};

constexpr int kExitUsage = 2;

int refuse(const std::string& sentence) {
  std::cerr << "penstock_local esm: " << sentence << '\n';
  return kExitUsage;
}

int run(const Options& options) {
  const auto text = read_file(options.config);
  if (!text) return refuse(text.error().message);
  auto request = local::MappingRequest::parse(*text);
  if (!request) return refuse(options.config + ": " + request.error().message);

  local::LocalMappingSettings settings;
  const auto notes = request->notes;
  settings.source.group_id = "penstock-local";
  settings.function.name = "function";
  settings.apply(std::move(*request));
  if (!options.bootstrap.empty()) settings.source.cluster.bootstrap = options.bootstrap;
  if (!options.group.empty()) settings.source.group_id = options.group;
  if (settings.source.cluster.bootstrap.empty()) {
    return refuse("where is Kafka? Give --bootstrap HOST:PORT, or SelfManagedEventSource in " +
                  options.config);
  }
  const auto properties = pairs_of(options.properties);
  const auto environment = pairs_of(options.environment);
  if (!properties) return refuse("--property: " + properties.error().message);
  if (!environment) return refuse("--env: " + environment.error().message);
  settings.source.cluster.properties = *properties;
  settings.function.environment.insert(environment->begin(), environment->end());
  settings.function_timeout =
      std::chrono::milliseconds(static_cast<int64_t>(options.function_timeout * 1000));
  settings.concurrency = options.concurrency;
  settings.verbose = options.verbose;
  if (options.function.starts_with("http://") || options.function.starts_with("https://")) {
    if (options.concurrency > 1) {
      return refuse(
          "--concurrency is 1 with a URL: AWS's Runtime Interface Emulator dies of two invocations at once");
    }
    if (const auto url = local::UrlInvoker::at(options.function, settings.function_timeout); !url) {
      return refuse("--function " + options.function + ": " + url.error().message);
    }
    settings.invoke_url = options.function;
  } else {
    settings.function.program = std::filesystem::absolute(options.function);
    std::error_code error;
    if (!std::filesystem::is_regular_file(settings.function.program, error)) {
      return refuse("--function " + options.function + ": there is no such file");
    }
  }

  std::signal(SIGPIPE, SIG_IGN);
  local::Console console(STDOUT_FILENO);
  LocalIam iam(options.iam, *properties, [&](const std::string& line) { console.line("penstock", line); });
  const auto tokens = iam.tokens(settings.source.cluster.bootstrap);
  if (!tokens) return refuse(tokens.error().message);
  settings.source.cluster.tokens = *tokens;
  boost::asio::io_context io(1);
  for (const auto& note : notes) console.line("penstock", note);
  return local::MappingProgram(io, console, std::move(settings)).run();
}

}  // namespace

std::function<int()> add_esm(CLI::App& app) {
  auto options = std::make_shared<Options>();
  CLI::App* esm = app.add_subcommand("esm", "The event source mapping alone: from any Kafka to any function");
  esm->add_option("--config", options->config,
                  "JSON as for `aws lambda create-event-source-mapping --cli-input-json`")
      ->required();
  esm->add_option("--function", options->function,
                  "a custom runtime's bootstrap, or the invoke URL of a Runtime Interface Emulator")
      ->required();
  esm->add_option("--bootstrap", options->bootstrap,
                  "HOST:PORT of Kafka; else the config's SelfManagedEventSource");
  esm->add_option("--property", options->properties,
                  "NAME=VALUE of librdkafka, to be let in: security.protocol=SSL");
  LocalIam::add_option(*esm, options->iam);
  esm->add_option("--consumer-group", options->group, "instead of the config's ConsumerGroupId");
  esm->add_option("--concurrency", options->concurrency,
                  "batches at the same time, each with a process of its own")
      ->check(CLI::Range(1, local::LocalMapping::kConcurrencyMax))
      ->capture_default_str();
  esm->add_option("--env", options->environment, "NAME=VALUE for the function");
  esm->add_option("--function-timeout", options->function_timeout, "seconds of one invocation")
      ->check(CLI::Range(0.1, 900.0))
      ->capture_default_str();
  esm->add_flag("--verbose", options->verbose, "a line for every invocation");
  return [esm, options] { return esm->parsed() ? run(*options) : -1; };
}

}  // namespace penstock::apps
