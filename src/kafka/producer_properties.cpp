#include "kafka/producer_properties.h"

#include <algorithm>
#include <chrono>
#include <string>

namespace penstock::kafka {
namespace {

using std::chrono::milliseconds;

// A record of librdkafka must not time out by itself: what has timed out leaves a gap in the
// numbers by which the brokers know a repetition, so librdkafka takes new numbers, with which a
// record whose acknowledgement was lost is stored a second time (docs/adr/0024). The producer takes
// its records back before the deadline. This time-out is for what a fault has kept from that.
constexpr std::chrono::minutes kMessageTimeout{5};
std::string text(milliseconds time) {
  return std::to_string(time.count());
}

}  // namespace

milliseconds socket_timeout(milliseconds deadline) {
  constexpr milliseconds kMin{1000};
  constexpr milliseconds kMax{3000};
  return std::clamp(deadline * 3 / 5, kMin, kMax);
}

Properties producer_properties(const Settings& settings, Batching batching) {
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

}  // namespace penstock::kafka
