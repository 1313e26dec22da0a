#include "kafka/topic_limits.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>

namespace penstock::kafka {
namespace {

constexpr int kRequestTimeoutMs = 5000;
constexpr std::string_view kLimit = "max.message.bytes";

using Resource =
    std::unique_ptr<rd_kafka_ConfigResource_t, Release<rd_kafka_ConfigResource_destroy>>;

}  // namespace

TopicLimits::TopicLimits(const std::vector<std::string>& names, log::Log& log) : log_(log) {
  for (const std::string& name : names) limits_.emplace(name, std::nullopt);
}

void TopicLimits::request(rd_kafka_t* client, rd_kafka_queue_t* queue, Time now) {
  if (asked_ || now < next_) return;
  std::vector<Resource> topics;
  std::vector<rd_kafka_ConfigResource_t*> pointers;
  for (const auto& [name, limit] : limits_) {
    topics.emplace_back(rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, name.c_str()));
    if (!topics.back()) continue;  // The name is empty.
    pointers.push_back(topics.back().get());
  }
  if (pointers.empty()) return;
  std::array<char, 256> reason{};
  const AdminOptions options(rd_kafka_AdminOptions_new(client, RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS));
  rd_kafka_AdminOptions_set_request_timeout(options.get(), kRequestTimeoutMs, reason.data(),
                                            reason.size());
  rd_kafka_DescribeConfigs(client, pointers.data(), pointers.size(), options.get(), queue);
  asked_ = true;
  asked_at_ = now;
}

void TopicLimits::take_result(rd_kafka_event_t* event, Time now) {
  asked_ = false;
  if (rd_kafka_event_error(event) != RD_KAFKA_RESP_ERR_NO_ERROR) {
    next_ = now + kPaceMin;  // No broker has answered.
    return;
  }
  next_ = now + kPace;
  size_t count = 0;
  const rd_kafka_ConfigResource_t** topics = rd_kafka_DescribeConfigs_result_resources(
      rd_kafka_event_DescribeConfigs_result(event), &count);
  for (size_t i = 0; i < count; ++i) take(topics[i]);
}

void TopicLimits::take(const rd_kafka_ConfigResource_t* topic) {
  const auto limit = limits_.find(rd_kafka_ConfigResource_name(topic));
  if (limit == limits_.end()) return;
  const rd_kafka_resp_err_t error = rd_kafka_ConfigResource_error(topic);
  if (error == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART) {
    next_ = asked_at_ + kPaceMin;  // It is about to be made.
    return;
  }
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) {
    if (std::exchange(said_unknown_, true)) return;
    log::Line(
        log_, log::Level::info,
        "the largest record batch that a topic takes is not known (with IAM, reading it needs "
        "kafka-cluster:DescribeTopicDynamicConfiguration); a record whose batch is refused is "
        "sent again alone")
        .field("topic", limit->first)
        .field("reason", rd_kafka_err2str(error));
    return;
  }
  size_t count = 0;
  const rd_kafka_ConfigEntry_t** entries = rd_kafka_ConfigResource_configs(topic, &count);
  for (size_t i = 0; i < count; ++i) {
    const char* value = rd_kafka_ConfigEntry_value(entries[i]);
    if (kLimit != rd_kafka_ConfigEntry_name(entries[i]) || value == nullptr) continue;
    const std::string_view text = value;
    int64_t bytes = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), bytes);
    if (read.ec == std::errc() && bytes > 0) limit->second = bytes;
  }
}

void TopicLimits::batch_was_refused() {
  next_ = std::min(next_, asked_at_ + kPaceMin);
}

std::optional<int64_t> TopicLimits::smallest() const {
  std::optional<int64_t> smallest;
  for (const auto& [name, limit] : limits_) {
    if (limit) smallest = std::min(*limit, smallest.value_or(*limit));
  }
  return smallest;
}

}  // namespace penstock::kafka
