#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "aws/msk_token.h"
#include "base/configuration.h"
#include "base/result.h"
#include "base/wiped_text.h"
#include "contract/patterns/pattern.h"
#include "contract/schema/steps.h"
#include "events/publisher.h"
#include "http/server/server.h"
#include "kafka/kafka_settings.h"
#include "log/log.h"

namespace penstock::apps {

// This is the value of the setting SECURITY, and of the option --security.
inline constexpr std::string_view kExternalSecurity = "external";

// Says how to authenticate to Kafka. `by_bootstrap` means IAM if the bootstrap is an MSK host name.
enum class KafkaAuth { by_bootstrap, iam, none };

// All settings of the API program, with their defaults. declare() reads them from the environment.
struct ApiSettings {
  std::string variable_prefix;  // What the variables' names begin with, such as "ORDERS_API_".
  std::string address = "0.0.0.0";
  int64_t port = 8000;
  int64_t admin_port = 8001;
  // This is true if something in front of this program authenticates its clients.
  bool external_security = false;
  base::WipedText authentication;  // JSON, or the path of a file with it (authentication.h).
  int64_t gzip_bytes_min = 1'024;
  bool contract_page = false;
  log::Level log_level = log::Level::info;
  bool stories = false;
  bool core_dumps = false;
  std::string topic;
  std::chrono::milliseconds drain_delay{0};
  std::chrono::milliseconds drain_timeout{10'000};
  http::Limits limits;
  int64_t validation_steps_max = contract::Steps::kMax;
  int64_t pattern_steps_max = contract::PatternLimits{}.steps_per_byte_max;
  bool separators_encoded = false;
  int64_t blocking_threads = 4;
  int64_t blocking_waiting_max = 256;
  events::Publisher::Limits publishing;
  kafka::Settings kafka;
  KafkaAuth kafka_auth = KafkaAuth::by_bootstrap;
  std::string msk_region;
  std::string msk_signing_host;
};

// Says whether to authenticate to Kafka with MSK IAM, because the setting says so or because the
// bootstrap is an MSK host name.
[[nodiscard]] bool wants_msk_iam(const ApiSettings& settings);
// Returns the cluster to sign tokens for. Fails with `invalid` if its region is not known; the
// message names the setting.
[[nodiscard]] base::Result<aws::MskCluster> msk_cluster(const ApiSettings& settings);

// Declares every setting of the API in `table`, which reads it into `settings` at once, and those
// of the service's own. What is wrong is said by table.check().
void declare(base::Configuration& table, ApiSettings& settings);

// Fails with `invalid` if settings that are sound one by one do not fit together.
[[nodiscard]] base::Result<> check(const ApiSettings& settings);

// Every setting with its default, range and meaning, as a list in Markdown of at most 100 columns:
// what `settings` prints and docs/settings.md has. The names of the variables begin with `prefix`.
[[nodiscard]] std::string markdown(std::string_view prefix);

}  // namespace penstock::apps
