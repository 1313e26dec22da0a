#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "kafka/client.h"
#include "kafka/kafka_settings.h"
#include "kafka/topic_states.h"
#include "log/log.h"

namespace penstock::kafka {

// Creates the service's missing topics at its start, and looks regularly whether they exist, all in
// the background; a request never has to wait for that. It has no timer: the owner calls request()
// regularly and passes the results to the functions below. Only one thread may use it.
class Topics {
 public:
  using Time = TopicStates::Time;

  // Existing topics are looked for after this time, missing ones after the second, and all after
  // the third where Kafka does not allow to look, because it may log each attempt.
  static constexpr std::chrono::seconds kLook{5};
  static constexpr std::chrono::seconds kLookMissing{1};
  static constexpr std::chrono::seconds kLookForbidden{60};

  // `settings` and `log` must outlive this object.
  Topics(std::vector<std::string> names, const Settings& settings, log::Log& log);

  // Asks the cluster to create the topics that are still to be created, and looks for all others,
  // unless such a request is under way or the pause after the last one is not over. The results
  // arrive on `queue`.
  void request(rd_kafka_t* client, rd_kafka_queue_t* queue, Time now);
  // Takes an RD_KAFKA_EVENT_CREATETOPICS_RESULT.
  void take_result(rd_kafka_event_t* event, Time now);
  // Takes an RD_KAFKA_EVENT_DESCRIBECONFIGS_RESULT if a look of this object has caused it, and
  // returns false for any other.
  bool take_look(rd_kafka_event_t* event, Time now);
  // Takes a delivery report.
  void take_report(const rd_kafka_message_t& message, Time now);
  // Notes that the client with the requests is gone, so that no result will come.
  void forget_requests();

  [[nodiscard]] const TopicStates& states() const { return states_; }

 private:
  void create(rd_kafka_t* client, rd_kafka_queue_t* queue);
  void look(rd_kafka_t* client, rd_kafka_queue_t* queue);
  void write(TopicStates::Change change, const std::string& name);

  const Settings& settings_;
  log::Log& log_;
  TopicStates states_;
  bool creating_ = false;
  bool looking_ = false;
  Time next_creation_ = {};
  Time next_look_ = {};
};

}  // namespace penstock::kafka
