#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "kafka/client.h"
#include "kafka/kafka_settings.h"
#include "log/log.h"

namespace penstock::kafka {

// Makes the service's topics at start if they are missing, in the background: creation never
// belongs to a request. Pure of timers: the owner calls request() when it is due, and take_result()
// with the result.
class Topics {
 public:
  using Time = std::chrono::steady_clock::time_point;

  Topics(std::vector<std::string> names, const Settings& settings, log::Log& log);

  // Asks the cluster for the topics that are not settled, on `queue`, if the time has come.
  void request(rd_kafka_t* client, rd_kafka_queue_t* queue, Time now);
  // Takes an RD_KAFKA_EVENT_CREATETOPICS_RESULT.
  void take_result(rd_kafka_event_t* event, Time now);
  // The client that was asked is gone.
  void forget_request() { asked_ = false; }

  // The topic is there, or nothing more can be done about it here: records may be sent.
  [[nodiscard]] bool is_settled(const std::string& name) const;
  // "topic 'x' is not there yet: …", or empty.
  [[nodiscard]] std::string unsettled_reason() const;

 private:
  struct State {
    bool settled = false;
    std::string reason = "Kafka has not answered yet";
  };

  void settle(State& state, const std::string& name, rd_kafka_resp_err_t error, const char* text);

  const Settings& settings_;
  log::Log& log_;
  std::map<std::string, State, std::less<>> topics_;
  bool asked_ = false;
  Time next_ = {};
};

}  // namespace penstock::kafka
