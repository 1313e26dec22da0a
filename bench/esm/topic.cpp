// Does for throughput.py what needs a Kafka client.
//
//   esm_topic fill HOST:PORT TOPIC PARTITIONS RECORDS
//   esm_topic watch HOST:PORT TOPIC GROUP RECORDS
//
// `fill` makes the topic and stores greetings as the API publishes them. `watch` prints the sum of
// the group's offsets on a line whenever it grows, and ends when it is RECORDS.
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <thread>

#include "base/time_text.h"
#include "events/event.h"
#include "kafka/client.h"

namespace penstock {
namespace {

constexpr int kPatienceMs = 30'000;
constexpr std::chrono::milliseconds kWatchStep{20};
constexpr std::chrono::minutes kWatchPatience{1};  // The longest time without progress.

[[noreturn]] void give_up(const std::string& why) {
  std::fprintf(stderr, "esm_topic: %s\n", why.c_str());
  std::exit(EXIT_FAILURE);
}

void check(const char* what, rd_kafka_resp_err_t code) {
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) {
    give_up(std::string(what) + ": " + rd_kafka_err2str(code));
  }
}

kafka::Client client_for(rd_kafka_type_t type,
                         std::vector<std::pair<std::string, std::string>> properties) {
  auto client = kafka::make_client(type, properties);
  if (!client) give_up(client.error().message);
  return std::move(*client);
}

void create(rd_kafka_t* client, const std::string& topic, int partitions) {
  std::array<char, 256> why{};
  const kafka::NewTopic wanted(
      rd_kafka_NewTopic_new(topic.c_str(), partitions, -1, why.data(), why.size()));
  if (!wanted) give_up(why.data());
  std::array<rd_kafka_NewTopic_t*, 1> list{wanted.get()};
  const kafka::Queue answers(rd_kafka_queue_new(client));
  rd_kafka_CreateTopics(client, list.data(), list.size(), nullptr, answers.get());
  const kafka::Event answer(rd_kafka_queue_poll(answers.get(), kPatienceMs));
  if (!answer) give_up("the broker did not answer CreateTopics within 30 s");
  check("CreateTopics", rd_kafka_event_error(answer.get()));
  size_t count = 0;
  const auto* const* results =
      rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(answer.get()), &count);
  check("CreateTopics", rd_kafka_topic_result_error(results[0]));
}

void fill(const std::string& bootstrap, const std::string& topic, int partitions, int64_t records) {
  const auto client = client_for(
      RD_KAFKA_PRODUCER,
      {{"bootstrap.servers", bootstrap}, {"enable.idempotence", "true"}, {"linger.ms", "20"}});
  create(client.get(), topic, partitions);
  const std::string value = R"({"timestamp":1795543820,"message":"Hello, Paul!"})";
  events::EventIds ids;
  base::TimeText times;
  events::Event event{.id = {},
                      .type = "com.example.hello.greeting",
                      .topic = topic,
                      .source = "/hello_api",
                      .time = std::chrono::system_clock::now()};
  for (int64_t i = 0; i < records; ++i) {
    event.id = ids.next();
    std::array<events::Header, events::kHeadersMax> headers;
    const size_t count =
        record_headers(event, times.rfc3339(std::chrono::system_clock::now()), headers);
    rd_kafka_headers_t* list = rd_kafka_headers_new(count);
    for (size_t h = 0; h < count; ++h) {
      const auto& [name, text] = headers[h];
      rd_kafka_header_add(list, name.data(), static_cast<ssize_t>(name.size()), text.data(),
                          static_cast<ssize_t>(text.size()));
    }
    check("produce",
          rd_kafka_producev(client.get(), RD_KAFKA_V_TOPIC(topic.c_str()),
                            RD_KAFKA_V_PARTITION(static_cast<int32_t>(i % partitions)),
                            RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY | RD_KAFKA_MSG_F_BLOCK),
                            RD_KAFKA_V_VALUE(const_cast<char*>(value.data()), value.size()),
                            RD_KAFKA_V_HEADERS(list), RD_KAFKA_V_END));
  }
  check("flush", rd_kafka_flush(client.get(), 4 * kPatienceMs));
  int64_t stored = 0;
  for (int partition = 0; partition < partitions; ++partition) {
    int64_t first = 0;
    int64_t end = 0;
    check("watermarks", rd_kafka_query_watermark_offsets(client.get(), topic.c_str(), partition,
                                                         &first, &end, kPatienceMs));
    stored += end - first;
  }
  if (stored != records) {
    give_up(std::to_string(stored) + " of " + std::to_string(records) + " records are stored");
  }
}

kafka::Partitions partitions_of(rd_kafka_t* client, const std::string& topic) {
  const kafka::Topic handle(rd_kafka_topic_new(client, topic.c_str(), nullptr));
  const rd_kafka_metadata_t* metadata = nullptr;
  check("metadata", rd_kafka_metadata(client, 0, handle.get(), &metadata, kPatienceMs));
  const std::unique_ptr<const rd_kafka_metadata_t, kafka::Release<rd_kafka_metadata_destroy>> owner(
      metadata);
  check("metadata", metadata->topics[0].err);
  const int count = metadata->topics[0].partition_cnt;
  kafka::Partitions partitions(rd_kafka_topic_partition_list_new(count));
  rd_kafka_topic_partition_list_add_range(partitions.get(), topic.c_str(), 0, count - 1);
  return partitions;
}

void watch(const std::string& bootstrap, const std::string& topic, const std::string& group,
           int64_t records) {
  const auto client =
      client_for(RD_KAFKA_CONSUMER, {{"bootstrap.servers", bootstrap}, {"group.id", group}});
  const auto partitions = partitions_of(client.get(), topic);
  int64_t known = 0;
  auto progress = std::chrono::steady_clock::now();
  while (known < records) {
    check("committed offsets", rd_kafka_committed(client.get(), partitions.get(), kPatienceMs));
    int64_t sum = 0;
    for (int i = 0; i < partitions->cnt; ++i) {
      if (partitions->elems[i].offset > 0) sum += partitions->elems[i].offset;
    }
    const auto now = std::chrono::steady_clock::now();
    if (sum > known) {
      progress = now;
      std::printf("%lld\n", static_cast<long long>(sum));
      std::fflush(stdout);
    } else if (now - progress > kWatchPatience) {
      give_up("the group made no progress for a minute after " + std::to_string(known) +
              " records");
    }
    known = sum;
    std::this_thread::sleep_for(kWatchStep);
  }
}

}  // namespace
}  // namespace penstock

int main(int argc, char** argv) {
  const std::string_view verb = argc == 6 ? argv[1] : "";
  if (verb == "fill") {
    penstock::fill(argv[2], argv[3], std::atoi(argv[4]), std::atoll(argv[5]));
  } else if (verb == "watch") {
    penstock::watch(argv[2], argv[3], argv[4], std::atoll(argv[5]));
  } else {
    std::fputs(
        "usage: esm_topic fill HOST:PORT TOPIC PARTITIONS RECORDS | watch HOST:PORT TOPIC GROUP "
        "RECORDS\n",
        stderr);
    return 2;
  }
}
