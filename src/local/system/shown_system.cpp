// This part of LocalSystem says what its console shows, and what it reaches.
#include <algorithm>
#include <memory>
#include <string>
#include <utility>

#include "local/system/local_system.h"

namespace penstock::local {
namespace {

std::string url_of(uint16_t port) {
  return "http://127.0.0.1:" + std::to_string(port);
}

// Says what kind of broker the user has chosen, as the console has it.
std::string kind_of(const std::string& broker) {
  return broker == "kafka" || broker == "memory" ? broker : "other";
}

}  // namespace

void LocalSystem::make_faults() {
  breakable_api_ = {
      .is_fixed = [this] { return api_ ? "" : "The API has not started yet."; },
      .restart = [this] { api_->restart(); },
      .serves = [this] { return api_ && api_->serves(); },
      .port = options_.port,
      .examples = [this] { return plan_.publishing; },
  };
  faults_.emplace(
      io_, terminal_,
      all_faults(io_,
                 {.broker = &*broker_, .function = &mappings_.pool(), .api = &breakable_api_}));
}

base::Result<> LocalSystem::start_console() {
  show_facts();
  make_faults();
  return console_.listen(
      {.kafka = {.cluster = [this] { return shown_cluster(); },
                 .is_own = [this](const std::string& topic) { return mappings_.reads(topic); }},
       .api = {.port = [this] { return options_.port; },
               .contract = [this] { return plan_.contract; },
               .clients = [this] { return plan_.clients; }},
       .function = {.invoker = [this] { return mappings_.function(); },
                    .test_events = options_.test_events},
       .redrive_target = [this](const std::string& mapping) { return redrive_target(mapping); },
       .faults = &*faults_},
      {options_.port, options_.admin_port});
}

void LocalSystem::show_facts() {
  console_.show({.service = options_.service,
                 .api_program = options_.api.program.filename().string(),
                 .api_url = url_of(options_.port),
                 .admin_url = url_of(options_.admin_port),
                 .docs_url = options_.api.shows_contract() ? url_of(options_.port) + "/docs" : "",
                 .broker_kind = kind_of(options_.broker),
                 .bootstrap = broker_ ? broker_->bootstrap() : "",
                 .function_name = options_.function.function.program.filename().string()});
}

base::Result<Cluster> LocalSystem::shown_cluster() const {
  if (plan_.mappings.empty()) {
    return base::Error{
        .code = base::ErrorCode::not_found,
        .message = "this system has no Kafka, because no operation of its API publishes an event"};
  }
  if (!broker_ || broker_->bootstrap().empty()) {
    return base::Error{.code = base::ErrorCode::unavailable,
                       .message = "the broker has not started yet"};
  }
  Cluster cluster = plan_.mappings.front().source.cluster;
  cluster.bootstrap = broker_->bootstrap();
  return cluster;
}

base::Result<RedriveTarget> LocalSystem::redrive_target(const std::string& mapping) {
  const auto found = std::find_if(
      plan_.mappings.begin(), plan_.mappings.end(),
      [&](const LocalMappingSettings& settings) { return settings.observed_name() == mapping; });
  if (found == plan_.mappings.end() || mappings_.function() == nullptr) {
    return base::Error{.code = base::ErrorCode::not_found,
                       .message = "the mapping of topic '" + mapping + "' does not run"};
  }
  auto cluster = shown_cluster();
  if (!cluster) return cluster.error();
  return console_.redrive_target(*found, std::move(*cluster), *mappings_.function());
}

}  // namespace penstock::local
