#include "events/event.h"

#include <boost/uuid/random_generator.hpp>
#include <boost/uuid/uuid_io.hpp>

namespace penstock::events {

size_t record_headers(const Event& event, std::string_view time_text,
                      std::array<Header, kHeadersMax>& headers) {
  size_t count = 0;
  headers[count++] = {"ce_specversion", "1.0"};
  headers[count++] = {"ce_id", event.id};
  headers[count++] = {"ce_source", event.source};
  headers[count++] = {"ce_type", event.type};
  headers[count++] = {"ce_time", time_text};
  headers[count++] = {"content-type", "application/json"};
  const auto& [traceparent, tracestate] = event.trace;
  if (!traceparent.empty()) headers[count++] = {"traceparent", traceparent};
  if (!tracestate.empty()) headers[count++] = {"tracestate", tracestate};
  if (const AuthContext* auth = event.auth.get()) {
    headers[count++] = {"ce_authtype", auth->type};
    if (!auth->id.empty()) headers[count++] = {"ce_authid", auth->id};
  }
  return count;
}

struct EventIds::Generator {
  boost::uuids::random_generator_mt19937 next;
};

EventIds::EventIds() : generator_(std::make_unique<Generator>()) {}
EventIds::~EventIds() = default;

std::string EventIds::next() {
  return boost::uuids::to_string(generator_->next());
}

}  // namespace penstock::events
