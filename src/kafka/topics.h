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

// Creates the service's missing topics at its start, in the background; a request never has to wait
// for that. It keeps a state for each topic: settled, or the reason why not. It has no timer: the
// owner calls request() regularly and passes the result to take_result(). Only one thread may use
// it.
class Topics {
 public:
  using Time = std::chrono::steady_clock::time_point;

  // `settings` and `log` must outlive this object.
  Topics(std::vector<std::string> names, const Settings& settings, log::Log& log);

  // Asks the cluster to create the topics that are not settled, unless a request is under way or
  // the pause after the last one is not over. The result arrives on `queue`.
  void request(rd_kafka_t* client, rd_kafka_queue_t* queue, Time now);
  // Takes an RD_KAFKA_EVENT_CREATETOPICS_RESULT.
  void take_result(rd_kafka_event_t* event, Time now);
  // Notes that the client with the request is gone, so that no result will come.
  void forget_request() { asked_ = false; }

  // Says whether records may be sent: the topic exists, or cannot be created here, which publishing
  // will show. It is false for a topic that the service does not have.
  [[nodiscard]] bool is_settled(const std::string& name) const;
  // Returns "topic 'x' is not known to exist: …" for the first topic that is not settled, or an
  // empty text.
  [[nodiscard]] std::string unsettled_reason() const;

 private:
  struct State {
    bool settled = false;
    std::string reason = "Kafka has not answered yet";
  };

  void settle(State& state, const std::string& name, rd_kafka_resp_err_t error,
              const std::string& text);

  const Settings& settings_;
  log::Log& log_;
  std::map<std::string, State, std::less<>> topics_;
  bool asked_ = false;
  Time next_ = {};
};

}  // namespace penstock::kafka
