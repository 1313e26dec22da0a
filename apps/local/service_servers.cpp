#include "apps/local/service_servers.h"

#include <string_view>
#include <utility>

#include "local/kafka/ports.h"

namespace penstock::apps {
namespace {

constexpr const char* kEndpoint = "AWS_ENDPOINT_URL_DYNAMODB";
constexpr const char* kRegion = "us-east-1";  // That of the local function.

// These variables are the programs' own, if the user has set them.
constexpr const char* kTableVariables[] = {
    "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_REGION",
    kEndpoint,           "AWS_ENDPOINT_URL",      "TABLES_PREFIX",
};

std::string value_of(const base::Environment& environment, std::string_view name) {
  const auto found = environment.find(name);
  return found == environment.end() ? "" : found->second;
}

base::Result<> add_tables(const ServiceEnv& service, const base::Environment& environment,
                          const std::string& command, const std::filesystem::path& data,
                          ServiceServers& all) {
  const std::string prefix = value_of(environment, "TABLES_PREFIX").empty()
                                 ? service.service + "-"
                                 : value_of(environment, "TABLES_PREFIX");
  all.variables["TABLES_PREFIX"] = prefix;
  if (!value_of(environment, kEndpoint).empty() || command.empty()) {
    for (const char* name : kTableVariables) {
      const std::string value = value_of(environment, name);
      if (!value.empty()) all.variables[name] = value;
    }
    if (value_of(environment, kEndpoint).empty()) {
      all.notes.push_back(service.tables +
                          " declares tables, and no --tables-command says what plays DynamoDB. "
                          "The programs use DynamoDB as the environment says.");
    } else {
      all.notes.push_back("using DynamoDB at " + value_of(environment, kEndpoint) +
                          ", as the environment says. Its tables are not made here");
    }
    return {};
  }
  const auto port = local::free_port();
  if (!port) return port.error();
  const std::string region =
      value_of(environment, "AWS_REGION").empty() ? kRegion : value_of(environment, "AWS_REGION");
  all.variables[kEndpoint] = "http://127.0.0.1:" + std::to_string(*port);
  all.variables["AWS_REGION"] = region;
  // moto takes any. With those of the user a program could reach his account by mistake.
  all.variables["AWS_ACCESS_KEY_ID"] = "local";
  all.variables["AWS_SECRET_ACCESS_KEY"] = "local";
  all.variables["AWS_SESSION_TOKEN"] = "local";
  all.servers.push_back(
      {.name = "tables",
       .what = "moto, which plays DynamoDB. It keeps the tables in memory, so they are empty at "
               "each start",
       .command = command,
       .folder = service.folder,
       .port = *port,
       .environment = {{"TABLES", (service.folder / service.tables).string()},
                       {"TABLES_PREFIX", prefix},
                       {"AWS_REGION", region},
                       {"DATA", data.string()}},
       .restart_sentence = "moto has been started again. The tables are empty now: it keeps them "
                           "in memory"});
  return {};
}

}  // namespace

base::Result<ServiceServers> servers_of(const ServiceEnv& service,
                                        const base::Environment& environment,
                                        const ServerCommands& commands,
                                        const std::filesystem::path& data) {
  ServiceServers all;
  if (!service.tables.empty()) {
    const auto added = add_tables(service, environment, commands.tables, data, all);
    if (!added) return added.error();
  }
  return all;
}

}  // namespace penstock::apps
