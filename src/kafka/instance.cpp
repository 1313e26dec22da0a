#include "kafka/instance.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

namespace penstock::kafka {
namespace {

using base::Error;
using base::ErrorCode;
using std::chrono::milliseconds;

// A record of librdkafka must not time out by itself: what has timed out leaves a gap in the
// numbers by which the brokers know a repetition, so librdkafka takes new numbers, with which a
// record whose acknowledgement was lost is stored a second time (docs/adr/0024). The producer takes
// its records back before the deadline. This time-out is for what a fault has kept from that.
constexpr std::chrono::minutes kMessageTimeout{5};
// A connection that is silent for so long is closed. What was on its way is sent again on another,
// which needs the rest of the deadline.
milliseconds socket_timeout(milliseconds deadline) {
  constexpr milliseconds kMin{1000};
  constexpr milliseconds kMax{3000};
  return std::clamp(deadline * 3 / 5, kMin, kMax);
}

constexpr const char* kWatch = "sent";  // An interceptor has a name.
constexpr int16_t kProduce = 0;         // The key of this request in Kafka's protocol.

std::string text(milliseconds time) {
  return std::to_string(time.count());
}

Properties properties(const Settings& settings, Batching batching) {
  Properties all{
      {"bootstrap.servers", settings.bootstrap},
      {"client.id", settings.client_id},
      {"enable.idempotence",
       "true"},              // Includes acks=all, retries, and at most 5 requests in flight.
      {"linger.ms", "0.5"},  // Half a millisecond is enough for batches: docs/adr/0002.
      {"batch.size", std::to_string(batching.bytes_max)},
      {"batch.num.messages", std::to_string(batching.records_max)},
      {"message.timeout.ms", text(kMessageTimeout)},
      {"request.timeout.ms", text(settings.publish_deadline)},
      {"socket.timeout.ms", text(socket_timeout(settings.publish_deadline))},
      // TLS and SASL are slow on a quarter of a CPU.
      {"socket.connection.setup.timeout.ms", "3000"},
      {"socket.nagle.disable", "true"},
      {"reconnect.backoff.ms", "50"},
      {"reconnect.backoff.max.ms", "500"},
      {"retry.backoff.ms", "50"},
      {"queue.buffering.max.kbytes", std::to_string(settings.queue_kib_max)},
      {"queue.buffering.max.messages", std::to_string(settings.queue_messages_max)},
      // The refresh keeps a connection in use and finds a topic that was deleted and created again.
      {"topic.metadata.refresh.interval.ms", "30000"},
      // A topic that is unknown for longer than this does not exist.
      {"topic.metadata.propagation.max.ms", "10000"},
      {"statistics.interval.ms", "1000"},
      {"log.connection.close", "false"},  // MSK closes idle connections as a matter of course.
      {"log.queue", "true"},
  };
  if (settings.tokens != nullptr) {
    const Properties shown = token_properties();
    all.insert(all.end(), shown.begin(), shown.end());
  }
  return all;
}

}  // namespace

base::Result<std::unique_ptr<Instance>> Instance::make(const Settings& settings,
                                                       Batching batching) {
  std::unique_ptr<Instance> instance(new Instance(batching));
  // The descriptor starts signalled, because librdkafka signals only when the queue turns from
  // empty to not empty, and the queue may already have events. It is made before the client, whose
  // end would block.
  instance->event_fd_ = ::eventfd(1, EFD_NONBLOCK | EFD_CLOEXEC);
  if (instance->event_fd_ < 0) {
    return Error{.code = ErrorCode::internal,
                 .message = "cannot create an eventfd for the Kafka client's queue"};
  }
  auto client = make_client(
      RD_KAFKA_PRODUCER, properties(settings, batching),
      RD_KAFKA_EVENT_DR | RD_KAFKA_EVENT_ERROR | RD_KAFKA_EVENT_STATS | RD_KAFKA_EVENT_LOG |
          RD_KAFKA_EVENT_CREATETOPICS_RESULT | RD_KAFKA_EVENT_DESCRIBECONFIGS_RESULT |
          RD_KAFKA_EVENT_OAUTHBEARER_TOKEN_REFRESH,
      nullptr, settings.certificates, [&instance](rd_kafka_conf_t* conf) {
        rd_kafka_conf_interceptor_add_on_new(conf, kWatch, watch_requests, instance.get());
      });
  if (!client) return client.error();
  instance->client_ = std::move(*client);
  instance->queue_.reset(rd_kafka_queue_get_main(instance->client_.get()));
  rd_kafka_set_log_queue(instance->client_.get(), nullptr);  // Null means the main queue.
  static constexpr uint64_t kOne = 1;
  rd_kafka_queue_io_event_enable(instance->queue_.get(), instance->event_fd_, &kOne, sizeof kOne);
  return instance;
}

rd_kafka_resp_err_t Instance::watch_requests(rd_kafka_t* client, const rd_kafka_conf_t* /*conf*/,
                                             void* instance, char* /*error*/,
                                             size_t /*error_size*/) {
  return rd_kafka_interceptor_add_on_request_sent(client, kWatch, note_request, instance);
}

rd_kafka_resp_err_t Instance::note_request(rd_kafka_t* /*client*/, int /*socket*/,
                                           const char* /*broker*/, int32_t /*broker_id*/,
                                           int16_t key, int16_t /*version*/, int32_t /*number*/,
                                           size_t /*size*/, void* instance) {
  if (key == kProduce) {
    static_cast<Instance*>(instance)->sent_at_ = std::chrono::steady_clock::now();
  }
  return RD_KAFKA_RESP_ERR_NO_ERROR;
}

bool Instance::may_have_sent(const rd_kafka_message_t& message) const {
  const std::chrono::microseconds age(rd_kafka_message_latency(&message));
  return message.partition >= 0 && sent_at_.load() >= std::chrono::steady_clock::now() - age;
}

Instance::~Instance() {
  if (queue_) rd_kafka_queue_io_event_enable(queue_.get(), -1, nullptr, 0);
  topics_.clear();
  queue_.reset();
  client_.reset();
  if (event_fd_ >= 0) ::close(event_fd_);
}

rd_kafka_topic_t* Instance::topic(const std::string& name) {
  const auto found = topics_.find(name);
  if (found != topics_.end()) return found->second.get();
  Topic topic(rd_kafka_topic_new(client_.get(), name.c_str(), nullptr));
  if (!topic) return nullptr;  // Not kept: each call leaves the reason in rd_kafka_last_error().
  return topics_.emplace(name, std::move(topic)).first->second.get();
}

}  // namespace penstock::kafka
