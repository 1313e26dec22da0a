#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "apps/local/service_env.h"
#include "apps/local/service_servers.h"
#include "auth/test_credentials/test_secrets.h"
#include "base/configuration.h"
#include "base/result.h"
#include "local/mapping/local_mapping.h"
#include "local/mapping/mapping_request.h"
#include "local/system/local_system.h"

namespace penstock::apps {

// Is a file of --mapping.
struct MappingFile {
  std::string path;
  local::MappingRequest request;
};

// Holds what a plan of the whole system is made of, besides the contract.
struct PlanSettings {
  ServiceEnv service;
  base::Environment environment;  // The API's settings are in it.
  std::string topic;              // Takes the place of the contract's topics, if it is not empty.
  local::LocalMappingSettings mapping;  // For each topic; its group is empty if none is named.
  std::vector<MappingFile> files;       // If there are any, the mappings are theirs.
  ServiceServers servers = {};          // What the programs need beside the broker.
  // Is what test credentials are made of, for an API of which the environment does not say who may
  // call it.
  std::optional<auth::TestSeed> seed;
  bool compares_code = false;  // Whether SystemPlan::code is of use.
};

// Members of consumer groups are threads and memory.
inline constexpr size_t kPollersMax = 256;

// Returns the path of the service's document.
[[nodiscard]] std::filesystem::path contract_file(const ServiceEnv& service);

// Reads the service's contract and decides which topics there are, by which mappings they are read,
// and what there is to try. The error is `invalid` and says what is wrong: the contract's problems
// with file and line, mappings that do not fit.
[[nodiscard]] base::Result<local::SystemPlan> plan_of(const PlanSettings& settings);

// Returns the sentence on the contract's topics that --topic replaces, or an empty text.
[[nodiscard]] std::string note_on_topic(const PlanSettings& settings);
// Returns the sentence on whose credentials the API takes, where the contract requires some and
// those are not made here, or an empty text.
[[nodiscard]] std::string note_on_credentials(const PlanSettings& settings);

}  // namespace penstock::apps
