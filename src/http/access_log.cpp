#include "http/access_log.h"

#include "base/printable_text.h"
#include "http/guard/admitted.h"
#include "json/object_writer.h"

namespace penstock::http {
namespace {

// A client may invent methods, and log lines must be small.
constexpr size_t kLoggedMethodBytes = 32;
constexpr size_t kLoggedIdBytes = 256;
// ", and 20 more" has room behind the last place.
constexpr size_t kMoreBytes = 16;

// Writes the events of a request as an array of JSON. The contract bounds their number and types.
[[gnu::cold]] std::string json_of(const PublishedEvents& events) {
  std::string text;
  json::ArrayWriter list(text);
  for (const PublishedEvent& one : events.all) {
    json::ObjectWriter event(list.element());
    event.member("id", one.event.id)
        .member("type", one.event.type)
        .member("outcome", events::name(one.report.outcome));
    if (one.report.stored_at) {
      event.member("topic", one.event.topic)
          .member("partition", one.report.stored_at->partition.number)
          .member("offset", one.report.stored_at->offset.value);
    }
    event.end();
  }
  list.end();
  return text;
}

}  // namespace

std::string places_of(const contract::Violations& violations) {
  std::string text;
  size_t written = 0;
  for (const contract::Violation& violation : violations) {
    std::string place(violation.in);
    if (!violation.where.empty()) {
      place.append(" ").append(base::printable(violation.where, kLoggedPlaceBytes));
    }
    place.append(": ").append(violation.keyword);
    if (text.size() + 2 + place.size() + kMoreBytes > kLoggedPlacesBytes) break;
    if (written > 0) text += ", ";
    text += place;
    ++written;
  }
  if (written < violations.size()) {
    text.append(", and ").append(std::to_string(violations.size() - written)).append(" more");
  }
  return text;
}

log::Level level_of(const RequestMessage& request, unsigned status) {
  if (!is_own_fault(status)) return log::Level::info;
  return is_refused(request) ? log::Level::warning : log::Level::error;
}

void log_request(log::Log& log, const RequestMessage& request, const Reply& reply,
                 std::chrono::steady_clock::duration duration, size_t bytes_sent) {
  const unsigned status = reply.response.status;
  log::Line line(log, level_of(request, status), "request", request.received_at);
  line.field("method", request.method().substr(0, kLoggedMethodBytes))
      .field("route", reply.route)
      .field("status", status)
      .field("duration_us", std::chrono::duration_cast<std::chrono::microseconds>(duration).count())
      .field("bytes", bytes_sent);
  if (status == 404 && reply.route.empty()) {
    const std::string_view target = request.target();
    line.field("path", base::printable(target.substr(0, target.find('?')), kLoggedPathBytes));
  }
  std::string_view request_id = request.header("x-amzn-trace-id");
  if (request_id.empty()) request_id = request.header("traceparent");
  if (!request_id.empty()) line.field("request_id", request_id.substr(0, kLoggedIdBytes));
  if (request.attachment() != nullptr) [[unlikely]]
    log_caller(line, request);
  if (!reply.event_id.empty()) line.field("event_id", reply.event_id);
  if (reply.several) [[unlikely]]
    line.raw("events", json_of(*reply.several));
  if (reply.stored_at) {
    line.field("partition", reply.stored_at->partition.number)
        .field("offset", reply.stored_at->offset.value);
  }
  if (reply.problem) line.field("reason", *reply.problem);
}

}  // namespace penstock::http
