#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/time_text.h"
#include "events/event.h"
#include "http/request_validator.h"
#include "http/server/service.h"
#include "log/log.h"

namespace penstock::http {

// Has what is known of a request that is being answered. The times are those at which a stage
// ended, by the steady clock; a request that did not come so far has none.
struct Story {
  base::SteadyTime began = {};  // When the request was complete.
  std::optional<base::SteadyTime> validated = {};
  std::optional<base::SteadyTime> handled = {};
  std::optional<base::SteadyTime> stored = {};  // When Kafka had acknowledged the event.
  RefusedRequest refused = {};
  std::string event_type = {};
  std::string topic = {};
};

// Writes a line `story` for each request that was answered, and one for each of its events if it
// publishes several, whatever the log's level: what a page
// on the developer's machine shows of it. It has what the line `request` has, the path, how long
// each stage took, and each violation with its place in the contract. No value of the request is in
// it, but the path may have parameters. All calls are for the server's thread. They are cold, so
// that the code of requests without a story stays as it is.
class StoryLog {
 public:
  // `log` must outlive this object.
  explicit StoryLog(log::Log& log) : log_(log) {}

  // Begins the story of a request, which is complete now. The result is valid until complete().
  [[nodiscard, gnu::cold]] Story& begin(const RequestMessage& request);
  // Writes the line of a request, also of one that has not begun: it was answered before it was
  // complete. The arguments are those of Service::completed().
  [[gnu::cold]] void complete(const RequestMessage& request, const Reply& reply,
                              std::chrono::steady_clock::duration duration, size_t bytes_sent);

 private:
  // Writes a line. `event_number` counts the events of a request that publishes several, from 1
  // on: each has its own line, since each has its own way. It is 0 for all other requests.
  void write(const RequestMessage& request, const Reply& reply, const Story& story,
             std::chrono::steady_clock::duration duration, size_t bytes_sent, size_t event_number);

  log::Log& log_;
  base::TimeText time_;
  std::unordered_map<const RequestMessage*, Story> stories_;  // Those that are not complete.
};

}  // namespace penstock::http
