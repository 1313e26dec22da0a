#pragma once

#include <librdkafka/rdkafka.h>

#include <chrono>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace penstock::kafka {

// Says of one topic whether events for it can be stored, as far as is known.
struct TopicReadiness {
  std::string name;
  bool ready = false;
};

// Keeps what is known about each topic of the service: whether it is still to be created, and
// whether it exists. It does no I/O and reads no clock: Topics tells what Kafka has answered. Only
// one thread may use it.
class TopicStates {
 public:
  using Time = std::chrono::steady_clock::time_point;

  // What a delivery report says about a topic is believed for this time, where Kafka does not allow
  // to look: if nothing is published meanwhile, nothing would end the outage.
  static constexpr std::chrono::seconds kReportBelieved{60};

  // Says what an answer has changed, for the log.
  enum class Change { none, created, refused, missing, found };

  // Says what becomes of an event for a topic: it has to wait until the topic is created, it cannot
  // be stored because Kafka has said that there is no such topic, or it can be sent, which will
  // show whether it can be stored.
  enum class Standing { pending, missing, usable };

  // `create` says whether the topics are to be created.
  TopicStates(std::vector<std::string> names, bool create);

  // Returns the topics that are still to be created.
  [[nodiscard]] std::vector<std::string> to_create() const;
  // Returns all topics.
  [[nodiscard]] std::vector<std::string> names() const;
  // Says whether a topic should be looked for soon: it is missing, or may have been deleted.
  [[nodiscard]] bool any_in_doubt() const;

  // Takes Kafka's answer to a request to create the topic, with Kafka's words.
  Change take_creation(std::string_view name, rd_kafka_resp_err_t error, const std::string& text);
  // Notes why the last request to create topics had no answer.
  void creation_failed(const std::string& why);
  // Takes Kafka's answer to a request to describe the topic.
  Change take_look(std::string_view name, rd_kafka_resp_err_t error);
  // Takes the error of a delivery report, which counts only where Kafka does not allow to look.
  Change take_report(std::string_view name, rd_kafka_resp_err_t error, Time now);
  // Forgets reports that are older than kReportBelieved.
  void forget_reports(Time now);

  // Says what becomes of an event for the topic. A topic that the service does not have is pending.
  [[nodiscard]] Standing standing(std::string_view name) const;
  // Returns why an event for the topic cannot be stored, with the topic's name, or an empty text.
  [[nodiscard]] std::string not_ready_reason(std::string_view name) const;
  // Returns why events for a topic cannot be stored, with the topic's name, or an empty text. If
  // there are several such topics, they are named, and the reason is that of the first one.
  [[nodiscard]] std::string not_ready_reason() const;
  // Returns Kafka's reason for not creating this topic, with the IAM action if rights are missing,
  // or an empty text.
  [[nodiscard]] std::string refusal(std::string_view name) const;
  [[nodiscard]] std::vector<TopicReadiness> readiness() const;

 private:
  enum class Presence { unknown, exists, missing };

  struct State {
    bool to_create = false;
    Presence presence = Presence::unknown;
    // It is set if the last look has found the topic absent, although it was there before.
    bool in_doubt = false;
    bool looked = false;  // Whether Kafka's last answer said if the topic exists.
    std::string why_pending = "Kafka has not answered yet";
    std::string refusal = {};
    Time reported_at = {};
  };

  [[nodiscard]] static std::string reason_of(const std::string& name, const State& state);
  [[nodiscard]] static bool is_ready(const State& state) {
    return !state.to_create && state.presence != Presence::missing;
  }
  static Change found(State& state);
  static Change lost(State& state);

  std::map<std::string, State, std::less<>> states_;
};

}  // namespace penstock::kafka
