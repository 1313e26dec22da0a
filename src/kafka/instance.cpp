#include "kafka/instance.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <cstdint>
#include <utility>

#include "kafka/producer_properties.h"

namespace penstock::kafka {
namespace {

using base::Error;
using base::ErrorCode;

constexpr const char* kWatch = "sent";  // An interceptor has a name.
constexpr int16_t kProduce = 0;         // The key of this request in Kafka's protocol.

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
      RD_KAFKA_PRODUCER, producer_properties(settings, batching),
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
