// `penstock_local` without a verb runs the whole system.
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>

#include "apps/local/commands.h"
#include "apps/local/options.h"
#include "apps/local/service_env.h"
#include "apps/shared/exit_status.h"
#include "apps/shared/files.h"
#include "base/topic_name.h"
#include "local/processes/console.h"
#include "local/system/local_system.h"

namespace penstock::apps {
namespace {

constexpr const char* kLatest = "LATEST";
constexpr const char* kTrimHorizon = "TRIM_HORIZON";

struct Options {
  local::SystemOptions system;
  int64_t function_timeout_s = 30;
  std::string starting_position = kTrimHorizon;
  std::string mapping_file;
  std::string service;
};

local::SystemOptions defaults() {
  local::SystemOptions system;
  system.mapping.source.group_id = "penstock-local";
  return system;
}

std::string problem_of_broker(const std::string& text) {
  const bool known = text == "kafka" || text == "memory" || text.find(':') != std::string::npos;
  return known ? "" : "'" + text + "' is not kafka, memory or HOST:PORT";
}

void declare_system(const Command& program, local::SystemOptions& system) {
  program
      .option("--broker", system.broker,
              "Use this broker: kafka (a real Apache Kafka), memory, or the HOST:PORT of one that "
              "runs already.")
      .checked_by(problem_of_broker)
      .shows_default();
  program.option("--port", system.port, "Serve the API on this port.")
      .between(1, 65'535)
      .shows_default();
  program
      .option("--admin-port", system.admin_port,
              "Serve the API's readiness and metrics on this port.")
      .between(1, 65'535)
      .shows_default();
  program.option("--data", system.data, "Keep Kafka's records in this folder between runs.")
      .shows_default();
  program
      .option("--kafka-libs", system.kafka_libs, "Run the Apache Kafka with jars in this folder.")
      .or_variable("PENSTOCK_KAFKA_LIBS");
  program.option("--topic", system.topic, "Send events from the API to the function in this topic.")
      .checked_by(base::problem_of_topic)
      .shows_default();
  program
      .option("--api", system.api,
              "Run this program as the API. By default, it is the one beside this program that the "
              "service names.")
      .existing_file();
}

void declare_mapping(const Command& program, Options& options) {
  local::LocalMappingSettings& mapping = options.system.mapping;
  program
      .option("--consumer-group", mapping.source.group_id,
              "Let the event source mapping read as a member of this group.")
      .shows_default();
  program.option("--function", mapping.function.program,
                 "Invoke this function, the bootstrap of a custom runtime in any language. By "
                 "default, it is the program beside this one that the service names.");
  program
      .option("--batch-size", mapping.rules.batch_size,
              "Invoke the function with at most this many records.")
      .between(1, local::EventBatch::kRecordsMax)
      .shows_default();
  program
      .option("--batching-window", mapping.rules.batching_window,
              "Let a record wait this long for others, in seconds.")
      .between(std::chrono::seconds(0), std::chrono::seconds(300))
      .shows_default();
  program
      .option("--starting-position", options.starting_position,
              "Start there in the topic if the consumer group is new.")
      .one_of({kTrimHorizon, kLatest})
      .shows_default();
  declare_function_timeout(program, options.function_timeout_s);
  program.option(
      "--mapping", options.mapping_file,
      "Read filters, retries and a failure destination from this file, which has the JSON "
      "for `aws lambda create-event-source-mapping --cli-input-json`. Its BatchSize, "
      "window, starting position and consumer group override the options.");
  program
      .option("--concurrency", mapping.concurrency,
              "Handle this many batches at the same time, each with its own process.")
      .between(1, local::LocalMapping::kConcurrencyMax)
      .shows_default();
  program.flag("--verbose", mapping.verbose, "Write a line for every invocation.");
}

base::Error invalid(std::string message) {
  return {.code = base::ErrorCode::invalid, .message = std::move(message)};
}

// Sets what the service's folder says, unless an option says otherwise.
base::Result<> apply_service(const std::string& option, local::SystemOptions& system) {
  const std::filesystem::path folder = service_folder(option);
  if (folder.empty()) {
    return invalid(
        "there is no service.env in this folder. Name the service's folder with "
        "--service.");
  }
  const auto service = read_service_env(folder);
  if (!service) return service.error();
  if (system.api.empty()) system.api = beside_us(service->api_program);
  system.variable_prefix = service->variable_prefix;
  system.examples = service->examples;
  local::LocalMappingSettings& mapping = system.mapping;
  if (mapping.function.program.empty()) {
    mapping.function.program = beside_us(service->function_program);
  }
  mapping.function.name = service->function_program;
  mapping.rules.envelope.event_source_arn = local_cluster_arn(service->service);
  return {};
}

base::Result<local::SystemOptions> settings_of(const Options& options) {
  local::SystemOptions system = options.system;
  if (auto applied = apply_service(options.service, system); !applied) return applied.error();
  if (system.port == system.admin_port) {
    return invalid("--port and --admin-port are both " + std::to_string(system.port) +
                   ". Each needs a port of its own.");
  }
  local::LocalMappingSettings& mapping = system.mapping;
  mapping.source.topics = {system.topic};
  mapping.source.starting_position = options.starting_position == kLatest
                                         ? local::StartingPosition::latest
                                         : local::StartingPosition::trim_horizon;
  mapping.function_timeout = std::chrono::seconds(options.function_timeout_s);
  if (!options.mapping_file.empty()) {
    const auto text = read_file(options.mapping_file);
    if (!text) return text.error();
    auto request = local::MappingRequest::parse(*text);
    if (!request) {
      return invalid(options.mapping_file + ": " + request.error().message);
    }
    if (request->topics != mapping.source.topics) {
      return invalid(options.mapping_file + ": Topics has '" + request->topics.front() +
                     "', but the API sends its events to '" + system.topic +
                     "'. Name one topic in both, here with --topic.");
    }
    mapping.apply(std::move(*request));
  }
  auto program = function_program(mapping.function.program.string());
  if (!program) return program.error();
  mapping.function.program = std::move(*program);
  return system;
}

int run(const Options& options) {
  auto settings = settings_of(options);
  if (!settings) return refuse(kLocalProgram, settings.error().message);
  boost::asio::io_context io(1);
  local::Console console(STDOUT_FILENO);
  return local::LocalSystem(io, console, std::move(*settings)).run();
}

}  // namespace

Run add_up(const Command& program) {
  auto options = std::make_shared<Options>();
  options->system = defaults();
  declare_service(program, options->service);
  declare_system(program, options->system);
  declare_mapping(program, *options);
  return [options] { return run(*options); };
}

}  // namespace penstock::apps
