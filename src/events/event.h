#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/time_text.h"

namespace penstock::events {

// One event, as a record of Kafka: the value is the JSON of the event, byte for byte what a plain
// consumer expects; the rest is in the headers, by CloudEvents' Kafka protocol binding in binary
// mode (version 1.0.2, section 3.2).
struct Event {
  std::string id;    // `ce_id`: tells a record from its repetition.
  std::string type;  // `ce_type`
  std::string topic;
  std::string_view source;  // `ce_source`, of static storage.
  base::SystemTime time;    // `ce_time`
  bool has_key = false;
  std::string key = {};
  std::string value = {};
  std::string traceparent = {};  // W3C Trace Context; empty: none came with the request.
};

struct Header {
  std::string_view name;
  std::string_view value;
};
inline constexpr size_t kHeadersMax = 7;

// The record's headers, as views into `event` and `time_text`. Returns how many were written.
[[nodiscard]] size_t record_headers(const Event& event, std::string_view time_text,
                                    std::array<Header, kHeadersMax>& headers);

// Makes event ids: random UUIDs (RFC 9562, version 4), seeded once from the operating system. One a
// thread.
class EventIds {
 public:
  EventIds();
  ~EventIds();
  EventIds(const EventIds&) = delete;
  EventIds& operator=(const EventIds&) = delete;
  [[nodiscard]] std::string next();

 private:
  struct Generator;
  std::unique_ptr<Generator> generator_;
};

}  // namespace penstock::events
