#include "apps/local/service_servers.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <random>
#include <string_view>
#include <system_error>
#include <utility>

#include "local/kafka/ports.h"
#include "processes/file_descriptor.h"

namespace penstock::apps {
namespace {

constexpr const char* kEndpoint = "AWS_ENDPOINT_URL_DYNAMODB";
constexpr const char* kDatabaseUrl = "DATABASE_URL";
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

std::string prefix_of(const ServiceEnv& service, const base::Environment& environment) {
  std::string prefix = value_of(environment, "TABLES_PREFIX");
  return prefix.empty() ? service.service + "-" : prefix;
}

// Copies what the environment says of DynamoDB.
void pass_on(const base::Environment& environment, base::Environment& variables) {
  for (const char* name : kTableVariables) {
    const std::string value = value_of(environment, name);
    if (!value.empty()) variables[name] = value;
  }
}

base::Result<> add_tables(const ServiceEnv& service, const base::Environment& environment,
                          const std::string& command, const std::filesystem::path& data,
                          ServiceServers& all) {
  const std::string prefix = prefix_of(service, environment);
  all.variables["TABLES_PREFIX"] = prefix;
  if (!value_of(environment, kEndpoint).empty() || command.empty()) {
    pass_on(environment, all.variables);
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

// Reads the password of the database's owner, which is made the first time. The server keeps it.
base::Result<std::string> password_in(const std::filesystem::path& data) {
  const std::filesystem::path file = data / "postgres-password";
  std::string password;
  std::ifstream(file) >> password;
  if (!password.empty()) return password;
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::random_device random;  // The system's own source.
  for (int digit = 0; digit < 48; ++digit) password += kDigits[random() % kDigits.size()];
  std::error_code ignored;
  std::filesystem::create_directories(data, ignored);
  const processes::FileDescriptor out(
      ::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  const auto length = static_cast<ssize_t>(password.size());
  if (!out || ::write(out.get(), password.data(), password.size()) != length) {
    return base::Error{base::ErrorCode::unavailable,
                       "cannot write the file `" + file.string() + "`",
                       std::generic_category().message(errno)};
  }
  return password;
}

base::Result<> add_database(const ServiceEnv& service, const base::Environment& environment,
                            const std::string& command, const std::filesystem::path& data,
                            ServiceServers& all) {
  const std::string own = value_of(environment, kDatabaseUrl);
  if (!own.empty() || command.empty()) {
    if (!own.empty()) all.variables[kDatabaseUrl] = own;
    all.notes.push_back(own.empty() ? "The service needs a database, and neither the variable "
                                      "DATABASE_URL nor --database-command says where one is."
                                    : "using the database of the variable DATABASE_URL");
    return {};
  }
  const auto port = local::free_port();
  if (!port) return port.error();
  const auto password = password_in(data);
  if (!password) return password.error();
  all.variables[kDatabaseUrl] = "postgresql://" + service.database + ":" + *password +
                                "@127.0.0.1:" + std::to_string(*port) + "/" + service.database;
  base::Environment variables{{"DATABASE", service.database}, {"DATA", data.string()}};
  const std::filesystem::path schema = service.folder / "schema.sql";
  std::error_code no_file;
  if (std::filesystem::exists(schema, no_file)) variables["SCHEMA"] = schema.string();
  all.servers.push_back(
      {.name = "database",
       .what = "PostgreSQL. It keeps the data in " + (data / "postgres").string(),
       .command = command,
       .folder = service.folder,
       .port = *port,
       .environment = std::move(variables),
       .restart_sentence = "PostgreSQL has been started again, with the data that it had"});
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
  if (!service.database.empty()) {
    const auto added = add_database(service, environment, commands.database, data, all);
    if (!added) return added.error();
  }
  return all;
}

base::Environment variables_without_servers(const ServiceEnv& service,
                                            const base::Environment& environment) {
  base::Environment variables;
  if (!service.tables.empty()) {
    variables["TABLES_PREFIX"] = prefix_of(service, environment);
    if (!value_of(environment, kEndpoint).empty()) pass_on(environment, variables);
  }
  const std::string database = value_of(environment, kDatabaseUrl);
  if (!service.database.empty() && !database.empty()) variables[kDatabaseUrl] = database;
  return variables;
}

}  // namespace penstock::apps
