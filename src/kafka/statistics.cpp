#include "kafka/statistics.h"

#include <librdkafka/rdkafka.h>

#include <algorithm>
#include <array>
#include <boost/json/basic_parser_impl.hpp>
#include <limits>

#include "json/sax.h"

namespace penstock::kafka {
namespace {

// Adds a count. librdkafka has none that is negative or does not fit, but the text might.
void add(int64_t& sum, int64_t number) {
  constexpr int64_t kMax = std::numeric_limits<int64_t>::max() / 2;
  sum = std::min(kMax, sum + std::clamp<int64_t>(number, 0, kMax));
}

// Takes the few members that are needed out of the text, and keeps nothing else of it: librdkafka
// writes about a kilobyte for each partition, once a second, and the text is read on the thread
// that serves.
class Reader : public json::SaxHandler {
 public:
  bool on_object_begin(Code&) {
    if (depth_ == 0) is_object_ = true;
    return enter(Member::other);
  }
  bool on_object_end(size_t, Code&) { return leave(); }
  bool on_array_begin(Code&) { return enter(Member::element); }
  bool on_array_end(size_t, Code&) { return leave(); }
  bool on_key_part(Text, size_t, Code&) {
    key_in_parts_ = true;  // It has escapes, which none of the names here has.
    return true;
  }
  bool on_key(Text name, size_t, Code&) {
    if (depth_ < path_.size()) path_[depth_] = key_in_parts_ ? Member::other : member(name);
    key_in_parts_ = false;
    return true;
  }
  bool on_string_part(Text, size_t, Code&) {
    string_in_parts_ = true;
    return true;
  }
  bool on_string(Text text, size_t, Code&) {
    if (is_at(3) && path_[3] == Member::state && !string_in_parts_ && text == "UP") {
      ++statistics_.brokers_up;
    }
    string_in_parts_ = false;
    return true;
  }
  bool on_int64(int64_t number, Text, Code&) {
    if (depth_ == 1) {
      take_of_all(number);
    } else if (is_at(3)) {
      take_of_broker(number);
    } else if (is_at(4)) {
      take_of_window(number);
    }
    return true;
  }

  [[nodiscard]] bool is_object() const { return is_object_; }
  [[nodiscard]] const Statistics& statistics() const { return statistics_; }

 private:
  // The names that matter, at whatever depth; an element of an array has none.
  enum class Member {
    element,
    other,
    msg_cnt,
    msg_size,
    txmsgs,
    brokers,
    state,
    rtt,
    avg,
    throttle,
    waitresp_cnt,
    txretries,
    req_timeouts,
    sum
  };

  static Member member(Text name) {
    static constexpr std::array<std::string_view, 12> kNames{
        "msg_cnt", "msg_size", "txmsgs",       "brokers",   "state",        "rtt",
        "avg",     "throttle", "waitresp_cnt", "txretries", "req_timeouts", "sum"};
    const auto found = std::find(kNames.begin(), kNames.end(), std::string_view(name));
    return found == kNames.end()
               ? Member::other
               : static_cast<Member>(found - kNames.begin() + static_cast<int>(Member::msg_cnt));
  }
  void take_of_all(int64_t number) {
    if (path_[1] == Member::msg_cnt) statistics_.queued_messages = number;
    if (path_[1] == Member::msg_size) statistics_.queued_bytes = number;
    if (path_[1] == Member::txmsgs) add(statistics_.records_sent, number);
  }
  void take_of_broker(int64_t number) {
    if (path_[3] == Member::waitresp_cnt) add(statistics_.requests_in_flight, number);
    if (path_[3] == Member::txretries) add(statistics_.requests_repeated, number);
    if (path_[3] == Member::req_timeouts) add(statistics_.requests_timed_out, number);
  }
  void take_of_window(int64_t number) {
    if (path_[3] == Member::rtt && path_[4] == Member::avg) {
      statistics_.round_trip_us = std::max(statistics_.round_trip_us, number);
    }
    if (path_[3] == Member::throttle && path_[4] == Member::sum) {
      add(statistics_.throttled_ms, number);
    }
  }
  bool enter(Member first) {
    if (++depth_ < path_.size()) path_[depth_] = first;
    return true;
  }
  bool leave() {
    --depth_;
    return true;
  }
  // Says whether this is a member, `depth` deep, of a broker.
  [[nodiscard]] bool is_at(size_t depth) const {
    return depth_ == depth && path_[1] == Member::brokers && path_[2] != Member::element;
  }

  Statistics statistics_;
  bool is_object_ = false;
  bool key_in_parts_ = false;
  bool string_in_parts_ = false;
  size_t depth_ = 0;
  std::array<Member, 5> path_{};  // The member that is being read, at each depth from 1 on.
};

}  // namespace

void StatisticsTotals::take(const Statistics& statistics) {
  add(requests_repeated_, statistics.requests_repeated - last_.requests_repeated);
  add(requests_timed_out_, statistics.requests_timed_out - last_.requests_timed_out);
  add(records_sent_, statistics.records_sent - last_.records_sent);
  add(throttled_ms_, statistics.throttled_ms);
  last_ = statistics;
}

std::optional<Statistics> parse_statistics(std::string_view text) {
  boost::json::basic_parser<Reader> parser(boost::json::parse_options{});
  if (json::parse_whole(parser, text).error || !parser.handler().is_object()) return std::nullopt;
  return parser.handler().statistics();
}

std::string_view library_version() {
  return rd_kafka_version_str();
}

}  // namespace penstock::kafka
