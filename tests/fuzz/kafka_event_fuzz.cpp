#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "lambda/kafka_event.h"

// Decodes Lambda's Kafka event, with small limits.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using penstock::base::check;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto event =
      penstock::lambda::decode_kafka_event(text, {.records_max = 20, .headers_max = 5});
  if (!event) {
    check(!event.error().message.empty(), "an error has a message");
    return 0;
  }
  // Reads every view, so that the sanitizer finds one that points elsewhere.
  size_t bytes =
      event->event_source.size() + event->event_source_arn.size() + event->bootstrap_servers.size();
  uint8_t sum = 0;
  const auto read = [&](std::string_view part) {
    bytes += part.size();
    for (const char c : part) sum = static_cast<uint8_t>(sum + c);
  };
  for (const auto& record : event->records) {
    check(record.partition.number >= 0 && record.offset.value >= 0, "positions are not negative");
    check(record.headers.size() <= 5, "the limit of headers holds");
    read(record.topic);
    read(record.timestamp_type);
    read(record.key.value_or(std::string_view{}));
    read(record.value.value_or(std::string_view{}));
    for (const auto& header : record.headers) {
      read(header.name);
      read(header.value);
    }
  }
  check(event->records.size() <= 20, "the limit of records holds");
  check(bytes <= size, "nothing decodes to more than its JSON");
  volatile uint8_t keep = sum;
  (void)keep;
  return 0;
}
