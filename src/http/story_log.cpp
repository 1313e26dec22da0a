#include "http/story_log.h"

#include <utility>

#include "base/printable_text.h"
#include "contract/arguments/violation_place.h"
#include "events/trace_context.h"
#include "http/access_log.h"
#include "http/guard/admitted.h"
#include "json/object_writer.h"

namespace penstock::http {
namespace {

using std::chrono::duration_cast;
using std::chrono::microseconds;
using std::chrono::steady_clock;

constexpr size_t kMethodBytes = 32;
constexpr size_t kIdBytes = 256;
constexpr size_t kTextBytes = 1'000;
// A traceparent is "00-", these hexadecimal digits, and more (W3C Trace Context section 3.2).
constexpr size_t kTraceIdAt = 3;
constexpr size_t kTraceIdBytes = 32;

int64_t microseconds_of(steady_clock::duration duration) {
  return duration_cast<microseconds>(duration).count();
}

void write_stages(json::ObjectWriter& line, const Story& story) {
  const auto write = [&](std::string_view name, const std::optional<base::SteadyTime>& end) {
    if (end) line.member(name, microseconds_of(*end - story.began));
  };
  write("validated_us", story.validated);
  write("handled_us", story.handled);
  write("stored_us", story.stored);
}

void write_violations(json::ObjectWriter& line, const RefusedRequest& refused) {
  if (refused.violations.empty()) return;
  json::ArrayWriter list(line.key("violations"));
  for (const contract::Violation& violation : refused.violations) {
    json::ObjectWriter(list.element())
        .member("in", violation.in)
        .member("where", base::printable(violation.where, kIdBytes))
        .member("keyword", violation.keyword)
        .member("message", base::printable(violation.message, kTextBytes))
        .member("place",
                base::printable(contract::place_of(violation, *refused.operation, refused.media),
                                kTextBytes))
        .end();
  }
  list.end();
}

}  // namespace

Story& StoryLog::begin(const RequestMessage& request) {
  Story& story = stories_[&request];
  story = {.began = steady_clock::now()};
  return story;
}

void StoryLog::complete(const RequestMessage& request, const Reply& reply,
                        steady_clock::duration duration, size_t bytes_sent) {
  const auto known = stories_.extract(&request);
  const Story story = known ? std::move(known.mapped()) : Story{};
  if (!reply.several) return write(request, reply, story, duration, bytes_sent, 0);
  for (size_t number = 1; number <= reply.several->all.size(); ++number) {
    write(request, reply, story, duration, bytes_sent, number);
  }
}

void StoryLog::write(const RequestMessage& request, const Reply& reply, const Story& story,
                     steady_clock::duration duration, size_t bytes_sent, size_t event_number) {
  const std::string_view path = request.target().substr(0, request.target().find('?'));
  std::string text;
  json::ObjectWriter line(text);
  line.member("message", "story")
      .member("received_at", time_.rfc3339(request.received_at))
      .member("method", base::printable(request.method(), kMethodBytes))
      .member("route", reply.route)
      .member("path", base::printable(path, kLoggedPathBytes))
      .member("status", reply.response.status)
      .member("duration_us", microseconds_of(duration))
      .member("bytes", bytes_sent);
  write_stages(line, story);
  write_violations(line, story.refused);
  log_caller(line, request);
  std::string_view request_id = request.header("x-amzn-trace-id");
  const std::string_view parent = request.header("traceparent");
  if (request_id.empty()) request_id = parent;
  if (!request_id.empty()) line.member("request_id", base::printable(request_id, kIdBytes));
  const std::string trace = events::read_traceparent(parent);
  if (trace.size() >= kTraceIdAt + kTraceIdBytes) {
    line.member("trace_id", std::string_view(trace).substr(kTraceIdAt, kTraceIdBytes));
  }
  const PublishedEvent* const one =
      event_number > 0 ? &reply.several->all.at(event_number - 1) : nullptr;
  if (one != nullptr) {
    line.member("event_number", event_number)
        .member("event_id", one->event.id)
        .member("event_type", one->event.type)
        .member("topic", one->event.topic)
        .member("outcome", events::name(one->report.outcome));
  } else if (!reply.event_id.empty()) {
    line.member("event_id", reply.event_id)
        .member("event_type", story.event_type)
        .member("topic", story.topic);
  }
  if (const auto& stored_at = one != nullptr ? one->report.stored_at : reply.stored_at) {
    line.member("partition", stored_at->partition.number).member("offset", stored_at->offset.value);
  }
  if (reply.problem) line.member("reason", base::printable(*reply.problem, kTextBytes));
  line.end();
  log_.put(text);
}

}  // namespace penstock::http
