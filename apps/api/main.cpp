// The API program: parses its settings, wires the rooms, serves until SIGTERM.
#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdio>
#include <iostream>

#include "apps/api/healthcheck.h"
#include "apps/api/program.h"
#include "apps/api/settings.h"
#include "apps/api/token.h"
#include "embedded_contract.h"
#include "service_names.h"

namespace penstock::apps {
namespace {

// Wrong settings, a wrong contract, a wrong command line: starting again will not help.
constexpr int kExitConfiguration = 2;
// Something that was needed at start was not to be had, such as the port.
constexpr int kExitStart = 1;

int fail(int code, const std::string& sentence) {
  std::fprintf(stderr, "%s: %s\n", std::string(kApiProgram).c_str(), sentence.c_str());
  return code;
}

int serve(const ApiSettings& settings, const std::string& contract_file) {
  auto contract = contract_file.empty() ? contract::parse_contract(kEmbeddedContract)
                                        : contract::read_contract(contract_file);
  if (!contract) return fail(kExitConfiguration, "the contract is refused:\n" + contract.error().message);
  ApiProgram program(settings);
  if (auto ready = program.wire(std::move(*contract)); !ready) {
    return fail(ready.error().code == base::ErrorCode::invalid ? kExitConfiguration : kExitStart,
                ready.error().message);
  }
  return program.run();
}

}  // namespace
}  // namespace penstock::apps

int main(int argc, char** argv) {
  using namespace penstock;
  using namespace penstock::apps;
  std::signal(SIGPIPE, SIG_IGN);
  ApiSettings settings;
  settings.kafka.client_id = kApiProgram;
  base::Configuration table{std::string(kVariablePrefix), base::process_environment()};
  declare(table, settings);

  CLI::App app{
      "Serves the API that its OpenAPI document declares. Settings come from the environment; see "
      "`settings`.",
      std::string(kApiProgram)};
  std::string contract_file;
  app.add_option("--contract", contract_file, "an OpenAPI document to serve instead of the one compiled in");
  app.add_subcommand("serve", "serve the API (the default)");
  app.add_subcommand("healthcheck", "ask the API on this machine's port; exit code 0 if it is healthy");
  app.add_subcommand("settings", "print the table of settings");
  TokenOptions token;
  CLI::App* token_command =
      app.add_subcommand("token", "print an MSK IAM token, and on standard error what is known of it");
  token_command->add_option("--region", token.region, "the cluster's region");
  token_command->add_option("--at", token.at, "sign as of this time, 2026-11-24T16:52:20Z");
  app.require_subcommand(0, 1);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : kExitConfiguration;
  }
  if (app.got_subcommand("settings")) {
    std::cout << markdown(table);
    return 0;
  }
  if (auto checked = table.check(); !checked) return fail(kExitConfiguration, checked.error().message);
  if (app.got_subcommand("healthcheck")) return healthcheck(static_cast<uint16_t>(settings.port));
  if (app.got_subcommand("token")) return print_token(settings, token);
  for (const std::string& name : table.unknown()) {
    fail(0, "warning: " + name + " is set, but is no setting of this program; `settings` lists them");
  }
  try {
    return serve(settings, contract_file);
  } catch (const std::exception& failure) {
    return fail(kExitStart, failure.what());
  }
}
