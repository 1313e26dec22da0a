#include "kafka/statistics.h"

#include <algorithm>
#include <boost/json/parse.hpp>

namespace penstock::kafka {
namespace {

int64_t number(const boost::json::object& object, std::string_view name) {
  const boost::json::value* value = object.if_contains(name);
  return value != nullptr && value->is_int64() ? value->get_int64() : 0;
}

}  // namespace

std::optional<Statistics> parse_statistics(std::string_view text) {
  boost::system::error_code error;
  const boost::json::value document = boost::json::parse(text, error);
  if (error || !document.is_object()) return std::nullopt;
  const boost::json::object& all = document.get_object();
  Statistics statistics{.queued_messages = number(all, "msg_cnt"), .queued_bytes = number(all, "msg_size")};
  const boost::json::value* brokers = all.if_contains("brokers");
  if (brokers == nullptr || !brokers->is_object()) return statistics;
  for (const auto& [name, broker] : brokers->get_object()) {
    if (!broker.is_object()) continue;
    const boost::json::value* state = broker.get_object().if_contains("state");
    if (state != nullptr && state->is_string() && state->get_string() == "UP") ++statistics.brokers_up;
    const boost::json::value* rtt = broker.get_object().if_contains("rtt");
    if (rtt != nullptr && rtt->is_object()) {
      statistics.round_trip_us = std::max(statistics.round_trip_us, number(rtt->get_object(), "avg"));
    }
  }
  return statistics;
}

}  // namespace penstock::kafka
