#include "apps/api/api_service.h"

#include <iostream>

#include "apps/api/healthcheck.h"
#include "apps/api/program.h"
#include "apps/api/settings.h"
#include "apps/api/token.h"
#include "apps/shared/command_line.h"
#include "apps/shared/core_dumps.h"
#include "apps/shared/exit_status.h"
#include "apps/shared/inherited_signals.h"

namespace penstock::apps {
namespace {

struct Options {
  std::string contract_file;  // Empty for the contract that is compiled in.
  std::string security;       // Empty if the environment decides.
  TokenOptions token;
};

// Lists the verbs besides `serve`, which is the default.
struct Verbs {
  Command healthcheck;
  Command settings;
  Command token;
};

Verbs declare(const CommandLine& program, Options& options) {
  program.option("--contract", options.contract_file,
                 "an OpenAPI document to serve instead of the one compiled into this program");
  program
      .option("--security", options.security,
              "external: a load balancer or a gateway in front of this program authenticates its "
              "clients; the same as the setting SECURITY")
      .one_of({std::string(kExternalSecurity)});
  (void)program.verb("serve", "serve the API (the default)");
  const Verbs verbs{
      .healthcheck = program.verb(
          "healthcheck",
          "check the API on this machine's port; the exit status is 0 if it is healthy"),
      .settings = program.verb("settings", "print every setting, with its default and range"),
      .token = program.verb("token",
                            "print an MSK IAM token, and what it was made from on standard error")};
  verbs.token.option("--region", options.token.region,
                     "the region of the Kafka cluster; default: as the API finds it");
  verbs.token.option("--at", options.token.at,
                     "sign for this time instead of now, such as 2026-11-24T16:52:20Z");
  program.expect_verbs(0, 1);
  return verbs;
}

int run(const ApiService& service, int count, char** arguments) {
  ApiSettings settings;
  settings.variable_prefix = service.variable_prefix;
  settings.kafka.client_id = service.program;
  base::Configuration table{settings.variable_prefix, base::process_environment()};
  declare(table, settings);
  if (!settings.core_dumps) forbid_core_dumps();

  const CommandLine program(std::string(service.program),
                            "Serves the API that its OpenAPI document declares. Its settings are "
                            "environment variables; the verb `settings` lists them.");
  Options options;
  const Verbs verbs = declare(program, options);
  if (const auto status = program.parse(count, arguments)) return *status;
  if (!options.security.empty()) settings.external_security = true;
  if (verbs.settings.given()) {
    std::cout << markdown(service.variable_prefix);
    return 0;
  }
  if (auto checked = table.check(); !checked) {
    return refuse(service.program, checked.error().message);
  }
  if (verbs.healthcheck.given()) {
    return healthcheck(static_cast<uint16_t>(settings.port), service.health_path);
  }
  if (verbs.token.given()) return print_token(service.program, settings, options.token);
  for (const std::string& name : table.unknown()) {
    complain(
        service.program,
        "warning: " + name + " is set, but is not a setting of this program; `settings` lists them",
        0);
  }
  if (auto fits = check(settings); !fits) return refuse(service.program, fits.error().message);
  return serve(service, settings, options.contract_file);
}

}  // namespace

int run_api(const ApiService& service, int count, char** arguments) {
  take_signals();
  return run_program(service.program, [&] { return run(service, count, arguments); });
}

}  // namespace penstock::apps
