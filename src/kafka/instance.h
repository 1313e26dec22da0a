#pragma once

#include <map>
#include <memory>
#include <string>

#include "base/result.h"
#include "kafka/client.h"
#include "kafka/kafka_settings.h"

namespace penstock::kafka {

// One librdkafka producer with its queue of events. It is replaced as a whole when it reports a
// fatal error.
class Instance {
 public:
  [[nodiscard]] static base::Result<std::unique_ptr<Instance>> make(const Settings& settings);
  Instance(const Instance&) = delete;
  Instance& operator=(const Instance&) = delete;
  // Blocks until librdkafka's threads have ended; not for the thread that serves requests.
  ~Instance();

  [[nodiscard]] rd_kafka_t* client() const { return client_.get(); }
  [[nodiscard]] rd_kafka_queue_t* queue() const { return queue_.get(); }
  // Becomes readable when the queue is no longer empty (an eventfd, owned by this).
  [[nodiscard]] int event_fd() const { return event_fd_; }
  // The topic's handle, made on first use. Null if librdkafka refuses the name.
  [[nodiscard]] rd_kafka_topic_t* topic(const std::string& name);

 private:
  Instance() = default;

  int event_fd_ = -1;
  Client client_;
  Queue queue_;
  std::map<std::string, Topic, std::less<>> topics_;
};

}  // namespace penstock::kafka
