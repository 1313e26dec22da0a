#include "kafka/statistics.h"

#include <algorithm>
#include <boost/json/object.hpp>
#include <limits>

#include "json/parse.h"
#include "json/view.h"

namespace penstock::kafka {
namespace {

// The text comes from librdkafka and is trusted. A topic has as many members as it has partitions,
// so their number has no limit here.
constexpr json::Limits kLimits{.properties_max = std::numeric_limits<size_t>::max()};

int64_t number(const boost::json::value* object, std::string_view name) {
  return json::number(json::find(object, name)).value_or(0);
}

}  // namespace

std::optional<Statistics> parse_statistics(std::string_view text) {
  const auto document = json::parse(text, kLimits);
  if (!document || !document->is_object()) return std::nullopt;
  Statistics statistics{.queued_messages = number(&*document, "msg_cnt"),
                        .queued_bytes = number(&*document, "msg_size")};
  const boost::json::value* brokers = json::find(*document, "brokers");
  if (brokers == nullptr || !brokers->is_object()) return statistics;
  for (const auto& [name, broker] : brokers->get_object()) {
    if (json::text(json::find(broker, "state")) == "UP") ++statistics.brokers_up;
    statistics.round_trip_us =
        std::max(statistics.round_trip_us, number(json::find(broker, "rtt"), "avg"));
  }
  return statistics;
}

}  // namespace penstock::kafka
