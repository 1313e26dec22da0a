#include "lambda/kafka_event.h"

#include <boost/json/basic_parser_impl.hpp>
#include <string>
#include <utility>

#include "lambda/kafka_event_reader.h"
#include "lambda/quick_event_reader.h"

namespace penstock::lambda {

std::string to_text(const TopicPartition& partition) {
  return partition.topic + "-" + to_text(partition.partition);
}

std::optional<std::string_view> Record::header(std::string_view name) const {
  for (const Header& header : headers) {
    if (header.name == name) return header.value;
  }
  return std::nullopt;
}

base::Result<KafkaEvent> decode_kafka_event(std::string_view text, const KafkaEventLimits& limits) {
  if (text.size() <= limits.bytes_max) {
    KafkaEvent event;
    // Nothing decodes to more bytes than its JSON has. Pages that are not needed are never touched,
    // and so take no memory.
    event.text = std::make_unique_for_overwrite<char[]>(text.size());
    if (QuickEventReader(text, limits, event).read()) return event;
  }
  return decode_any_kafka_event(text, limits);
}

base::Result<KafkaEvent> decode_any_kafka_event(std::string_view text,
                                                const KafkaEventLimits& limits) {
  if (text.size() > limits.bytes_max) {
    return base::Error{base::ErrorCode::too_large,
                       "event: more than " + std::to_string(limits.bytes_max) + " bytes"};
  }
  KafkaEvent event;
  event.text = std::make_unique_for_overwrite<char[]>(text.size());

  boost::json::parse_options options;
  options.max_depth = limits.depth_max;
  boost::json::basic_parser<KafkaEventReader> parser(options, event, text.size(), limits);
  const json::SaxEnd end = json::parse_whole(parser, text);
  if (!end.error) return event;
  base::Error& problem = parser.handler().problem();
  if (!problem.message.empty()) return std::move(problem);
  return base::Error{end.error == boost::json::error::too_deep ? base::ErrorCode::too_large
                                                               : base::ErrorCode::invalid,
                     "event: " + json::describe(end)};
}

}  // namespace penstock::lambda
