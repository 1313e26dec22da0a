#include <CLI/CLI.hpp>
#include <boost/asio/io_context.hpp>
#include <csignal>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <iostream>
#include <map>
#include <sstream>
#include <string>

#include "apps/local/commands.h"
#include "apps/local/options.h"
#include "local/processes/console.h"
#include "local/system/local_system.h"
#include "service_names.h"

// The whole system on one machine: see src/local.

namespace {

using penstock::local::StartingPosition;
using penstock::local::SystemOptions;

constexpr int kExitUsage = 2;

std::chrono::milliseconds from_seconds(double seconds) {
  return std::chrono::milliseconds(static_cast<int64_t>(seconds * 1000));
}

SystemOptions defaults() {
  SystemOptions options;
  options.api = penstock::apps::beside_us(penstock::kApiProgram);
  options.mapping.function.program = penstock::apps::beside_us(penstock::kFunctionProgram);
  options.mapping.function.name = penstock::kFunctionProgram;
  options.variable_prefix = penstock::kVariablePrefix;
  options.mapping.source.group_id = "penstock-local";
  std::istringstream examples{std::string(penstock::kExamples)};
  for (std::string example; examples >> example;) options.examples.push_back(example);
  options.mapping.mapping.envelope.event_source_arn = penstock::apps::local_cluster_arn();
  return options;
}

int run(int count, char** arguments) {
  SystemOptions options = defaults();
  double batching_window = 0.5;
  double function_timeout = 30;
  CLI::App app("Runs the whole system on this machine: a broker, " + std::string(penstock::kApiProgram) +
               ", and AWS's part between it and " + std::string(penstock::kFunctionProgram) + ".");
  app.add_option("--broker", options.broker, "kafka, memory, or HOST:PORT of one that is there already")
      ->check(CLI::Validator(
          [](const std::string& text) {
            const bool known = text == "kafka" || text == "memory" || text.find(':') != std::string::npos;
            return known ? std::string() : "'" + text + "' is neither kafka, memory nor HOST:PORT";
          },
          ""))
      ->capture_default_str();
  app.add_option("--port", options.port, "of the API")->check(CLI::Range(1, 65'535))->capture_default_str();
  app.add_option("--admin-port", options.admin_port, "of the API's readiness and metrics")
      ->check(CLI::Range(1, 65'535))
      ->capture_default_str();
  app.add_option("--data", options.data, "folder of what is kept between runs")->capture_default_str();
  app.add_option("--kafka-libs", options.kafka_libs, "folder of Apache Kafka's jars")
      ->envname("PENSTOCK_KAFKA_LIBS");
  app.add_option("--topic", options.topic, "between the API and the function")->capture_default_str();
  app.add_option("--consumer-group", options.mapping.source.group_id, "of the event source mapping")
      ->capture_default_str();
  app.add_option("--function", options.mapping.function.program,
                 "a custom runtime's bootstrap in any language")
      ->check(CLI::ExistingFile);
  app.add_option("--api", options.api, "the API's program")->check(CLI::ExistingFile);
  app.add_option("--batch-size", options.mapping.mapping.batch_size, "records of one invocation at most")
      ->check(CLI::Range(int64_t{1}, penstock::local::EventBatch::kRecordsMax))
      ->capture_default_str();
  app.add_option("--batching-window", batching_window, "seconds that a record waits for others")
      ->check(CLI::Range(0.0, 300.0))
      ->capture_default_str();
  app.add_option("--starting-position", options.mapping.source.starting_position,
                 "of a consumer group that is new")
      ->transform(CLI::CheckedTransformer(std::map<std::string, StartingPosition>{
          {"TRIM_HORIZON", StartingPosition::trim_horizon}, {"LATEST", StartingPosition::latest}}))
      ->default_str("TRIM_HORIZON");
  app.add_option("--function-timeout", function_timeout, "seconds of one invocation")
      ->check(CLI::Range(0.1, 900.0))
      ->capture_default_str();
  std::string mapping_file;
  app.add_option(
         "--mapping", mapping_file,
         "JSON as for `aws lambda create-event-source-mapping --cli-input-json`: filters, retries, failure "
         "destination; its BatchSize, window, starting position and consumer group go before the options")
      ->check(CLI::ExistingFile);
  app.add_option("--concurrency", options.mapping.concurrency,
                 "batches at the same time, each with a process of its own")
      ->check(CLI::Range(1, penstock::local::LocalMapping::kConcurrencyMax))
      ->capture_default_str();
  app.add_flag("--verbose", options.mapping.verbose, "a line for every invocation");
  const std::function<int()> commands[] = {penstock::apps::add_esm(app), penstock::apps::add_invoke(app),
                                           penstock::apps::add_redrive(app)};
  try {
    app.parse(count, arguments);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : kExitUsage;
  }
  if (!app.get_subcommands().empty()) {
    for (const auto& command : commands) {
      if (const int status = command(); status >= 0) return status;
    }
  }
  options.mapping.source.topics = {options.topic};
  options.mapping.mapping.batching_window = from_seconds(batching_window);
  options.mapping.function_timeout = from_seconds(function_timeout);
  if (!mapping_file.empty()) {
    const auto text = penstock::apps::read_file(mapping_file);
    auto request = text ? penstock::local::MappingRequest::parse(*text) : text.error();
    if (!request) {
      std::cerr << "penstock_local: " << mapping_file << ": " << request.error().message << '\n';
      return kExitUsage;
    }
    options.mapping.apply(std::move(*request));
  }
  options.mapping.function.program = std::filesystem::absolute(options.mapping.function.program);

  // A reader of our output that goes away is no reason to leave the children alone.
  std::signal(SIGPIPE, SIG_IGN);
  boost::asio::io_context io(1);
  penstock::local::Console console(STDOUT_FILENO);
  return penstock::local::LocalSystem(io, console, std::move(options)).run();
}

}  // namespace

int main(int count, char** arguments) {
  try {
    return run(count, arguments);
  } catch (const std::exception& failure) {
    std::cerr << "penstock_local: " << failure.what() << '\n';
    return EXIT_FAILURE;
  }
}
