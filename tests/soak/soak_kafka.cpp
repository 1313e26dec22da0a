// Runs the Kafkas that the soak's programs fail on, until SIGTERM. It first prints a line of JSON:
// their addresses, and the environments of those who may not write or are not known. After that,
// each second, it prints a line with what it has counted so far.
#include <boost/json.hpp>
#include <chrono>
#include <csignal>
#include <iostream>
#include <string>

#include "support/faulty_broker.h"
#include "support/iam_kafka.h"
#include "support/kafka_client.h"

namespace penstock::test {
namespace {

// The broker that comes and goes is up, and then down, for so many seconds.
constexpr int64_t kUpSeconds = 4;
constexpr int64_t kDownSeconds = 3;

boost::json::object environment_of(const IamKey& key, const IamKafka& kafka) {
  return {{"AWS_ACCESS_KEY_ID", key.access_key_id},
          {"AWS_SECRET_ACCESS_KEY", key.secret_access_key},
          {"AWS_REGION", "us-east-1"},
          {"AWS_EC2_METADATA_DISABLED", "true"},
          {"SSL_CERT_FILE", kafka.certificate_file().string()}};
}

size_t count_of(const std::string& text, const std::string& part) {
  size_t count = 0;
  for (size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

// Returns true when SIGTERM or SIGINT comes, and false after a second.
bool wait_for_stop() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  const timespec second{1, 0};
  return sigtimedwait(&signals, nullptr, &second) > 0;
}

int fail(const base::Error& error) {
  std::cerr << base::describe(error) << std::endl;
  return 1;
}

int run() {
  // The tokens' sessions are short, so that clients authenticate again and again.
  auto kafka = IamKafka::start({.session_max = std::chrono::seconds(30)});
  if (!kafka) return fail(kafka.error());
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  sigprocmask(SIG_BLOCK, &signals, nullptr);

  const IamKey poor{.access_key_id = "AKIDPOOR", .secret_access_key = "a", .principal = "reader"};
  const IamKey stranger{.access_key_id = "AKIDSTRANGER", .secret_access_key = "b"};
  (*kafka)->know({poor});
  const std::string plain = (*kafka)->plain_bootstrap();
  for (const char* topic : {"orders", "dead"}) {
    if (auto made = create_topic(plain, topic, 1); !made) return fail(made.error());
  }
  if (auto stored = produce(plain, "orders", {{.value = "{}"}}); !stored) {
    return fail(stored.error());
  }
  FaultyBroker fencing("events");
  FaultyBroker flapping("events");
  std::cout << boost::json::object{{"iam", (*kafka)->bootstrap()},
                                   {"plain", plain},
                                   {"fencing", fencing.bootstrap()},
                                   {"flapping", flapping.bootstrap()},
                                   {"poor", environment_of(poor, **kafka)},
                                   {"stranger", environment_of(stranger, **kafka)}}
            << std::endl;
  int64_t outages = 0;
  for (int64_t second = 0; !wait_for_stop(); ++second) {
    fencing.plant(FaultyBroker::kProduce, RD_KAFKA_RESP_ERR_OUT_OF_ORDER_SEQUENCE_NUMBER);
    if (second % 2 == 0) {
      fencing.plant(FaultyBroker::kInitProducerId, RD_KAFKA_RESP_ERR_PRODUCER_FENCED);
    }
    const int64_t phase = second % (kUpSeconds + kDownSeconds);
    if (phase == 0 && second > 0) flapping.come_up();
    if (phase == kUpSeconds) {
      flapping.go_down();
      ++outages;
    }
    std::cout << boost::json::object{{"refused", count_of((*kafka)->verdicts(), "refused ")},
                                     {"outages", outages}}
              << std::endl;
  }
  return 0;
}

}  // namespace
}  // namespace penstock::test

int main() {
  return penstock::test::run();
}
