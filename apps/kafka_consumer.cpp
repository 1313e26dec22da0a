// The Lambda function, as the bootstrap of a custom runtime: takes Kafka records to the functions in
// hello/consumer.cpp.

#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <exception>
#include <string>

#include "base/configuration.h"
#include "consumer.h"
#include "contract/events/event_schemas.h"
#include "embedded_event_schemas.h"
#include "lambda/function_loop.h"
#include "lambda/runtime_api_client.h"
#include "log/log.h"

namespace {

using penstock::contract::EventSchemas;
using penstock::lambda::Responses;
using penstock::lambda::RuntimeApiClient;
using penstock::log::Level;

struct Settings {
  std::string runtime_api;
  std::string function_name;
  Level level = Level::info;
  Responses responses = Responses::whole_batch;
};

// Lambda's own variables (AWS, "Defined runtime environment variables"), and the one that says what the event
// source mapping asks for.
penstock::base::Result<> read_settings(Settings& settings) {
  penstock::base::Configuration table("AWS_LAMBDA_", penstock::base::process_environment());
  table.text("RUNTIME_API", settings.runtime_api, "host:port of the Lambda Runtime API");
  table.text("FUNCTION_NAME", settings.function_name, "what metrics are told of");
  const auto parse_level = [&](std::string_view text) {
    const auto level = penstock::log::level_named(text);
    if (level) settings.level = *level;
    return level.has_value();
  };
  table.choice("LOG_LEVEL", "INFO", parse_level, "TRACE, DEBUG, INFO, WARN, ERROR or FATAL",
               "lowest level that is logged");
  if (auto readable = table.check(); !readable) return readable;
  penstock::base::Configuration mapping("", penstock::base::process_environment());
  const auto parse_responses = [&](std::string_view text) {
    settings.responses = text.empty() ? Responses::whole_batch : Responses::partial;
    return text.empty() || text == "ReportBatchItemFailures";
  };
  mapping.choice("FUNCTION_RESPONSE_TYPES", "", parse_responses, "ReportBatchItemFailures, or empty",
                 "FunctionResponseTypes of the event source mapping");
  return mapping.check();
}

int complain(const char* program, const std::string& sentence) {
  std::fprintf(stderr, "%s: %s\n", program, sentence.c_str());
  return 1;
}

int run(const char* program) {
  std::signal(SIGPIPE, SIG_IGN);  // A log that nobody reads any more is no reason to end.
  Settings settings;
  const auto readable = read_settings(settings);
  if (settings.runtime_api.empty()) {
    return complain(
        program,
        "AWS_LAMBDA_RUNTIME_API is not set. This program is a Lambda function: AWS Lambda starts it, or "
        "penstock_local does on one machine.");
  }
  auto api = RuntimeApiClient::at(settings.runtime_api);
  if (!api) return complain(program, "AWS_LAMBDA_RUNTIME_API: " + api.error().message);

  auto schemas = EventSchemas::compile(penstock::kEventSchemas);
  const auto& handlers = hello::kEventHandlers;
  auto startable = readable ? check(handlers) : readable;
  if (startable && !schemas) startable = schemas.error();
  if (!startable) {
    const auto reported = api->report_init_error({"Function.CannotStart", startable.error().message});
    if (!reported) complain(program, "the failed start could not be reported: " + reported.error().message);
    return complain(program, startable.error().message);
  }

  const auto read_value = [&](std::string_view type, std::string_view value) {
    using Value = penstock::base::Result<boost::json::value>;
    return schemas->declares(type) ? schemas->read(type, value) : Value(boost::json::value());
  };
  penstock::log::Log log(STDOUT_FILENO, settings.level, {.time_key = "timestamp"});
  penstock::lambda::Function function(
      log, handlers,
      {.responses = settings.responses, .read_value = read_value, .function_name = settings.function_name});
  const auto end = serve(*api, function, log);
  return complain(program, penstock::base::describe(end));
}

}  // namespace

int main(int argc, char** argv) {
  const char* program = argc > 0 ? argv[0] : "function";
  try {
    return run(program);
  } catch (const std::exception& error) {
    return complain(program, error.what());
  }
}
