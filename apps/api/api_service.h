#pragma once

#include <span>
#include <string_view>

#include "contract/openapi/contract_files.h"
#include "http/handler.h"

namespace penstock::apps {

// Describes a service to the program that serves its API. What it refers to must outlive the call
// of run_api().
struct ApiService {
  std::string_view program;          // The program's name, in messages, metrics and events.
  std::string_view variable_prefix;  // What its settings' names begin with, such as "ORDERS_API_".
  std::string_view health_path;      // Of the health check, such as "/healthcheck".
  std::span<const contract::ContractFile> contract;  // The OpenAPI document comes first.
  const http::Handlers& handlers;
};

// This is main() of the API program. It reads its settings into an ApiSettings (settings.h) and the
// command line, and then runs one verb: `serve` (program.h), `healthcheck`, `settings` or `token`
// (token.h). Returns the exit status.
int run_api(const ApiService& service, int count, char** arguments);

}  // namespace penstock::apps
