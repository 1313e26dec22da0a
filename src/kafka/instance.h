#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "base/result.h"
#include "kafka/client.h"
#include "kafka/kafka_settings.h"

namespace penstock::kafka {

// Says how a producer fills its batches.
struct Batching {
  // The largest batch in bytes, unless it has one record. This default is librdkafka's, too.
  int64_t bytes_max = 1'000'000;
  // The most records in a batch. This default is librdkafka's, too.
  int64_t records_max = 10'000;
};

// Owns one librdkafka producer with its queue of events. After a fatal error it is replaced as a
// whole. It belongs to the thread of the io_context, except for its end.
class Instance {
 public:
  // Starts a producer, which connects in the background. Fails with `invalid` for a setting that
  // librdkafka refuses, and with `internal` if it does not start.
  [[nodiscard]] static base::Result<std::unique_ptr<Instance>> make(const Settings& settings,
                                                                    Batching batching = {});
  Instance(const Instance&) = delete;
  Instance& operator=(const Instance&) = delete;
  // Blocks until librdkafka's threads have ended, so the thread that serves requests must not do
  // it.
  ~Instance();

  [[nodiscard]] const Batching& batching() const { return batching_; }
  // Says whether a broker may have got a record from it: it was connected, or has a report that
  // says so.
  [[nodiscard]] bool may_have_sent() const { return may_have_sent_; }
  void note_sending() { may_have_sent_ = true; }
  // The handles belong to the instance.
  [[nodiscard]] rd_kafka_t* client() const { return client_.get(); }
  [[nodiscard]] rd_kafka_queue_t* queue() const { return queue_.get(); }
  // Returns an eventfd that becomes readable when the queue turns from empty to not empty. It
  // belongs to the instance.
  [[nodiscard]] int event_fd() const { return event_fd_; }
  // Returns the topic's handle, which it makes on first use and owns, or null if librdkafka refuses
  // the name.
  [[nodiscard]] rd_kafka_topic_t* topic(const std::string& name);

 private:
  explicit Instance(Batching batching) : batching_(batching) {}

  const Batching batching_;
  bool may_have_sent_ = false;
  int event_fd_ = -1;
  Client client_;
  Queue queue_;
  std::map<std::string, Topic, std::less<>> topics_;
};

}  // namespace penstock::kafka
