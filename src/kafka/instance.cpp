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

// librdkafka looks for timed-out records only once a second, so a record's time-out must end a
// second before the deadline. Otherwise the client would get "possibly stored" for a record that
// was never sent or, worse, "not stored" for one that is stored later.
milliseconds message_timeout(milliseconds deadline) {
  constexpr milliseconds kScan{1100};
  return std::max(deadline - kScan, deadline * 2 / 5);
}

Properties properties(const Settings& settings) {
  const std::string timeout = std::to_string(message_timeout(settings.publish_deadline).count());
  Properties all{
      {"bootstrap.servers", settings.bootstrap},
      {"client.id", settings.client_id},
      {"enable.idempotence",
       "true"},              // Includes acks=all, retries, and at most 5 requests in flight.
      {"linger.ms", "0.5"},  // Half a millisecond is enough for batches: docs/adr/0002.
      {"message.timeout.ms", timeout},
      {"request.timeout.ms", timeout},
      {"socket.timeout.ms", "3000"},
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

base::Result<std::unique_ptr<Instance>> Instance::make(const Settings& settings) {
  std::unique_ptr<Instance> instance(new Instance());
  // The descriptor starts signalled, because librdkafka signals only when the queue turns from
  // empty to not empty, and the queue may already have events. It is made before the client, whose
  // end would block.
  instance->event_fd_ = ::eventfd(1, EFD_NONBLOCK | EFD_CLOEXEC);
  if (instance->event_fd_ < 0) {
    return Error{.code = ErrorCode::internal,
                 .message = "cannot create an eventfd for the Kafka client's queue"};
  }
  auto client = make_client(RD_KAFKA_PRODUCER, properties(settings),
                            RD_KAFKA_EVENT_DR | RD_KAFKA_EVENT_ERROR | RD_KAFKA_EVENT_STATS |
                                RD_KAFKA_EVENT_LOG | RD_KAFKA_EVENT_CREATETOPICS_RESULT |
                                RD_KAFKA_EVENT_OAUTHBEARER_TOKEN_REFRESH,
                            nullptr, settings.certificates);
  if (!client) return client.error();
  instance->client_ = std::move(*client);
  instance->queue_.reset(rd_kafka_queue_get_main(instance->client_.get()));
  rd_kafka_set_log_queue(instance->client_.get(), nullptr);  // Null means the main queue.
  static constexpr uint64_t kOne = 1;
  rd_kafka_queue_io_event_enable(instance->queue_.get(), instance->event_fd_, &kOne, sizeof kOne);
  return instance;
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
