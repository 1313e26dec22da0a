// Stores events in a topic at a steady rate, as a busy API does:
//
//   record_feeder HOST:PORT TOPIC PARTITIONS RECORDS_PER_SECOND SECONDS
//
// It makes the topic if there is none, and fails unless Kafka has stored all of them.
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>

#include "base/time_text.h"
#include "events/event.h"
#include "kafka/client.h"
#include "support/kafka_client.h"

namespace penstock {
namespace {

using std::chrono::steady_clock;

constexpr int kFlushPatienceMs = 60'000;
// The records of one step are sent at once.
constexpr std::chrono::milliseconds kStep{20};
constexpr size_t kKeys = 1000;

[[noreturn]] void give_up(const std::string& why) {
  std::fprintf(stderr, "record_feeder: %s\n", why.c_str());
  std::exit(EXIT_FAILURE);
}

class Feeder {
 public:
  Feeder(const std::string& bootstrap, std::string topic) : topic_(std::move(topic)) {
    auto client =
        kafka::make_client(RD_KAFKA_PRODUCER, {{"bootstrap.servers", bootstrap},
                                               {"enable.idempotence", "true"},
                                               {"linger.ms", "5"},
                                               {"queue.buffering.max.messages", "1000000"}});
    if (!client) give_up(client.error().message);
    client_ = std::move(*client);
  }

  void send(int64_t number) {
    event_.id = ids_.next();
    std::array<events::Header, events::kHeadersMax> headers;
    const size_t count =
        record_headers(event_, times_.rfc3339(std::chrono::system_clock::now()), headers);
    rd_kafka_headers_t* list = rd_kafka_headers_new(count);
    for (size_t i = 0; i < count; ++i) {
      rd_kafka_header_add(list, headers[i].name.data(),
                          static_cast<ssize_t>(headers[i].name.size()), headers[i].value.data(),
                          static_cast<ssize_t>(headers[i].value.size()));
    }
    const std::string key = "key-" + std::to_string(static_cast<size_t>(number) % kKeys);
    const auto code =
        rd_kafka_producev(client_.get(), RD_KAFKA_V_TOPIC(topic_.c_str()),
                          RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY | RD_KAFKA_MSG_F_BLOCK),
                          RD_KAFKA_V_KEY(key.data(), key.size()),
                          RD_KAFKA_V_VALUE(const_cast<char*>(value_.data()), value_.size()),
                          RD_KAFKA_V_HEADERS(list), RD_KAFKA_V_END);
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR) give_up(rd_kafka_err2str(code));
  }

  void finish() {
    const auto code = rd_kafka_flush(client_.get(), kFlushPatienceMs);
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR) give_up(rd_kafka_err2str(code));
  }

 private:
  const std::string topic_;
  const std::string value_ = R"({"timestamp":1795543820,"message":"Hello, Paul!"})";
  kafka::Client client_;
  events::EventIds ids_;
  base::TimeText times_;
  events::Event event_{.id = {},
                       .type = "com.example.fed",
                       .topic = topic_,
                       .source = "/record_feeder",
                       .time = std::chrono::system_clock::now()};
};

void feed(const std::string& bootstrap, const std::string& topic, int partitions, int64_t rate,
          int64_t seconds) {
  if (auto made = test::create_topic(bootstrap, topic, partitions); !made) {
    give_up(made.error().message);
  }
  Feeder feeder(bootstrap, topic);
  const auto start = steady_clock::now();
  int64_t sent = 0;
  while (sent < rate * seconds) {
    const std::chrono::duration<double> passed = steady_clock::now() - start;
    const auto due =
        std::min(rate * seconds, static_cast<int64_t>(passed.count() * static_cast<double>(rate)));
    for (; sent < due; ++sent) feeder.send(sent);
    std::this_thread::sleep_for(kStep);  // This is the rate, and waits for nothing.
  }
  feeder.finish();
  std::printf("%lld records in %.1f s\n", static_cast<long long>(sent),
              std::chrono::duration<double>(steady_clock::now() - start).count());
}

}  // namespace
}  // namespace penstock

int main(int argc, char** argv) {
  if (argc != 6) {
    penstock::give_up("arguments: HOST:PORT TOPIC PARTITIONS RECORDS_PER_SECOND SECONDS");
  }
  penstock::feed(argv[1], argv[2], std::atoi(argv[3]), std::atoll(argv[4]), std::atoll(argv[5]));
}
