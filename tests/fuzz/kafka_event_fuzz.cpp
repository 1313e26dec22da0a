#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "lambda/kafka_event.h"

namespace {

using penstock::lambda::KafkaEvent;

bool is_same(const KafkaEvent& a, const KafkaEvent& b) {
  if (a.event_source != b.event_source || a.event_source_arn != b.event_source_arn ||
      a.bootstrap_servers != b.bootstrap_servers || a.records.size() != b.records.size()) {
    return false;
  }
  for (size_t i = 0; i < a.records.size(); ++i) {
    const auto &x = a.records[i], &y = b.records[i];
    if (x.topic != y.topic || x.partition != y.partition || x.offset != y.offset ||
        x.timestamp != y.timestamp || x.timestamp_type != y.timestamp_type || x.key != y.key ||
        x.value != y.value || x.headers.size() != y.headers.size()) {
      return false;
    }
    for (size_t j = 0; j < x.headers.size(); ++j) {
      if (x.headers[j].name != y.headers[j].name || x.headers[j].value != y.headers[j].value) {
        return false;
      }
    }
  }
  return true;
}

}  // namespace

// Decodes Lambda's Kafka event, with small limits, in the usual way and in that of any event.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using penstock::base::check;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto event =
      penstock::lambda::decode_kafka_event(text, {.records_max = 20, .headers_max = 5});
  const auto any =
      penstock::lambda::decode_any_kafka_event(text, {.records_max = 20, .headers_max = 5});
  check(event.has_value() == any.has_value(), "both ways take the same events");
  if (!event) {
    check(!event.error().message.empty(), "an error has a message");
    check(event.error().message == any.error().message, "both ways say the same");
    return 0;
  }
  check(is_same(*event, *any), "both ways read the same");
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
