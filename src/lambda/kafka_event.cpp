#include "lambda/kafka_event.h"

#include <boost/json/basic_parser_impl.hpp>
#include <string>
#include <utility>

#include "lambda/kafka_event_reader.h"

namespace penstock::lambda {

std::optional<std::string_view> Record::header(std::string_view name) const {
  for (const Header& header : headers) {
    if (header.name == name) return header.value;
  }
  return std::nullopt;
}

base::Result<KafkaEvent> decode_kafka_event(std::string_view text, const KafkaEventLimits& limits) {
  if (text.size() > limits.bytes_max) {
    return base::Error{base::ErrorCode::too_large,
                       "event: more than " + std::to_string(limits.bytes_max) + " bytes"};
  }
  KafkaEvent event;
  // Nothing decodes to more bytes than its JSON has. The pages are touched only as they are needed.
  event.text = std::make_unique_for_overwrite<char[]>(text.size());

  boost::json::parse_options options;
  options.max_depth = limits.depth_max;
  boost::json::basic_parser<KafkaEventReader> parser(options, event, text.size(), limits);
  boost::system::error_code error;
  const size_t used = parser.write_some(false, text.data(), text.size(), error);
  if (!error && used < text.size()) error = boost::json::error::extra_data;
  if (!error) return event;
  base::Error& problem = parser.handler().problem();
  if (!problem.message.empty()) return std::move(problem);
  return base::Error{
      error == boost::json::error::too_deep ? base::ErrorCode::too_large : base::ErrorCode::invalid,
      "event: not JSON at byte " + std::to_string(used) + ": " + error.message()};
}

}  // namespace penstock::lambda
