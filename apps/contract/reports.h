#pragma once

#include <string>

#include "contract/openapi/contract.h"

namespace penstock::apps {

// These functions run the verbs of penstock_contract that print to standard output. They return the
// exit status. If a document cannot be read or has problems, they write these to standard error and
// return kExitFailed; otherwise they return 0.

// Runs `routes`: prints a table of the operations.
[[nodiscard]] int print_routes(const std::string& file, const contract::ContractOptions& options);
// Runs `topics`: prints each topic that the operations' events go to, one to a line; with
// `only_atomic` those of operations with `atomic: true`.
[[nodiscard]] int print_topics(const std::string& file, const contract::ContractOptions& options,
                               bool only_atomic);
// Runs `bundle`: prints the contract as one OpenAPI document in JSON, with what its files refer to.
[[nodiscard]] int print_bundle(const std::string& file, const contract::ContractOptions& options);
// Runs `asyncapi`: prints an AsyncAPI 3 document that describes the events of the operations.
[[nodiscard]] int print_asyncapi(const std::string& file, const contract::ContractOptions& options);

}  // namespace penstock::apps
