#include "kafka/topics.h"

#include <array>

namespace penstock::kafka {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kRetry{500};
constexpr int kRequestTimeoutMs = 5000;
// -1 means the broker's default. MSK Serverless allows no other value, and a single local broker
// needs 1.
constexpr int kBrokersReplication = -1;

}  // namespace

Topics::Topics(std::vector<std::string> names, const Settings& settings, log::Log& log)
    : settings_(settings), log_(log) {
  for (std::string& name : names) {
    topics_[std::move(name)] = {.settled = !settings.create_topics,
                                .reason = "Kafka has not answered yet"};
  }
}

bool Topics::is_settled(const std::string& name) const {
  const auto found = topics_.find(name);
  return found != topics_.end() && found->second.settled;
}

std::string Topics::unsettled_reason() const {
  for (const auto& [name, state] : topics_) {
    if (!state.settled) return "topic '" + name + "' is not known to exist: " + state.reason;
  }
  return {};
}

void Topics::request(rd_kafka_t* client, rd_kafka_queue_t* queue, Time now) {
  if (asked_ || now < next_) return;
  std::vector<NewTopic> wanted;
  std::vector<rd_kafka_NewTopic_t*> pointers;
  std::array<char, 256> reason{};
  for (auto& [name, state] : topics_) {
    if (state.settled) continue;
    NewTopic topic(rd_kafka_NewTopic_new(name.c_str(), static_cast<int>(settings_.partitions),
                                         kBrokersReplication, reason.data(), reason.size()));
    if (!topic) {
      settle(state, name, RD_KAFKA_RESP_ERR_TOPIC_EXCEPTION, reason.data());
      continue;
    }
    if (settings_.retention.count() > 0) {
      rd_kafka_NewTopic_set_config(topic.get(), "retention.ms",
                                   std::to_string(settings_.retention.count()).c_str());
    }
    pointers.push_back(topic.get());
    wanted.push_back(std::move(topic));
  }
  if (pointers.empty()) return;
  AdminOptions options(rd_kafka_AdminOptions_new(client, RD_KAFKA_ADMIN_OP_CREATETOPICS));
  rd_kafka_AdminOptions_set_request_timeout(options.get(), kRequestTimeoutMs, reason.data(),
                                            reason.size());
  rd_kafka_AdminOptions_set_operation_timeout(options.get(), kRequestTimeoutMs, reason.data(),
                                              reason.size());
  rd_kafka_CreateTopics(client, pointers.data(), pointers.size(), options.get(), queue);
  asked_ = true;
}

void Topics::take_result(rd_kafka_event_t* event, Time now) {
  asked_ = false;
  next_ = now + kRetry;
  if (rd_kafka_event_error(event) != RD_KAFKA_RESP_ERR_NO_ERROR) {
    const std::string reason = shown(rd_kafka_event_error_string(event), settings_.tokens);
    for (auto& [name, state] : topics_) {
      if (!state.settled) state.reason = reason;
    }
    return;
  }
  size_t count = 0;
  const rd_kafka_topic_result_t** results =
      rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(event), &count);
  for (size_t i = 0; i < count; ++i) {
    const auto found = topics_.find(rd_kafka_topic_result_name(results[i]));
    if (found == topics_.end()) continue;
    settle(found->second, found->first, rd_kafka_topic_result_error(results[i]),
           shown(rd_kafka_topic_result_error_string(results[i]), settings_.tokens));
  }
}

void Topics::settle(State& state, const std::string& name, rd_kafka_resp_err_t error,
                    const std::string& text) {
  state.reason = text;
  switch (error) {
    case RD_KAFKA_RESP_ERR_NO_ERROR:
      state.settled = true;
      log::Line(log_, log::Level::info, "topic created")
          .field("topic", name)
          .field("partitions", settings_.partitions);
      return;
    case RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS:
      state.settled = true;
      return;
    case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_POLICY_VIOLATION:
    case RD_KAFKA_RESP_ERR_TOPIC_EXCEPTION:
    case RD_KAFKA_RESP_ERR_INVALID_PARTITIONS:
    case RD_KAFKA_RESP_ERR_INVALID_REPLICATION_FACTOR:
      // Either the topic exists already, or publishing will report that it does not.
      state.settled = true;
      log::Line(log_, log::Level::warning,
                "the topic cannot be created here and must already exist "
                "(with IAM, creating it needs kafka-cluster:CreateTopic)")
          .field("topic", name)
          .field("reason", text);
      return;
    default:
      // The request is repeated after kRetry.
      return;
  }
}

}  // namespace penstock::kafka
