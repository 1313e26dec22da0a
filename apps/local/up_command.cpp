// `penstock_local` without a verb runs the whole system.
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "apps/local/commands.h"
#include "apps/local/log_options.h"
#include "apps/local/options.h"
#include "apps/local/service_env.h"
#include "apps/local/system_plan.h"
#include "apps/shared/exit_status.h"
#include "apps/shared/files.h"
#include "base/topic_name.h"
#include "local/processes/terminal.h"
#include "local/system/local_system.h"

namespace penstock::apps {
namespace {

constexpr const char* kLatest = "LATEST";
constexpr const char* kTrimHorizon = "TRIM_HORIZON";

struct Options {
  local::SystemOptions system;
  local::LocalMappingSettings mapping;  // For each topic.
  ConsoleOption console;
  std::string topic;
  int64_t function_timeout_s = 30;
  std::string starting_position = kTrimHorizon;
  std::vector<std::string> mapping_files;
  std::string service;
  bool watch = false;
  std::string build_command;
  ServerCommands servers;
  LogOptions log;
};

std::string problem_of_broker(const std::string& text) {
  const bool known = text == "kafka" || text == "memory" || text.find(':') != std::string::npos;
  return known ? "" : "'" + text + "' is not kafka, memory or HOST:PORT";
}

void declare_api(const Command& api, local::SystemOptions& system) {
  api.option("--port", system.port, "Serve the API on this port.")
      .between(1, 65'535)
      .shows_default();
  api.option("--admin-port", system.admin_port,
             "Serve the API's readiness and metrics on this port.")
      .between(1, 65'535)
      .shows_default();
  api.option("--api", system.api.program,
             "Run this program as the API, instead of the service's own.")
      .existing_file();
}

void declare_kafka(const Command& kafka, Options& options) {
  local::SystemOptions& system = options.system;
  kafka
      .option("--broker", system.broker,
              "Use this broker: a real Apache Kafka, one in memory, or one that runs already.")
      .takes("kafka|memory|HOST:PORT")
      .checked_by(problem_of_broker)
      .shows_default();
  kafka.option("--data", system.data, "Keep Kafka's records in this folder between runs.")
      .takes("FOLDER")
      .shows_default();
  kafka
      .option("--kafka-libs", system.kafka_libs,
              "Run the Apache Kafka whose jars are in this folder.")
      .takes("FOLDER")
      .or_variable("PENSTOCK_KAFKA_LIBS");
  kafka
      .option("--topic", options.topic,
              "Send all events to this topic, and read it, instead of the topics of the contract.")
      .takes("NAME")
      .checked_by(base::problem_of_topic);
}

void declare_mapping(const Command& command, Options& options) {
  local::LocalMappingSettings& mapping = options.mapping;
  command
      .option("--mapping", options.mapping_files,
              "Read filters, retries and a failure destination from this file, which has the JSON "
              "for `aws lambda create-event-source-mapping --cli-input-json`. Its BatchSize, "
              "window, starting position and consumer group override the options. It may be "
              "repeated: there must be one for each topic of the API.")
      .takes("FILE")
      .one_value_at_a_time();
  command
      .option("--consumer-group", mapping.source.group_id,
              "Read as a member of this group. By default, it is penstock-local-TOPIC.")
      .takes("NAME");
  command
      .option("--starting-position", options.starting_position,
              "Start there in the topic if the consumer group is new.")
      .one_of({kTrimHorizon, kLatest})
      .shows_default();
  command
      .option("--batch-size", mapping.rules.batch_size,
              "Invoke the function with at most this many records.")
      .between(1, local::EventBatch::kRecordsMax)
      .shows_default();
  command
      .option("--batching-window", mapping.rules.batching_window,
              "Let a record wait this long for others.")
      .between(std::chrono::seconds(0), std::chrono::seconds(300))
      .shows_default();
  command
      .option("--concurrency", mapping.concurrency,
              "Handle this many batches at the same time, each with its own process. The mappings "
              "of several topics share them.")
      .between(1, local::LocalMapping::kConcurrencyMax)
      .shows_default();
}

void declare_function(const Command& command, Options& options) {
  command
      .option("--function", options.mapping.function.program,
              "Invoke this function, the bootstrap of a custom runtime in any language, instead of "
              "the service's own.")
      .takes("FILE");
  declare_function_timeout(command, options.function_timeout_s);
}

base::Error invalid(std::string message) {
  return {.code = base::ErrorCode::invalid, .message = std::move(message)};
}

void declare_servers(const Command& command, Options& options) {
  command
      .option(
          "--tables-command", options.servers.tables,
          "Play DynamoDB by this command, which /bin/sh runs in the service's folder, for a "
          "service that declares tables. The variable PORT has the port to serve on, and TABLES "
          "the declaration.")
      .takes("COMMAND");
  command
      .option("--database-command", options.servers.database,
              "Run a PostgreSQL by this command, which /bin/sh runs in the service's folder, for a "
              "service that has a DATABASE. The variable PORT has the port to serve on, DATABASE "
              "the database's name, DATA the folder to keep it in.")
      .takes("COMMAND");
}

void declare_watch(const Command& command, Options& options) {
  const Option watch = command.flag(
      "--watch", options.watch,
      "Build what is saved in the service's folder, and take it up while everything runs.");
  const Option build = command
                           .option("--build-command", options.build_command,
                                   "Build the programs with this command, which /bin/sh runs in "
                                   "the service's folder.")
                           .takes("COMMAND");
  watch.needs(build);
  build.needs(watch);
}

base::Result<ServiceEnv> service_of(const Options& options) {
  const std::filesystem::path folder = service_folder(options.service);
  if (folder.empty()) {
    return invalid(
        "there is no service.env in this folder. Name the service's folder with "
        "--service.");
  }
  return read_service_env(folder);
}

base::Result<std::vector<MappingFile>> read_mappings(const Options& options) {
  std::vector<MappingFile> files;
  for (const std::string& path : options.mapping_files) {
    const auto text = read_file(path);
    if (!text) return text.error();
    auto request = local::MappingRequest::parse(*text);
    if (!request) return invalid(path + ": " + request.error().message);
    files.push_back({path, std::move(*request)});
  }
  return files;
}

// Returns what test credentials are made of, or nothing if the environment says who may call the
// API: then those of the deployer count, or somebody in front of it.
base::Result<std::optional<auth::TestSeed>> seed_for(const PlanSettings& settings) {
  for (const char* name : {"AUTHENTICATION", "SECURITY"}) {
    const auto found = settings.environment.find(settings.service.variable_prefix + name);
    if (found != settings.environment.end() && !found->second.empty()) return std::nullopt;
  }
  auto seed = auth::TestSeed::make(std::chrono::system_clock::now());
  if (!seed) return seed.error();
  return std::move(*seed);
}

// Joins the options and what the service's folder says, which the options override.
base::Result<PlanSettings> plan_settings(const Options& options) {
  auto service = service_of(options);
  if (!service) return service.error();
  auto files = read_mappings(options);
  if (!files) return files.error();
  PlanSettings settings{.service = std::move(*service),
                        .environment = base::process_environment(),
                        .topic = options.topic,
                        .mapping = options.mapping,
                        .files = std::move(*files),
                        .servers = {},
                        .seed = {},
                        .compares_code = options.watch};
  auto seed = seed_for(settings);
  if (!seed) return seed.error();
  settings.seed = std::move(*seed);
  auto servers = servers_of(settings.service, settings.environment, options.servers,
                            std::filesystem::absolute(options.system.data));
  if (!servers) return servers.error();
  settings.servers = std::move(*servers);
  local::LocalMappingSettings& mapping = settings.mapping;
  mapping.source.starting_position = options.starting_position == kLatest
                                         ? local::StartingPosition::latest
                                         : local::StartingPosition::trim_horizon;
  mapping.verbose = options.log.verbose;
  mapping.function_timeout = std::chrono::seconds(options.function_timeout_s);
  mapping.function.name = settings.service.function_program;
  mapping.rules.envelope.event_source_arn = local_cluster_arn(settings.service.service);
  // The service's own settings are for its handlers of events, too.
  for (const auto& [name, value] : settings.environment) {
    if (name.starts_with(settings.service.variable_prefix)) {
      mapping.function.environment.emplace(name, value);
    }
  }
  for (const auto& [name, value] : settings.servers.variables) {
    mapping.function.environment[name] = value;
  }
  if (mapping.function.program.empty()) {
    mapping.function.program = beside_us(settings.service.function_program);
  }
  auto program = function_program(mapping.function.program.string());
  if (!program) return program.error();
  mapping.function.program = std::move(*program);
  return settings;
}

base::Result<local::SystemOptions> system_of(const Options& options, const PlanSettings& settings) {
  local::SystemOptions system = options.system;
  system.console_port = options.console.named_port();
  if (system.port == system.admin_port) {
    return invalid("--port and --admin-port are both " + std::to_string(system.port) +
                   ". Each needs a port of its own.");
  }
  for (const auto& [name, port] :
       {std::pair("--port", system.port), std::pair("--admin-port", system.admin_port)}) {
    if (system.console_port == port) {
      return invalid(std::string(name) + " and --console-port are both " + std::to_string(port) +
                     ". Each needs a port of its own.");
    }
  }
  auto plan = plan_of(settings);
  if (!plan) return plan.error();
  system.plan = std::move(*plan);
  const ServiceEnv& service = settings.service;
  system.service = service.service;
  system.test_events = service.folder / "test-events";
  // A program that somebody names has the contract that it is built with, unless that is watched.
  // It may run where this file cannot be read, as in a container.
  if (system.api.program.empty() || options.watch) system.api.contract = contract_file(service);
  if (system.api.program.empty()) system.api.program = beside_us(service.api_program);
  system.api.variable_prefix = service.variable_prefix;
  system.api.topic = options.topic;
  system.api.environment = settings.servers.variables;
  system.servers = settings.servers.servers;
  // All mappings agree on the function.
  system.function =
      (system.plan.mappings.empty() ? settings.mapping : system.plan.mappings.front()).pool();
  if (options.watch) {
    std::error_code error;
    system.watch = local::WatchOptions{.folder = std::filesystem::canonical(service.folder, error),
                                       .left_out = {},
                                       .build_command = options.build_command,
                                       .plan = [settings] { return plan_of(settings); }};
  }
  return system;
}

int run(const Options& options) {
  const auto settings = plan_settings(options);
  if (!settings) return refuse(kLocalProgram, settings.error().message);
  auto system = system_of(options, *settings);
  if (!system) return refuse(kLocalProgram, system.error().message);
  boost::asio::io_context io(1);
  local::Terminal terminal(STDOUT_FILENO, options.log.style());
  for (const std::string& note : {note_on_topic(*settings), note_on_credentials(*settings)}) {
    if (!note.empty()) terminal.line("penstock", note);
  }
  for (const std::string& note : settings->servers.notes) terminal.line("penstock", note);
  return local::LocalSystem(io, terminal, std::move(*system)).run();
}

}  // namespace

Run add_up(const Command& program) {
  auto options = std::make_shared<Options>();
  declare_service(program.group("Service"), options->service);
  declare_api(program.group("API"), options->system);
  declare_kafka(program.group("Kafka"), *options);
  declare_mapping(program.group("Event source mapping"), *options);
  declare_function(program.group("Function"), *options);
  declare_servers(program.group("Servers of the service"), *options);
  const Command terminal = program.group("Console and terminal");
  options->console.declare(terminal);
  options->log.declare(terminal);
  declare_watch(program.group("Watching"), *options);
  return [options] { return run(*options); };
}

}  // namespace penstock::apps
