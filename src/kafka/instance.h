#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
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
  // A batch has at most so many bytes, unless it has one record. This default is librdkafka's, too.
  int64_t bytes_max = 1'000'000;
  // A batch has at most so many records. This default is librdkafka's, too.
  int64_t records_max = 10'000;
};

// Owns one librdkafka producer with its queue of events. After a fatal error it is replaced as a
// whole. It belongs to the thread of the io_context, except for its end.
class Instance {
 public:
  using Time = std::chrono::steady_clock::time_point;

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
  // Says whether it has sent a batch to a broker.
  [[nodiscard]] bool has_sent() const { return sent_at_.load() != Time(); }
  // Says whether this record, which has got its report, may have been in a batch that was sent.
  // librdkafka forgets that if the broker answers that it leads the partition no more, although the
  // next leader may have got the record before. So a batch that was sent since the record came
  // counts, whatever was in it. A record without a partition was in none.
  [[nodiscard]] bool may_have_sent(const rd_kafka_message_t& message) const;
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
  static rd_kafka_resp_err_t watch_requests(rd_kafka_t* client, const rd_kafka_conf_t* conf,
                                            void* instance, char* error, size_t error_size);
  static rd_kafka_resp_err_t note_request(rd_kafka_t* client, int socket, const char* broker,
                                          int32_t broker_id, int16_t key, int16_t version,
                                          int32_t number, size_t size, void* instance);

  std::atomic<Time> sent_at_ = Time();  // Is set on librdkafka's threads.
  int event_fd_ = -1;
  Client client_;
  Queue queue_;
  std::map<std::string, Topic, std::less<>> topics_;
};

}  // namespace penstock::kafka
