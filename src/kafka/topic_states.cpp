#include "kafka/topic_states.h"

#include <algorithm>
#include <utility>

namespace penstock::kafka {
namespace {

// More topics than this are not named in a reason.
constexpr size_t kNamedMax = 5;

bool lacks_rights(rd_kafka_resp_err_t error) {
  return error == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED ||
         error == RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED;
}

// Says whether Kafka will answer in the same way again.
bool is_final(rd_kafka_resp_err_t error) {
  switch (error) {
    case RD_KAFKA_RESP_ERR_POLICY_VIOLATION:
    case RD_KAFKA_RESP_ERR_TOPIC_EXCEPTION:
    case RD_KAFKA_RESP_ERR_INVALID_PARTITIONS:
    case RD_KAFKA_RESP_ERR_INVALID_REPLICATION_FACTOR:
    case RD_KAFKA_RESP_ERR_INVALID_CONFIG:
    case RD_KAFKA_RESP_ERR_INVALID_REQUEST:
    case RD_KAFKA_RESP_ERR_UNSUPPORTED_VERSION:
      return true;
    default:
      return lacks_rights(error);
  }
}

bool is_absent(rd_kafka_resp_err_t error) {
  return error == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART ||
         error == RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC;
}

}  // namespace

TopicStates::TopicStates(std::vector<std::string> names, bool create) {
  for (std::string& name : names) states_[std::move(name)].to_create = create;
}

std::vector<std::string> TopicStates::to_create() const {
  std::vector<std::string> names;
  for (const auto& [name, state] : states_) {
    if (state.to_create) names.push_back(name);
  }
  return names;
}

std::vector<std::string> TopicStates::names() const {
  std::vector<std::string> names;
  for (const auto& [name, state] : states_) names.push_back(name);
  return names;
}

bool TopicStates::any_in_doubt() const {
  return std::any_of(states_.begin(), states_.end(), [](const auto& entry) {
    return entry.second.in_doubt || entry.second.presence == Presence::missing;
  });
}

TopicStates::Change TopicStates::found(State& state) {
  const bool was_missing = state.presence == Presence::missing;
  state.presence = Presence::exists;
  state.to_create = false;
  state.in_doubt = false;
  return was_missing ? Change::found : Change::none;
}

TopicStates::Change TopicStates::lost(State& state) {
  const bool is_new = state.presence != Presence::missing;
  state.presence = Presence::missing;
  state.in_doubt = false;
  return is_new ? Change::missing : Change::none;
}

TopicStates::Change TopicStates::take_creation(std::string_view name, rd_kafka_resp_err_t error,
                                               const std::string& text) {
  const auto entry = states_.find(name);
  if (entry == states_.end()) return Change::none;
  State& state = entry->second;
  if (error == RD_KAFKA_RESP_ERR_NO_ERROR || error == RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS) {
    (void)found(state);
    return error == RD_KAFKA_RESP_ERR_NO_ERROR ? Change::created : Change::none;
  }
  state.why_pending = text;
  if (!is_final(error)) return Change::none;  // The request is repeated.
  state.to_create = false;
  state.refusal =
      text + (lacks_rights(error) ? " (with IAM, it needs kafka-cluster:CreateTopic)" : "");
  return Change::refused;
}

void TopicStates::creation_failed(const std::string& why) {
  for (auto& [name, state] : states_) {
    if (state.to_create) state.why_pending = why;
  }
}

TopicStates::Change TopicStates::take_look(std::string_view name, rd_kafka_resp_err_t error) {
  const auto entry = states_.find(name);
  if (entry == states_.end()) return Change::none;
  State& state = entry->second;
  state.looked = error == RD_KAFKA_RESP_ERR_NO_ERROR || is_absent(error);
  if (error == RD_KAFKA_RESP_ERR_NO_ERROR) return found(state);
  if (!is_absent(error) || state.to_create) return Change::none;
  // A broker may not have heard yet of a topic that was made a moment ago.
  if (state.presence == Presence::exists && !std::exchange(state.in_doubt, true)) {
    return Change::none;
  }
  return lost(state);
}

TopicStates::Change TopicStates::take_report(std::string_view name, rd_kafka_resp_err_t error,
                                             Time now) {
  const auto entry = states_.find(name);
  if (entry == states_.end() || entry->second.looked) return Change::none;
  if (error == RD_KAFKA_RESP_ERR_NO_ERROR) return found(entry->second);
  if (!is_absent(error)) return Change::none;
  entry->second.reported_at = now;
  return lost(entry->second);
}

void TopicStates::forget_reports(Time now) {
  for (auto& [name, state] : states_) {
    if (!state.looked && state.presence == Presence::missing &&
        now - state.reported_at > kReportBelieved) {
      state.presence = Presence::unknown;
    }
  }
}

TopicStates::Standing TopicStates::standing(std::string_view name) const {
  const auto entry = states_.find(name);
  if (entry == states_.end() || entry->second.to_create) return Standing::pending;
  // What a report has said may be out of date, and only another event can show that.
  const bool known_missing = entry->second.presence == Presence::missing && entry->second.looked;
  return known_missing ? Standing::missing : Standing::usable;
}

std::string TopicStates::not_ready_reason(std::string_view name) const {
  const auto entry = states_.find(name);
  return entry == states_.end() ? "" : reason_of(entry->first, entry->second);
}

std::string TopicStates::refusal(std::string_view name) const {
  const auto entry = states_.find(name);
  return entry == states_.end() ? "" : entry->second.refusal;
}

std::string TopicStates::reason_of(const std::string& name, const State& state) {
  if (state.to_create) return "topic '" + name + "' is not known to exist: " + state.why_pending;
  if (is_ready(state)) return {};
  if (state.refusal.empty()) return "topic '" + name + "' does not exist";
  return "topic '" + name + "' does not exist and cannot be created: " + state.refusal;
}

std::string TopicStates::not_ready_reason() const {
  std::string text;
  std::string others;
  size_t count = 0;
  for (const auto& [name, state] : states_) {
    if (is_ready(state)) continue;
    if (count == 0) text = reason_of(name, state);
    if (count > 0 && count < kNamedMax) others += (count == 1 ? "'" : ", '") + name + "'";
    ++count;
  }
  if (count > kNamedMax) others += " and " + std::to_string(count - kNamedMax) + " more";
  return others.empty() ? text : text + "; these are not ready, too: " + others;
}

std::vector<TopicReadiness> TopicStates::readiness() const {
  std::vector<TopicReadiness> all;
  for (const auto& [name, state] : states_) all.push_back({name, is_ready(state)});
  return all;
}

}  // namespace penstock::kafka
