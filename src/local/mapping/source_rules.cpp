#include "local/mapping/source_rules.h"

#include <algorithm>
#include <string>
#include <string_view>

namespace penstock::local {
namespace {

constexpr const char* kManaged = "AmazonManagedKafkaEventSourceConfig";
constexpr const char* kSelfManaged = "SelfManagedKafkaEventSourceConfig";
// CreateEventSourceMapping has these types of SourceAccessConfigurations for Amazon MSK.
constexpr std::string_view kMskAccess[] = {"SASL_SCRAM_512_AUTH", "CLIENT_CERTIFICATE_TLS_AUTH"};
// With these types, the execution role of the function authenticates, so there is no URI.
constexpr std::string_view kRoleAccess[] = {"IAM_AUTH", "IAM_OAUTHBEARER_AUTH"};

template <class List>
bool contains(const List& list, std::string_view text) {
  return std::find(std::begin(list), std::end(list), text) != std::end(list);
}

// Returns the part of an ARN with this index: arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE. The
// resource has all the rest.
std::string_view arn_part(std::string_view arn, int index) {
  for (int i = 0; i < index; ++i) {
    const size_t colon = arn.find(':');
    if (colon == std::string_view::npos) return {};
    arn.remove_prefix(colon + 1);
  }
  return index == 5 ? arn : arn.substr(0, arn.find(':'));
}

void check_cluster(const RequestReader& request, RequestProblems& problems) {
  const std::string arn = request.text("EventSourceArn").value_or("");
  const std::string_view service = arn_part(arn, 2);
  const std::string_view resource = arn_part(arn, 5);
  if (!arn.empty() && service != "kafka") {
    problems.add("EventSourceArn", "names a source of '" + std::string(service.substr(0, 32)) +
                                       "', which is not played yet: only Kafka is, as in "
                                       "arn:aws:kafka:REGION:ACCOUNT:cluster/NAME/ID");
  } else if (!arn.empty() && !resource.starts_with("cluster/") &&
             !resource.starts_with("vpc-connection/")) {
    problems.add("EventSourceArn",
                 "must be the ARN of a cluster or of a VPC connection: "
                 "arn:aws:kafka:REGION:ACCOUNT:cluster/NAME/ID");
  }
  if (!request.has("SelfManagedEventSource")) return;
  if (!arn.empty()) {
    problems.add("SelfManagedEventSource", "must not be there together with EventSourceArn");
  }
  const auto servers = request.texts("SelfManagedEventSource.Endpoints.KAFKA_BOOTSTRAP_SERVERS");
  if (servers.empty()) {
    problems.add("SelfManagedEventSource",
                 "needs Endpoints.KAFKA_BOOTSTRAP_SERVERS, a list of HOST:PORT");
  }
}

void check_configs(const RequestReader& request, RequestProblems& problems) {
  if (request.has(kManaged) && request.has(kSelfManaged)) {
    problems.add(kSelfManaged, "must not be there together with " + std::string(kManaged));
  }
  if (request.has(kManaged) && request.has("SelfManagedEventSource")) {
    problems.add(kManaged,
                 "is for a source with an EventSourceArn: use " + std::string(kSelfManaged));
  }
  if (request.has(kSelfManaged) && request.has("EventSourceArn")) {
    problems.add(kSelfManaged,
                 "is for a source with SelfManagedEventSource: use " + std::string(kManaged));
  }
  for (const std::string config : {kManaged, kSelfManaged}) {
    if (request.has(config + ".SchemaRegistryConfig")) {
      problems.add(config + ".SchemaRegistryConfig",
                   "is not supported: this program does not use a schema registry");
    }
    if (request.text(config + ".ConsumptionMode") == "Queue") {
      problems.add(config + ".ConsumptionMode",
                   "must be \"Stream\": share groups are not supported");
    }
  }
}

void check_access(const RequestReader& request, RequestProblems& problems) {
  const auto* all = request.raw("SourceAccessConfigurations");
  if (all == nullptr || !all->is_array()) return;
  const bool is_msk = request.has("EventSourceArn") || request.has(kManaged);
  for (size_t i = 0; i < all->get_array().size(); ++i) {
    const auto* element = all->get_array()[i].if_object();
    if (element == nullptr) continue;
    const std::string path = "SourceAccessConfigurations[" + std::to_string(i) + "]";
    const RequestReader access(*element);
    const std::string type = access.text("Type").value_or("");
    if (type.empty()) {
      problems.add(path, "needs a Type");
    } else if (type == "VIRTUAL_HOST") {
      problems.add(path + ".Type", "is available for Amazon MQ only (AWS)");
    } else if (is_msk && !contains(kMskAccess, type)) {
      problems.add(path + ".Type",
                   "is for a self-managed Kafka (AWS). Amazon MSK has SASL_SCRAM_512_AUTH and "
                   "CLIENT_CERTIFICATE_TLS_AUTH");
    }
    const bool by_role = contains(kRoleAccess, type);
    if (by_role == access.has("URI")) {
      problems.add(path + ".URI", by_role ? "must not be there with this Type" : "is required");
    }
  }
}

}  // namespace

void check_source(const RequestReader& request, RequestProblems& problems) {
  check_cluster(request, problems);
  check_configs(request, problems);
  check_access(request, problems);
}

}  // namespace penstock::local
