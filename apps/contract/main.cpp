// This program is for the author of a contract. It checks the contract, prints what it declares,
// and serves a mock of the API before there are handlers.
#include <string>
#include <vector>

#include "apps/contract/mock_command.h"
#include "apps/contract/reports.h"
#include "apps/contract/requests_command.h"
#include "apps/shared/command_line.h"
#include "apps/shared/exit_status.h"
#include "apps/shared/inherited_signals.h"
#include "contract/patterns/pattern.h"
#include "contract/schema/steps.h"
#include "service_names.h"

namespace penstock::apps {
namespace {

struct Options {
  std::vector<std::string> files;
  std::string file;
  std::string address = "127.0.0.1";
  uint16_t port = 4010;
  uint64_t validation_steps_max = contract::Steps::kMax;
  int64_t pattern_steps_max = contract::PatternLimits{}.steps_per_byte_max;
};

struct Verbs {
  Command check;
  Command routes;
  Command mock;
  Command requests;
  Command asyncapi;
};

Verbs declare(const CommandLine& program, Options& options) {
  const Verbs verbs{
      .check = program.verb(
          "check", "list every problem with file, line and column; exit with 1 if there is one"),
      .routes = program.verb("routes", "print a table of the operations"),
      .mock = program.verb(
          "mock", "serve the API with examples or made-up values; every request is validated"),
      .requests =
          program.verb("requests", "print a valid request for each operation, as JSON lines"),
      .asyncapi =
          program.verb("asyncapi", "print an AsyncAPI 3 document that describes the events")};
  program.expect_verbs(1, 1);
  verbs.check.option("FILE", options.files, "OpenAPI documents").required();
  for (const Command& verb : {verbs.routes, verbs.mock, verbs.requests, verbs.asyncapi}) {
    verb.option("FILE", options.file, "an OpenAPI document").required();
  }
  for (const Command& verb :
       {verbs.check, verbs.routes, verbs.mock, verbs.requests, verbs.asyncapi}) {
    verb.option(
            "--pattern-steps-max", options.pattern_steps_max,
            "the steps that a pattern may take for each byte of a text, as in the API's setting")
        .between(contract::kPatternStepsLeast, contract::kPatternStepsMost)
        .shows_default();
  }
  verbs.mock
      .option("--validation-steps-max", options.validation_steps_max,
              "the steps that reading and validating a request may take, as in the API's setting")
      .between(100'000, contract::Steps::kTrustedMax)
      .shows_default();
  verbs.mock.option("--port", options.port, "the port to listen on; 0 takes any free one")
      .shows_default();
  verbs.mock.option("--address", options.address, "the address to listen on").shows_default();
  return verbs;
}

int run(int count, char** arguments) {
  const CommandLine program(
      kContractProgram,
      "Checks an OpenAPI contract, prints what it declares, or serves a mock of it.");
  Options options;
  const Verbs verbs = declare(program, options);
  if (const auto status = program.parse(count, arguments)) return *status;
  contract::ContractOptions compiling;
  compiling.patterns = {.steps_per_byte_max = static_cast<uint64_t>(options.pattern_steps_max),
                        .steps_setting = "--pattern-steps-max, in the API with " +
                                         std::string(kVariablePrefix) + "PATTERN_STEPS_MAX"};
  if (verbs.check.given()) return check_contracts(options.files, compiling);
  if (verbs.mock.given()) {
    return serve_mock(options.file, compiling, options.validation_steps_max, options.address,
                      options.port);
  }
  if (verbs.requests.given()) return print_requests(options.file, compiling);
  return verbs.routes.given() ? print_routes(options.file, compiling)
                              : print_asyncapi(options.file, compiling);
}

}  // namespace
}  // namespace penstock::apps

int main(int count, char** arguments) {
  using namespace penstock::apps;
  take_signals();
  return run_program(kContractProgram, [&] { return run(count, arguments); }, kExitUsage);
}
