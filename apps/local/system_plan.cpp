#include "apps/local/system_plan.h"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <utility>

#include "apps/local/example_event.h"
#include "apps/local/generated_code.h"
#include "apps/local/test_clients.h"
#include "contract/bundle/bundle.h"
#include "contract/document/sources.h"
#include "contract/events/event_schemas_source.h"
#include "contract/openapi/contract_files.h"

namespace penstock::apps {
namespace {

using base::Result;
using local::LocalMappingSettings;
using Topics = std::vector<std::string>;

constexpr const char* kGroup = "penstock-local";

base::Error invalid(std::string message) {
  return {.code = base::ErrorCode::invalid, .message = std::move(message)};
}

// Reads the API's settings that decide whether it takes the contract.
Result<contract::ContractOptions> contract_options(const PlanSettings& settings) {
  base::Configuration table(settings.service.variable_prefix, settings.environment);
  contract::ContractOptions options;
  int64_t steps = static_cast<int64_t>(options.patterns.steps_per_byte_max);
  table.integer("PATTERN_STEPS_MAX", steps, contract::kPatternStepsLeast,
                contract::kPatternStepsMost, "");
  table.boolean("SEPARATORS_ENCODED", options.separators_encoded, "");
  if (auto checked = table.check(); !checked) return checked.error();
  options.patterns.steps_per_byte_max = static_cast<uint64_t>(steps);
  options.patterns.steps_setting = settings.service.variable_prefix + "PATTERN_STEPS_MAX";
  return options;
}

Result<contract::Contract> contract_of(const PlanSettings& settings) {
  const auto options = contract_options(settings);
  if (!options) return options.error();
  auto contract = contract::read_contract(contract_file(settings.service), *options);
  if (!contract) return invalid("the contract has errors:\n" + contract.error().message);
  return contract;
}

std::string list(const Topics& topics) {
  std::string text;
  for (const auto& topic : topics) text += (text.empty() ? "'" : ", '") + topic + "'";
  return text;
}

// Each topic must have a mapping, and each mapping a topic, or else records would wait in silence.
Result<> check_files(const PlanSettings& settings, const Topics& topics) {
  Topics read;
  std::string names;
  for (const MappingFile& file : settings.files) {
    read.insert(read.end(), file.request.topics.begin(), file.request.topics.end());
    names += (names.empty() ? "" : ", ") + file.path;
  }
  std::sort(read.begin(), read.end());
  if (read != topics) {
    return invalid(names +
                   (settings.files.size() == 1 ? ": the mapping reads " : ": the mappings read ") +
                   list(read) + ", but the API writes " +
                   (topics.empty() ? "no event" : "to " + list(topics)) +
                   ". Name a --mapping for each topic of the contract (x-event), and for no other");
  }
  for (const MappingFile& file : settings.files) {
    const auto& first = settings.files.front().request;
    if (file.request.function_name != first.function_name) {
      return invalid(file.path + ": FunctionName is '" + file.request.function_name + "', but '" +
                     first.function_name + "' in " + settings.files.front().path +
                     ". `up` runs one function");
    }
    if (file.request.rules.retries.report_batch_item_failures !=
        first.rules.retries.report_batch_item_failures) {
      return invalid(file.path + ": FunctionResponseTypes differs from that in " +
                     settings.files.front().path +
                     ", but one function answers all mappings in one way");
    }
  }
  return {};
}

Result<std::vector<LocalMappingSettings>> mappings_of(const PlanSettings& settings,
                                                      const Topics& topics) {
  const auto& group = settings.mapping.source.group_id;
  if (topics.size() > 1 && !group.empty()) {
    return invalid("--consumer-group names one group, but the API writes to " + list(topics) +
                   ", and each mapping needs a group of its own, as on AWS. Leave it out, or name "
                   "the groups in files for --mapping");
  }
  if (topics.size() * static_cast<size_t>(settings.mapping.concurrency) > kPollersMax) {
    return invalid("--concurrency " + std::to_string(settings.mapping.concurrency) + " for " +
                   std::to_string(topics.size()) + " topics makes more than " +
                   std::to_string(kPollersMax) + " members of consumer groups. Lower it");
  }
  if (!settings.files.empty()) {
    if (auto fit = check_files(settings, topics); !fit) return fit.error();
  }
  std::vector<LocalMappingSettings> mappings;
  for (const std::string& topic : topics) {
    LocalMappingSettings mapping = settings.mapping;
    mapping.source.topics = {topic};
    if (group.empty()) mapping.source.group_id = kGroup + ("-" + topic);
    if (topics.size() > 1) mapping.name = "mapping " + topic;
    for (const MappingFile& file : settings.files) {
      if (file.request.topics == mapping.source.topics) mapping.apply(file.request);
    }
    mappings.push_back(std::move(mapping));
  }
  return mappings;
}

// Adds what the operation of an example requires, if the contract has such an operation.
void prove_example(contract::RequestSample& request, const contract::Contract& contract,
                   const TestClients& clients) {
  contract::PathValues values;
  const std::string path = request.target.substr(0, request.target.find('?'));
  const contract::Match match = contract.match(request.method, path, values);
  if (match.operation != nullptr) clients.prove(request, *match.operation);
}

// An example is a path of the contract, so it gets the contract's base path, unless it has it.
std::vector<local::ExampleRequest> examples_of(const ServiceEnv& service,
                                               const contract::Contract& contract,
                                               const TestClients& clients) {
  const std::string& base = contract.base_paths().front();
  std::vector<local::ExampleRequest> examples;
  for (const std::string& example : service.examples) {
    const bool is_complete = example.starts_with(base + "/") ||
                             example.substr(0, example.find('?')) == service.healthcheck;
    contract::RequestSample request{.method = "GET",
                                    .target = is_complete ? example : base + example};
    prove_example(request, contract, clients);
    examples.push_back(example_of(std::move(request)));
  }
  return examples;
}

}  // namespace

std::filesystem::path contract_file(const ServiceEnv& service) {
  return service.folder / service.contract.front();
}

Result<local::SystemPlan> plan_of(const PlanSettings& settings) {
  const auto contract = contract_of(settings);
  if (!contract) return contract.error();
  auto mappings = mappings_of(settings, contract->topics(settings.topic));
  if (!mappings) return mappings.error();
  const auto clients = TestClients::make(*contract, settings.seed);
  if (!clients) return clients.error();
  local::SystemPlan plan;
  plan.mappings = std::move(*mappings);
  plan.examples = examples_of(settings.service, *contract, *clients);
  clients->describe(*contract, plan);
  if (auto text = contract::bundled(contract->document(), contract->sources())) {
    plan.contract = std::make_shared<const std::string>(std::move(*text));
  }
  plan.publishing = publishing_requests(*contract, *clients);
  plan.example_event = example_event(plan.publishing);
  if (!settings.compares_code) return plan;
  for (const auto& document : contract->sources().documents()) {
    std::error_code error;
    plan.documents.push_back(std::filesystem::canonical(*document.root().file, error));
  }
  plan.code = generated_code(contract_file(settings.service), settings.service.service);
  const auto events = contract::EventSchemasSource::of(*contract);
  if (events) plan.event_schemas = events->cpp(settings.service.service);
  return plan;
}

std::string note_on_topic(const PlanSettings& settings) {
  if (settings.topic.empty()) return "";
  const auto contract = contract_of(settings);
  if (!contract) return "";
  const Topics topics = contract->topics("");
  if (topics.empty()) return "";
  return "all events go to topic '" + settings.topic + "' (--topic), and not to " + list(topics) +
         ", as the contract says";
}

std::string note_on_credentials(const PlanSettings& settings) {
  if (settings.seed) return "";
  const auto contract = contract_of(settings);
  if (!contract || !names_a_scheme(*contract)) return "";
  const std::string& prefix = settings.service.variable_prefix;
  const auto external = settings.environment.find(prefix + "SECURITY");
  return external != settings.environment.end() && !external->second.empty()
             ? "the API looks at no credentials, as " + prefix + "SECURITY says"
             : "the API takes the credentials of " + prefix +
                   "AUTHENTICATION, so the commands below have none";
}

}  // namespace penstock::apps
