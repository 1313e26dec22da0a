#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/time_text.h"
#include "events/trace_context.h"

namespace penstock::events {

// Says who has sent the request that an event comes from, as the extension "Auth Context" of
// CloudEvents has it (cloudevents/extensions/authcontext.md).
struct AuthContext {
  // Is `ce_authtype`: "app_user", "service_account", "api_key", "unauthenticated" or "unknown". It
  // must have static storage.
  std::string_view type = {};
  std::string id = {};  // `ce_authid`, or empty.
};

// Holds an AuthContext, or none, in the room of a pointer. Hardly any event has one, and with 40
// bytes more a request's coroutine would not fit into the memory that Asio keeps for such.
class AuthContextPlace {
 public:
  AuthContextPlace() = default;
  explicit AuthContextPlace(AuthContext context)
      : context_(std::make_unique<AuthContext>(std::move(context))) {}
  AuthContextPlace(const AuthContextPlace& other) { *this = other; }
  AuthContextPlace(AuthContextPlace&&) noexcept = default;
  AuthContextPlace& operator=(const AuthContextPlace& other) {
    context_ = other.context_ ? std::make_unique<AuthContext>(*other.context_) : nullptr;
    return *this;
  }
  AuthContextPlace& operator=(AuthContextPlace&&) noexcept = default;
  ~AuthContextPlace() = default;

  // Returns null if the event says nothing of it.
  [[nodiscard]] const AuthContext* get() const { return context_.get(); }

 private:
  std::unique_ptr<AuthContext> context_;
};

// Holds one event as it becomes a Kafka record. The record's value is the event's JSON, unchanged,
// which is what a plain consumer expects. The rest goes into headers, as the Kafka protocol binding
// of CloudEvents defines its binary mode (version 1.0.2, section 3.2).
struct Event {
  std::string id;    // `ce_id`: a repetition of the record has the same.
  std::string type;  // `ce_type`
  std::string topic;
  std::string_view source;  // `ce_source`. It must have static storage.
  base::SystemTime time;    // `ce_time`
  bool has_key = false;
  std::string key = {};
  std::string value = {};
  TraceContext trace = {};
  AuthContextPlace auth = {};
};

// Holds one header of a record.
struct Header {
  std::string_view name;
  std::string_view value;
};
// record_headers() writes at most this many headers.
inline constexpr size_t kHeadersMax = 10;

// Writes the record's headers into `headers` and returns how many there are. They are views into
// `event` and `time_text`, which must outlive them. `time_text` is the event's time as RFC 3339
// writes it.
[[nodiscard]] size_t record_headers(const Event& event, std::string_view time_text,
                                    std::array<Header, kHeadersMax>& headers);

// Makes event ids: random UUIDs (RFC 9562, version 4), from a generator that the operating system
// seeds once. Each thread needs its own object.
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
