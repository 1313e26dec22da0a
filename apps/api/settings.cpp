#include "apps/api/settings.h"

#include <algorithm>
#include <boost/asio/ip/address.hpp>

#include "apps/shared/msk_iam.h"
#include "aws/region.h"
#include "base/own_setting.h"
#include "base/topic_name.h"
#include "http/representation/compression.h"

namespace penstock::apps {

using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

constexpr size_t kColumns = 100;
// A request takes so many bytes besides its header and its body.
constexpr int64_t kRequestRoom = 65'536;

void declare_kafka(base::Configuration& table, ApiSettings& settings) {
  table.text("AWS_MSK_CLUSTER_BOOTSTRAP", settings.kafka.bootstrap,
             "The addresses of Kafka's bootstrap brokers, HOST:PORT,… If it is empty, events are "
             "only logged.");
  table.choice(
      "KAFKA_AUTH", "",
      [&](std::string_view text) {
        if (text == "iam") settings.kafka_auth = KafkaAuth::iam;
        if (text == "none") settings.kafka_auth = KafkaAuth::none;
        return text.empty() || text == "iam" || text == "none";
      },
      "iam or none",
      "How the API connects. iam: by TLS and MSK IAM, with the AWS credentials of this machine. "
      "none: in plain text. Empty: iam if the bootstrap is an MSK host name, else none.");
  table.text("AWS_MSK_CLUSTER_REGION", settings.msk_region,
             "The cluster's AWS region. Empty: the region in the MSK host name, else AWS_REGION.");
  table.text(
      "AWS_MSK_CLUSTER_SIGNING_HOST", settings.msk_signing_host,
      "The host name that MSK IAM tokens are signed for. Empty: kafka.REGION, and the domain "
      "of that region.");
}

void declare_topics(base::Configuration& table, ApiSettings& settings) {
  table.choice(
      "AWS_MSK_CLUSTER_TOPIC", settings.topic,
      [&](std::string_view text) {
        settings.topic = text;
        return base::problem_of_topic(text).empty();
      },
      base::kTopicNameRule,
      "The topic of all events. Empty: each event goes to the topic that the contract names.");
  table.boolean("KAFKA_CREATE_TOPIC", settings.kafka.create_topics,
                "Whether the API creates missing topics when it starts.");
  table.integer("KAFKA_PARTITIONS", settings.kafka.partitions, 1, 1'000,
                "The number of partitions of a topic that the API creates.");
  table.duration("KAFKA_RETENTION", settings.kafka.retention, seconds(0),
                 std::chrono::hours(24 * 3650),
                 "How long a topic that the API creates keeps its records. 0: the cluster's "
                 "default.");
}

void declare_listening(base::Configuration& table, ApiSettings& settings) {
  table.choice(
      "ADDRESS", settings.address,
      [&](std::string_view text) {
        boost::system::error_code error;
        (void)boost::asio::ip::make_address(std::string(text), error);
        settings.address = text;
        return !error;
      },
      "an IP address, such as 127.0.0.1 or ::", "The address that the API listens on.");
  table.integer("PORT", settings.port, 0, 65'535, "The API's port. 0: any free port.");
  table.integer("ADMIN_PORT", settings.admin_port, 0, 65'535,
                "The port of /readiness and /metrics, on the loopback address only. 0: any free "
                "port.");
}

void declare_security(base::Configuration& table, ApiSettings& settings) {
  table.choice(
      "SECURITY", "",
      [&](std::string_view text) {
        settings.external_security = text == kExternalSecurity;
        return text.empty() || settings.external_security;
      },
      kExternalSecurity,
      "Who authenticates the clients, as the `security` of the contract requires. external: a load "
      "balancer or a gateway in front of the API, which lets nothing else through. Empty: the API, "
      "by AUTHENTICATION.");
  table.secret(
      "AUTHENTICATION", settings.authentication,
      "By what the API verifies credentials: a JSON object, or the path of a file with one. "
      "docs/authentication/settings.md has its members. Empty: the API does not start if an "
      "operation requires authentication, unless SECURITY is external.");
}

void declare_answers(base::Configuration& table, ApiSettings& settings) {
  table.integer("GZIP_BYTES_MIN", settings.gzip_bytes_min, 0,
                static_cast<int64_t>(http::Compression::kBytesMax),
                "The size from which on texts and JSON are sent with gzip to clients that prefer "
                "it, in bytes. A body beyond 1 MiB is sent as it is. 0: none is compressed.");
  table.boolean("CONTRACT_PAGE", settings.contract_page,
                "Whether /openapi.json has the contract, in one document, and /docs a page that "
                "shows it. A path of the contract wins.");
}

void declare_logging(base::Configuration& table, ApiSettings& settings) {
  table.choice(
      "LOG_LEVEL", "INFO",
      [&](std::string_view text) {
        const auto level = log::level_named(text);
        settings.log_level = level.value_or(settings.log_level);
        return level.has_value();
      },
      "DEBUG, INFO, WARNING or ERROR",
      "The lowest level that is logged. The line of a completed request is INFO.");
  table.boolean("STORIES", settings.stories,
                "Whether the log has a line `story` for each request, too: its path, how long each "
                "stage took, and where in the contract each violation is. It is for a developer's "
                "machine: a path may have secrets.");
}

void declare_crashes(base::Configuration& table, ApiSettings& settings) {
  table.boolean("CORE_DUMPS", settings.core_dumps,
                "Whether a crash may leave a core dump, and a debugger may attach. Dumps contain "
                "credentials.");
}

void declare_publishing(base::Configuration& table, ApiSettings& settings) {
  table.duration("PUBLISH_DEADLINE", settings.publishing.deadline, milliseconds(500), seconds(30),
                 "How long a request waits for Kafka's delivery report before the answer is 504.");
  table.integer("PUBLISH_IN_FLIGHT_MAX", settings.publishing.in_flight_max, 1, 1'000'000,
                "How many events may wait for a delivery report. Beyond it the answer is 503.");
  table.integer("KAFKA_QUEUE_KIB_MAX", settings.kafka.queue_kib_max, 64, 1'048'576,
                "How many KiB of events may wait for Kafka. Beyond it the answer is 503.");
}

void declare_blocking(base::Configuration& table, ApiSettings& settings) {
  table.integer("BLOCKING_THREADS", settings.blocking_threads, 1, 256,
                "How many calls of handlers that block may run at a time, each on a thread.");
  table.integer("BLOCKING_WAITING_MAX", settings.blocking_waiting_max, 0, 100'000,
                "How many such calls may wait for a thread. A further one fails at once.");
}

void declare_draining(base::Configuration& table, ApiSettings& settings) {
  table.duration("DRAIN_DELAY", settings.drain_delay, milliseconds(0), seconds(120),
                 "How long the API accepts connections after SIGTERM, with `Connection: close` in "
                 "its answers. 20 on AWS.");
  table.duration("DRAIN_TIMEOUT", settings.drain_timeout, milliseconds(100), seconds(120),
                 "How long requests in flight may take after that.");
}

void declare_limits(base::Configuration& table, ApiSettings& settings) {
  http::Limits& limits = settings.limits;
  table.integer("HEADER_BYTES_MAX", limits.header_bytes_max, 1'024, 1'048'576,
                "The size of a request's start line and headers, in bytes. Beyond it the answer is "
                "431 or 414.");
  table.integer("HEADERS_MAX", limits.headers_max, 8, 1'000,
                "The number of a request's headers. Beyond it the answer is 431.");
  table.integer("BODY_BYTES_MAX", limits.body_bytes_max, 0, 104'857'600,
                "The size of a request's body, in bytes. Beyond it the answer is 413.");
  table.integer("VALIDATION_STEPS_MAX", settings.validation_steps_max, 100'000,
                static_cast<int64_t>(contract::Steps::kTrustedMax),
                "The steps that reading and validating a request may take; a body beyond 1 MiB may "
                "take more in proportion. Beyond it the answer is 400. A higher limit accepts "
                "bodies with more values and costlier rules, but each million steps lets one "
                "request hold up all others for up to 3 ms.");
  table.integer("PATTERN_STEPS_MAX", settings.pattern_steps_max, contract::kPatternStepsLeast,
                contract::kPatternStepsMost,
                "The steps that a pattern of the contract may take for each byte of a text. Beyond "
                "it the API does not start; `penstock_contract check` prints them.");
  table.boolean("SEPARATORS_ENCODED", settings.separators_encoded,
                "Whether an encoded separator separates the elements of a list in one parameter, "
                "too: `a%2Cb` has two elements then. It is for clients that encode all commas.");
  table.integer("REQUESTS_PER_CONNECTION_MAX", limits.requests_per_connection_max, 1, 1'000'000'000,
                "After this many requests the API closes the connection.");
  table.integer("CONNECTIONS_MAX", limits.connections_max, 1, 1'000'000,
                "The number of open connections. A further one takes the place of one that is slow "
                "in sending its header, or idle; if there is none, one request is answered, with "
                "503 if the answer would wait for Kafka.");
  table.integer("BUFFERED_BYTES_MAX", limits.buffered_bytes_max, 262'144, 1'073'741'824,
                "The memory of the requests and answers of all connections together, in bytes. "
                "Beyond it, those that have held the most for longest get 503.");
}

void declare_time_outs(base::Configuration& table, ApiSettings& settings) {
  http::Limits& limits = settings.limits;
  table.duration("HEADER_TIMEOUT", limits.header_timeout, milliseconds(250), seconds(600),
                 "From a request's first byte to the end of its headers. Beyond it the answer is "
                 "408.");
  table.duration(
      "BODY_TIMEOUT", limits.body_timeout, milliseconds(250), seconds(600),
      "From the end of the headers to the end of the body. Beyond it the answer is 408.");
  table.duration("WRITE_TIMEOUT", limits.write_timeout, milliseconds(250), seconds(600),
                 "How long a client may take to read its answer.");
  table.duration("IDLE_TIMEOUT", limits.idle_timeout, milliseconds(250), seconds(3600),
                 "How long a connection may be idle between requests. It should be longer than the "
                 "load balancer's.");
}

// A group holds the settings that share a heading of docs/settings.md.
struct Group {
  const char* title;
  void (*declare)(base::Configuration& table, ApiSettings& settings);
};

constexpr Group kGroups[] = {{"Kafka", declare_kafka},
                             {"Topics", declare_topics},
                             {"Listening", declare_listening},
                             {"Authentication of clients", declare_security},
                             {"Answers", declare_answers},
                             {"Logging", declare_logging},
                             {"Crashes", declare_crashes},
                             {"Publishing", declare_publishing},
                             {"Handlers that block", declare_blocking},
                             {"Draining after SIGTERM", declare_draining},
                             {"Limits", declare_limits},
                             {"Time-outs", declare_time_outs}};

// Returns the words of `text` in lines of at most kColumns, each indented by two spaces.
std::string indented(std::string_view text) {
  std::string out = " ";
  size_t column = 1;
  while (!text.empty()) {
    const std::string_view word = text.substr(0, text.find(' '));
    text.remove_prefix(std::min(word.size() + 1, text.size()));
    if (column + 1 + word.size() > kColumns) {
      out += "\n ";
      column = 1;
    }
    out += ' ';
    out += word;
    column += 1 + word.size();
  }
  return out + '\n';
}

std::string list_item(const base::Configuration::Row& row) {
  const std::string standard = row.standard.empty() ? "empty" : "`" + row.standard + "`";
  const std::string range = row.range.empty() ? "" : "; " + row.range;
  return "- `" + row.name + "` (default: " + standard + range + "):\n" + indented(row.meaning);
}

}  // namespace

bool wants_msk_iam(const ApiSettings& settings) {
  if (settings.kafka.bootstrap.empty() || settings.kafka_auth == KafkaAuth::none) return false;
  return settings.kafka_auth == KafkaAuth::iam ||
         aws::region_of_msk(settings.kafka.bootstrap).has_value();
}

base::Result<aws::MskCluster> msk_cluster(const ApiSettings& settings) {
  auto cluster = msk_cluster(settings.kafka.bootstrap, settings.msk_region,
                             settings.variable_prefix + "AWS_MSK_CLUSTER_REGION");
  if (cluster) cluster->host = settings.msk_signing_host;
  return cluster;
}

base::Result<> check(const ApiSettings& settings) {
  const http::Limits& limits = settings.limits;
  // What one request may hold: its body, and its header twice, once as it was read.
  const int64_t least = limits.body_bytes_max + 2 * limits.header_bytes_max + kRequestRoom;
  if (limits.buffered_bytes_max >= least) return {};
  const std::string& prefix = settings.variable_prefix;
  return base::Error{.code = base::ErrorCode::invalid,
                     .message = prefix + "BUFFERED_BYTES_MAX is " +
                                std::to_string(limits.buffered_bytes_max) +
                                ", but one request may take " + std::to_string(least) +
                                " bytes: raise it, or lower " + prefix + "BODY_BYTES_MAX or " +
                                prefix + "HEADER_BYTES_MAX"};
}

std::string markdown(std::string_view prefix) {
  std::string out;
  ApiSettings defaults;
  base::Configuration table{std::string(prefix), {}};
  size_t listed = 0;
  const auto list = [&](const char* title) {
    if (listed == table.rows().size()) return;
    out += (out.empty() ? "## " : "\n## ") + std::string(title) + "\n\n";
    for (; listed < table.rows().size(); ++listed) out += list_item(table.rows()[listed]);
  };
  for (const Group& group : kGroups) {
    group.declare(table, defaults);
    list(group.title);
  }
  base::declare_own_settings(table);
  list("The service's own");
  return out;
}

void declare(base::Configuration& table, ApiSettings& settings) {
  for (const Group& group : kGroups) group.declare(table, settings);
  base::declare_own_settings(table);
}

}  // namespace penstock::apps
