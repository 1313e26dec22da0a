#include "apps/consumer/function_service.h"

#include <unistd.h>

#include <cstdlib>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "apps/shared/core_dumps.h"
#include "apps/shared/exit_status.h"
#include "apps/shared/inherited_signals.h"
#include "base/configuration.h"
#include "base/own_setting.h"
#include "lambda/concurrent_loops.h"
#include "lambda/event_values.h"
#include "lambda/function_loop.h"
#include "lambda/handler_loop.h"
#include "lambda/runtime_api_client.h"
#include "log/fault_flush.h"
#include "log/log.h"

namespace penstock::apps {
namespace {

using lambda::EventValues;

// Holds the settings of the function.
struct Settings {
  // This is HOST:PORT of the Lambda Runtime API. It is empty if the program was not started as a
  // function.
  std::string runtime_api;
  std::string function_name;
  log::Level level = log::Level::info;
  lambda::Responses responses = lambda::Responses::whole_batch;
  // This is how many invocations the process handles at the same time.
  int64_t max_concurrency = 1;
  bool core_dumps = false;
};

// Returns the variables of this process whose names begin so. A function has some thirty, and its
// settings are a few of them.
base::Environment variables(std::initializer_list<std::string_view> beginnings) {
  base::Environment found;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    const size_t equals = text.find('=');
    if (equals == std::string_view::npos) continue;
    for (const std::string_view beginning : beginnings) {
      if (!text.starts_with(beginning)) continue;
      found.emplace(text.substr(0, equals), text.substr(equals + 1));
      break;
    }
  }
  return found;
}

// Reads Lambda's variables (AWS, "Defined runtime environment variables"), FUNCTION_RESPONSE_TYPES,
// which must match the event source mapping, and the settings of the service's own. Fails with
// `invalid`; `settings` then has the values that could be read.
base::Result<> read_settings(std::string_view variable_prefix, Settings& settings) {
  base::Configuration table("AWS_LAMBDA_", variables({"AWS_LAMBDA_"}));
  table.text("RUNTIME_API", settings.runtime_api, "host:port of the Lambda Runtime API");
  table.text("FUNCTION_NAME", settings.function_name, "the function's name in metrics");
  const auto parse_level = [&](std::string_view text) {
    const auto level = log::level_named(text);
    if (level) settings.level = *level;
    return level.has_value();
  };
  table.choice("LOG_LEVEL", "INFO", parse_level, "TRACE, DEBUG, INFO, WARN, ERROR or FATAL",
               "the lowest level that is logged");
  table.integer("MAX_CONCURRENCY", settings.max_concurrency, 1, lambda::kMaxConcurrencyMax,
                "how many invocations are handled at the same time, on Lambda Managed Instances");
  base::Configuration mapping("", variables({"FUNCTION_RESPONSE_TYPES", "PENSTOCK_CORE_DUMPS"}));
  const auto parse_responses = [&](std::string_view text) {
    settings.responses = text.empty() ? lambda::Responses::whole_batch : lambda::Responses::partial;
    return text.empty() || text == "ReportBatchItemFailures";
  };
  mapping.choice("FUNCTION_RESPONSE_TYPES", "", parse_responses,
                 "ReportBatchItemFailures, or empty",
                 "FunctionResponseTypes of the event source mapping");
  mapping.boolean("PENSTOCK_CORE_DUMPS", settings.core_dumps,
                  "whether a crash may leave a core dump, which contains credentials");
  if (!settings.core_dumps) forbid_core_dumps();
  base::Configuration own(std::string(variable_prefix), variables({variable_prefix}));
  base::declare_own_settings(own);
  if (auto readable = table.check(); !readable) return readable;
  if (auto readable = mapping.check(); !readable) return readable;
  return own.check();
}

int fail(const char* program, const std::string& sentence) {
  return complain(program, sentence, kExitFailed);
}

// Reports the failure to Lambda, too, which shows the reason to the caller of the function.
int fail_start(const char* program, lambda::RuntimeApiClient& api, const std::string& reason) {
  if (const auto reported = api.report_init_error({"Function.CannotStart", reason}); !reported) {
    fail(program, "the failed start could not be reported: " + reported.error().message);
  }
  return fail(program, reason);
}

lambda::FunctionSettings function_settings(const Settings& settings, EventValues& values,
                                           lambda::HandlerLoop* loop) {
  return {.responses = settings.responses,
          .readers = values.readers(),
          .loop = loop,
          .function_name = settings.function_name};
}

// Matches the schemas of the events with the handlers.
base::Result<EventValues> event_values(const FunctionService& service) {
  return EventValues::make(service.event_schemas, service.handlers);
}

// Has what the handlers of one loop wait with and use. It is null if they need none of it.
using OwnLoop = std::shared_ptr<lambda::HandlerLoop>;

// Makes it. Fails as the service's function that makes the resources does.
base::Result<OwnLoop> handler_loop(const FunctionService& service, const Settings& settings,
                                   log::Log& log) {
  const lambda::MakeHandlerLoop make = loop_maker(service.handlers);
  if (make == nullptr) return OwnLoop();
  const base::Environment environment = base::process_environment();
  auto made = make(service.handlers,
                   {.environment = environment, .log = log, .program = settings.function_name});
  if (!made) return made.error();
  return OwnLoop(std::move(*made));
}

// Handles invocations until the Runtime API fails.
int serve_invocations(const FunctionService& service, const char* program,
                      lambda::RuntimeApiClient& api, const Settings& settings,
                      EventValues& values) {
  log::Log log(STDOUT_FILENO, settings.level, {.time_key = "timestamp"});
  const log::FaultFlush fault_flush(log);
  const auto loop = handler_loop(service, settings, log);
  if (!loop) return fail_start(program, api, base::describe(loop.error()));
  lambda::Function function(log, service.handlers,
                            function_settings(settings, values, loop->get()));
  const auto end = serve(api, function, log);
  return fail(program, base::describe(end));
}

// Has what one of several loops uses alone.
struct Worker {
  lambda::RuntimeApiClient api;
  EventValues values;
  OwnLoop loop;
};

// Does the same with several invocations at the same time.
int serve_concurrently(const FunctionService& service, const char* program,
                       lambda::RuntimeApiClient& api, const Settings& settings) {
  log::Log log(STDOUT_FILENO, settings.level, {.time_key = "timestamp"});
  const log::FaultFlush fault_flush(log);
  const auto memory = std::make_shared<lambda::FunctionMemory>();
  std::vector<lambda::ConcurrentLoops::Loop> loops;
  for (int64_t i = 0; i < settings.max_concurrency; ++i) {
    auto client = lambda::RuntimeApiClient::at(settings.runtime_api);
    auto values = event_values(service);
    if (!client || !values) {
      return fail_start(program, api, (client ? values.error() : client.error()).message);
    }
    auto loop = handler_loop(service, settings, log);
    if (!loop) return fail_start(program, api, base::describe(loop.error()));
    auto worker =
        std::make_shared<Worker>(Worker{std::move(*client), std::move(*values), std::move(*loop)});
    loops.push_back([&log, &service, &settings, memory, worker = std::move(worker)] {
      lambda::Function function(log, service.handlers,
                                function_settings(settings, worker->values, worker->loop.get()),
                                memory);
      return serve(worker->api, function, log, lambda::TraceVariable::left);
    });
  }
  const auto started = lambda::ConcurrentLoops::start(std::move(loops));
  if (!started) return fail_start(program, api, base::describe(started.error()));
  const int status = fail(program, base::describe((*started)->first_end()));
  // The other loops may wait for ever, and use what a return would destroy. Lambda sends again what
  // they have not answered.
  log.flush_within(log::Log::kEndPatience);
  std::_Exit(status);
}

int run(const FunctionService& service, const char* program) {
  Settings settings;
  const auto readable = read_settings(service.variable_prefix, settings);
  if (settings.runtime_api.empty()) {
    return fail(program,
                "AWS_LAMBDA_RUNTIME_API is not set. This program is a Lambda function: AWS Lambda "
                "starts it, or "
                "penstock_local does on one machine.");
  }
  auto api = lambda::RuntimeApiClient::at(settings.runtime_api);
  if (!api) return fail(program, "AWS_LAMBDA_RUNTIME_API: " + api.error().message);
  if (!readable) return fail_start(program, *api, readable.error().message);
  if (const auto sound = check(service.handlers); !sound) {
    return fail_start(program, *api, sound.error().message);
  }
  auto values = event_values(service);
  if (!values) return fail_start(program, *api, values.error().message);
  if (settings.max_concurrency > 1) return serve_concurrently(service, program, *api, settings);
  return serve_invocations(service, program, *api, settings, *values);
}

}  // namespace

int run_function(const FunctionService& service, int count, char** arguments) {
  take_signals();  // The log may lose its reader.
  const char* program = count > 0 ? arguments[0] : "function";
  return run_program(program, [&] { return run(service, program); });
}

}  // namespace penstock::apps
