// `penstock_local invoke` invokes a function once, with an event from a file or with the records of
// a topic.
#include <unistd.h>

#include <iostream>
#include <memory>
#include <string>
#include <utility>

#include "apps/local/commands.h"
#include "apps/local/options.h"
#include "apps/local/service_env.h"
#include "apps/local/service_servers.h"
#include "apps/local/test_event.h"
#include "apps/shared/exit_status.h"
#include "apps/shared/files.h"
#include "base/printable_text.h"
#include "local/function/invocation_event.h"
#include "local/function/single_invocation.h"
#include "local/processes/terminal.h"

namespace penstock::apps {
namespace {

using base::Error;
using base::ErrorCode;
using base::Result;

constexpr const char* kName = "penstock_local invoke";

struct Options {
  TestEventOptions event;
  FunctionOptions function;
  bool partial_responses = false;
  std::string save;
  std::string service;
};

int refuse(const Error& error) {
  return apps::refuse(kName, base::describe(error));
}

// Describes an event: "3 records, 1234 bytes".
std::string size_of(const std::string& event) {
  std::string text;
  if (const auto count = local::record_count(event)) {
    text = std::to_string(*count) + (*count == 1 ? " record, " : " records, ");
  }
  return text + std::to_string(event.size()) + " bytes";
}

Result<local::SingleInvocation> invocation_of(const Options& options) {
  FunctionOptions function = options.function;
  std::string name = "function";
  base::Environment variables;
  if (const auto folder = service_folder(options.service); !folder.empty()) {
    const auto service = read_service_env(folder);
    if (!service) return service.error();
    name = service->function_program;
    variables = variables_without_servers(*service, base::process_environment());
    if (function.function.empty()) function.function = beside_us(name).string();
  }
  if (function.function.empty()) {
    return Error{.code = ErrorCode::invalid,
                 .message =
                     "name a function with --function, or the folder of a service with "
                     "--service: there is no service.env in this folder"};
  }
  const auto target = function.target();
  if (!target) return target.error();
  local::SingleInvocation invocation;
  invocation.timeout = target->timeout;
  if (!target->url.empty()) {
    if (!target->environment.empty() || options.partial_responses) {
      return Error{.code = ErrorCode::invalid,
                   .message =
                       "--env and --partial-responses cannot be used with a URL, because "
                       "the function behind it already has its environment"};
    }
    invocation.invoke_url = target->url;
    return invocation;
  }
  invocation.function.program = target->program;
  invocation.function.name = name;
  invocation.function.reports_batch_item_failures = options.partial_responses;
  invocation.function.environment.insert(target->environment.begin(), target->environment.end());
  // What the user gives by --env is stronger.
  invocation.function.environment.insert(variables.begin(), variables.end());
  return invocation;
}

int save(const std::string& event, const std::string& file) {
  // Records of a topic may be about people.
  const auto written = write_file(file, event.ends_with('\n') ? event : event + '\n', kPrivate);
  if (!written) return refuse(written.error());
  std::cout << file << ": " << size_of(event) << '\n';
  return 0;
}

int invoke(const local::SingleInvocation& invocation, const std::string& event) {
  local::Terminal terminal(STDOUT_FILENO, local::Terminal::Names::hidden);
  const auto result = local::invoke_once(invocation, event, terminal);
  if (!result) return refuse(result.error());
  const local::InvocationOutcome& outcome = result->outcome;
  std::cout << size_of(event) << ", " << result->duration.count() << " ms\n";
  if (outcome.succeeded()) {
    // The response is what the user has asked for, so no line of it is cut.
    std::cout << "succeeded: "
              << base::printable_lines(outcome.response, local::Invoker::kResponseBytesMax * 4)
              << '\n';
    return 0;
  }
  std::cout << "failed: " << outcome.error_text() << '\n';
  return kExitFailed;
}

int run(const Options& options) {
  const auto invocation = invocation_of(options);
  // An event that is only saved needs no function.
  if (!invocation && options.save.empty()) return refuse(invocation.error());
  const auto event = test_event(options.event, kName);
  if (!event) return refuse(event.error());
  return options.save.empty() ? invoke(*invocation, *event) : save(*event, options.save);
}

}  // namespace

Verb add_invoke(const Command& program) {
  auto options = std::make_shared<Options>();
  const Command invoke = program.verb("invoke", "Invokes a function once, with a test event.");
  invoke.set_footer(
      "The exit status is 0 if the function succeeded, 1 if it failed, and 2 if it was not "
      "invoked.");
  options->event.declare(invoke);
  invoke.group("Event")
      .option("--save", options->save,
              "Write the event to this file, and do not invoke the function.")
      .takes("FILE");
  const Command function = invoke.group("Function");
  declare_service(function, options->service);
  options->function.declare(invoke);
  function.flag("--partial-responses", options->partial_responses,
                "Ask the function for partial responses, as a mapping with ReportBatchItemFailures "
                "does.");
  return {invoke, [options] { return run(*options); }};
}

}  // namespace penstock::apps
