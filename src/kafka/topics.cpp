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

using Resource =
    std::unique_ptr<rd_kafka_ConfigResource_t, Release<rd_kafka_ConfigResource_destroy>>;

AdminOptions options_for(rd_kafka_t* client, rd_kafka_admin_op_t operation) {
  std::array<char, 256> reason{};
  AdminOptions options(rd_kafka_AdminOptions_new(client, operation));
  rd_kafka_AdminOptions_set_request_timeout(options.get(), kRequestTimeoutMs, reason.data(),
                                            reason.size());
  if (operation == RD_KAFKA_ADMIN_OP_CREATETOPICS) {
    rd_kafka_AdminOptions_set_operation_timeout(options.get(), kRequestTimeoutMs, reason.data(),
                                                reason.size());
  }
  return options;
}

}  // namespace

Topics::Topics(std::vector<std::string> names, const Settings& settings, log::Log& log)
    : settings_(settings), log_(log), states_(std::move(names), settings.create_topics) {}

void Topics::request(rd_kafka_t* client, rd_kafka_queue_t* queue, Time now) {
  states_.forget_reports(now);
  if (!creating_ && now >= next_creation_) create(client, queue);
  // What is about to be created is not looked for.
  if (!creating_ && !looking_ && now >= next_look_) look(client, queue);
}

void Topics::forget_requests() {
  creating_ = false;
  looking_ = false;
}

void Topics::create(rd_kafka_t* client, rd_kafka_queue_t* queue) {
  std::vector<NewTopic> wanted;
  std::vector<rd_kafka_NewTopic_t*> pointers;
  std::array<char, 256> reason{};
  for (const std::string& name : states_.to_create()) {
    NewTopic topic(rd_kafka_NewTopic_new(name.c_str(), static_cast<int>(settings_.partitions),
                                         kBrokersReplication, reason.data(), reason.size()));
    if (!topic) {
      write(states_.take_creation(name, RD_KAFKA_RESP_ERR_TOPIC_EXCEPTION, reason.data()), name);
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
  const AdminOptions options = options_for(client, RD_KAFKA_ADMIN_OP_CREATETOPICS);
  rd_kafka_CreateTopics(client, pointers.data(), pointers.size(), options.get(), queue);
  creating_ = true;
}

void Topics::take_result(rd_kafka_event_t* event, Time now) {
  creating_ = false;
  next_creation_ = now + kRetry;
  if (rd_kafka_event_error(event) != RD_KAFKA_RESP_ERR_NO_ERROR) {
    states_.creation_failed(shown(rd_kafka_event_error_string(event), settings_.tokens));
    return;
  }
  size_t count = 0;
  const rd_kafka_topic_result_t** results =
      rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(event), &count);
  for (size_t i = 0; i < count; ++i) {
    const std::string name = rd_kafka_topic_result_name(results[i]);
    const auto change = states_.take_creation(
        name, rd_kafka_topic_result_error(results[i]),
        shown(rd_kafka_topic_result_error_string(results[i]), settings_.tokens));
    write(change, name);
    if (change == TopicStates::Change::created) next_look_ = now + kLook;
  }
}

// Describing the settings of a topic is the only request of librdkafka 2.0 that says whether the
// topic exists, does not block, and does not make it.
void Topics::look(rd_kafka_t* client, rd_kafka_queue_t* queue) {
  std::vector<Resource> topics;
  std::vector<rd_kafka_ConfigResource_t*> pointers;
  for (const std::string& name : states_.names()) {
    topics.emplace_back(rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, name.c_str()));
    if (topics.back()) pointers.push_back(topics.back().get());
  }
  if (pointers.empty()) return;
  const AdminOptions options = options_for(client, RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS);
  rd_kafka_AdminOptions_set_opaque(options.get(), this);
  rd_kafka_DescribeConfigs(client, pointers.data(), pointers.size(), options.get(), queue);
  looking_ = true;
}

bool Topics::take_look(rd_kafka_event_t* event, Time now) {
  if (rd_kafka_event_opaque(event) != this) return false;
  looking_ = false;
  size_t count = 0;
  size_t forbidden = 0;
  if (rd_kafka_event_error(event) == RD_KAFKA_RESP_ERR_NO_ERROR) {
    const rd_kafka_ConfigResource_t** topics = rd_kafka_DescribeConfigs_result_resources(
        rd_kafka_event_DescribeConfigs_result(event), &count);
    for (size_t i = 0; i < count; ++i) {
      const std::string name = rd_kafka_ConfigResource_name(topics[i]);
      const rd_kafka_resp_err_t error = rd_kafka_ConfigResource_error(topics[i]);
      if (error == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED) ++forbidden;
      write(states_.take_look(name, error), name);
    }
  }
  const bool is_forbidden = count > 0 && forbidden == count;
  next_look_ = now + (is_forbidden             ? kLookForbidden
                      : states_.any_in_doubt() ? kLookMissing
                                               : kLook);
  return true;
}

void Topics::take_report(const rd_kafka_message_t& message, Time now) {
  const std::string_view name = rd_kafka_topic_name(message.rkt);
  const auto change = states_.take_report(name, message.err, now);
  if (change != TopicStates::Change::none) write(change, std::string(name));
}

void Topics::write(TopicStates::Change change, const std::string& name) {
  using Change = TopicStates::Change;
  switch (change) {
    case Change::none:
      return;
    case Change::created:
      log::Line(log_, log::Level::info, "topic created")
          .field("topic", name)
          .field("partitions", settings_.partitions);
      return;
    case Change::refused:
      // It may exist already; the next look tells.
      log::Line(log_, log::Level::warning,
                "the topic cannot be created here and must already exist")
          .field("topic", name)
          .field("reason", states_.refusal(name));
      return;
    case Change::missing:
      log::Line(log_, log::Level::error, "the topic does not exist, so its events are refused")
          .field("topic", name)
          .field("reason", states_.refusal(name).empty()
                               ? "it must be created by hand; it is used as soon as it is there"
                               : "it cannot be created here: " + states_.refusal(name));
      return;
    case Change::found:
      log::Line(log_, log::Level::info, "the topic exists now").field("topic", name);
      return;
  }
}

}  // namespace penstock::kafka
