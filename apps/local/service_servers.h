#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "apps/local/service_env.h"
#include "base/configuration.h"
#include "base/result.h"
#include "local/servers/local_server.h"

namespace penstock::apps {

// Holds what /bin/sh runs for the servers that a service may ask for; empty for one that is not
// available.
struct ServerCommands {
  std::string tables = {};
  std::string database = {};
};

// Holds the servers that a service asks for and the variables by which its programs find them.
struct ServiceServers {
  std::vector<local::LocalServer::Settings> servers = {};
  base::Environment variables = {};     // For the API and the function alike.
  std::vector<std::string> notes = {};  // Sentences on what does not run, and why.
};

// Says which servers the service needs. A table store is none of them if the environment has
// AWS_ENDPOINT_URL_DYNAMODB already: the programs then use that one. The same holds for a database
// and DATABASE_URL. `data` is the folder of what
// is kept between runs. The error is `unavailable`: no port is free.
[[nodiscard]] base::Result<ServiceServers> servers_of(const ServiceEnv& service,
                                                      const base::Environment& environment,
                                                      const ServerCommands& commands,
                                                      const std::filesystem::path& data);

// Returns the variables by which a function that runs without these servers finds its tables and
// its database: what the environment says of them, and TABLES_PREFIX. Credentials are passed on
// only with AWS_ENDPOINT_URL_DYNAMODB, so that no account is reached by mistake.
[[nodiscard]] base::Environment variables_without_servers(const ServiceEnv& service,
                                                          const base::Environment& environment);

}  // namespace penstock::apps
