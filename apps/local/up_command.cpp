// `penstock_local` without a verb: the whole system.
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <filesystem>
#include <memory>
#include <sstream>
#include <string>
#include <utility>

#include "apps/local/commands.h"
#include "apps/local/options.h"
#include "apps/shared/exit_status.h"
#include "apps/shared/files.h"
#include "local/processes/console.h"
#include "local/system/local_system.h"
#include "service_names.h"

namespace penstock::apps {
namespace {

constexpr const char* kLatest = "LATEST";
constexpr const char* kTrimHorizon = "TRIM_HORIZON";

struct Options {
  local::SystemOptions system;
  double batching_window_s = 0.5;
  double function_timeout_s = 30;
  std::string starting_position = kTrimHorizon;
  std::string mapping_file;
};

local::SystemOptions defaults() {
  local::SystemOptions system;
  system.api = beside_us(kApiProgram);
  system.variable_prefix = kVariablePrefix;
  std::istringstream examples{std::string(kExamples)};
  for (std::string example; examples >> example;) system.examples.push_back(example);
  local::LocalMappingSettings& mapping = system.mapping;
  mapping.function.program = beside_us(kFunctionProgram);
  mapping.function.name = kFunctionProgram;
  mapping.source.group_id = "penstock-local";
  mapping.rules.envelope.event_source_arn = local_cluster_arn();
  return system;
}

std::string problem_of_broker(const std::string& text) {
  const bool known = text == "kafka" || text == "memory" || text.find(':') != std::string::npos;
  return known ? "" : "'" + text + "' is neither kafka, memory nor HOST:PORT";
}

void declare_system(const Command& program, local::SystemOptions& system) {
  program
      .option("--broker", system.broker, "kafka, memory, or HOST:PORT of one that is there already")
      .checked_by(problem_of_broker)
      .shows_default();
  program.option("--port", system.port, "of the API").between(1, 65'535).shows_default();
  program.option("--admin-port", system.admin_port, "of the API's readiness and metrics")
      .between(1, 65'535)
      .shows_default();
  program.option("--data", system.data, "folder of what is kept between runs").shows_default();
  program.option("--kafka-libs", system.kafka_libs, "folder of Apache Kafka's jars")
      .or_variable("PENSTOCK_KAFKA_LIBS");
  program.option("--topic", system.topic, "between the API and the function").shows_default();
  program.option("--api", system.api, "the API's program").existing_file();
}

void declare_mapping(const Command& program, Options& options) {
  local::LocalMappingSettings& mapping = options.system.mapping;
  program.option("--consumer-group", mapping.source.group_id, "of the event source mapping")
      .shows_default();
  program.option("--function", mapping.function.program,
                 "a custom runtime's bootstrap in any language");
  program.option("--batch-size", mapping.rules.batch_size, "records of one invocation at most")
      .between(1, local::EventBatch::kRecordsMax)
      .shows_default();
  program
      .option("--batching-window", options.batching_window_s,
              "seconds that a record waits for others")
      .seconds_between(0, 300)
      .shows_default();
  program
      .option("--starting-position", options.starting_position, "of a consumer group that is new")
      .one_of({kTrimHorizon, kLatest})
      .shows_default();
  declare_function_timeout(program, options.function_timeout_s);
  program.option(
      "--mapping", options.mapping_file,
      "JSON as for `aws lambda create-event-source-mapping --cli-input-json`: filters, "
      "retries, failure "
      "destination; its BatchSize, window, starting position and consumer group go before "
      "the options");
  program
      .option("--concurrency", mapping.concurrency,
              "batches at the same time, each with a process of its own")
      .between(1, local::LocalMapping::kConcurrencyMax)
      .shows_default();
  program.flag("--verbose", mapping.verbose, "a line for every invocation");
}

base::Result<local::SystemOptions> settings_of(const Options& options) {
  local::SystemOptions system = options.system;
  local::LocalMappingSettings& mapping = system.mapping;
  mapping.source.topics = {system.topic};
  mapping.source.starting_position = options.starting_position == kLatest
                                         ? local::StartingPosition::latest
                                         : local::StartingPosition::trim_horizon;
  mapping.rules.batching_window = milliseconds_of(options.batching_window_s);
  mapping.function_timeout = milliseconds_of(options.function_timeout_s);
  if (!options.mapping_file.empty()) {
    const auto text = read_file(options.mapping_file);
    if (!text) return text.error();
    auto request = local::MappingRequest::parse(*text);
    if (!request) {
      return base::Error{.code = base::ErrorCode::invalid,
                         .message = options.mapping_file + ": " + request.error().message};
    }
    mapping.apply(std::move(*request));
  }
  const std::string function = mapping.function.program;
  mapping.function.program = std::filesystem::absolute(function);
  if (const std::string problem = problem_of_program(mapping.function.program); !problem.empty()) {
    return base::Error{.code = base::ErrorCode::invalid,
                       .message = "--function " + function + ": " + problem};
  }
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
  declare_system(program, options->system);
  declare_mapping(program, *options);
  return [options] { return run(*options); };
}

}  // namespace penstock::apps
