#include "local/stories/api_request.h"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/value.hpp>
#include <chrono>
#include <limits>

#include "base/printable_text.h"
#include "json/object_writer.h"
#include "json/reader.h"
#include "json/view.h"

namespace penstock::local {
namespace {

using std::chrono::microseconds;

// The longest text of the line that is read, as it stands there; what a story keeps is shorter.
constexpr size_t kReadBytesMax = 8192;
// Further violations are counted.
constexpr size_t kViolationsMax = 20;
constexpr size_t kViolationBytesMax = 300;

// Reads microseconds from outside, of which no sum with a time is too large.
std::optional<microseconds> duration_of(const LineMembers& members, std::string_view name) {
  constexpr int64_t kDurationMax = int64_t{86'400} * 1'000'000;
  const auto number = members.number(name);
  if (!number || *number < 0) return std::nullopt;
  return microseconds(std::min(*number, kDurationMax));
}

std::string member_text(const boost::json::value& object, std::string_view name) {
  return base::printable(json::text(json::find(object, name)).value_or(""), kViolationBytesMax);
}

// Makes the step of a violation, which says where it is, and in which line of the contract.
StoryStep violation_step(const boost::json::value& violation, base::SystemTime at) {
  StoryStep step{StepKind::violation, at, {}};
  const std::string in = member_text(violation, "in");
  const std::string where = member_text(violation, "where");
  const std::string message = member_text(violation, "message");
  const std::string place = member_text(violation, "place");
  step.text = in + (where.empty() ? "" : " " + where) + " " +
              (message.empty() ? "breaks the contract" : message);
  if (!place.empty()) step.text += " (" + place + ")";
  json::ObjectWriter details(step.details);
  details.member("in", in).member("where", where);
  details.member("keyword", member_text(violation, "keyword")).member("message", message);
  if (!place.empty()) details.member("place", place);
  details.end();
  return step;
}

}  // namespace

std::optional<ApiRequest> ApiRequest::read(std::string_view line) {
  if (!line.starts_with('{') || line.size() > kReadLineBytesMax) return std::nullopt;
  const LineMembers members(line);
  const std::string_view message = members.json("message");
  const bool is_story = message == "\"story\"";
  if (!is_story && message != "\"request\"") return std::nullopt;
  const auto status = members.number("status");
  if (!status || *status < 100 || *status > 599) return std::nullopt;

  ApiRequest request(members);
  request.is_story_ = is_story;
  request.status_ = *status;
  request.duration_us_ = duration_of(members, "duration_us").value_or(microseconds(0)).count();
  request.event_number_ = members.number("event_number").value_or(0);
  request.event_id_ = request.text("event_id", Story::kNameBytesMax);
  const auto partition = members.number("partition");
  const auto offset = members.number("offset");
  if (partition && offset && *partition >= 0 && *offset >= 0 &&
      *partition <= std::numeric_limits<int32_t>::max() &&
      *offset < std::numeric_limits<int64_t>::max() - 1) {
    request.topic_partition_ = {request.text("topic", Story::kNameBytesMax),
                                {static_cast<int32_t>(*partition)}};
    request.offset_ = {*offset};
  }
  return request;
}

std::string ApiRequest::text(std::string_view name, size_t bytes_max) const {
  return base::printable(members_.text(name, kReadBytesMax).value_or(""), bytes_max);
}

base::SystemTime ApiRequest::received_at(base::SystemTime now) const {
  auto text = members_.text("received_at", Story::kNameBytesMax);
  if (!text) text = members_.text("time", Story::kNameBytesMax);
  const auto time = text ? time_of(*text) : std::nullopt;
  return time ? *time : now - microseconds(duration_us_);
}

StoryOutcome ApiRequest::outcome() const {
  if (status_ >= 500) return StoryOutcome::failed;
  if (status_ >= 400) return StoryOutcome::invalid;
  return is_acknowledged() ? StoryOutcome::stored : StoryOutcome::answered;
}

RecordNames ApiRequest::names() const {
  RecordNames names;
  names.event_id = event_id_;
  names.event_type = text("event_type", Story::kNameBytesMax);
  names.trace_id = text("trace_id", Story::kNameBytesMax);
  if (names.trace_id.empty()) {
    names.trace_id = trace_id_of(text("request_id", Story::kNameBytesMax));
  }
  return names;
}

void ApiRequest::describe(Story& story, base::SystemTime now) const {
  story.is_request = true;
  story.started_at = received_at(now);
  story.method = text("method", Story::kShownBytesMax);
  story.path = text("path", Story::kShownBytesMax);
  story.route = text("route", Story::kNameBytesMax);
  story.status = status_;
  story.duration_us = duration_us_;
}

std::vector<StoryStep> ApiRequest::steps(
    base::SystemTime now, const std::optional<TopicPartition>& topic_partition) const {
  const base::SystemTime received = received_at(now);
  std::vector<StoryStep> steps;
  std::string line = text("method", Story::kShownBytesMax);
  const std::string path = text("path", Story::kShownBytesMax);
  const std::string route = text("route", Story::kNameBytesMax);
  if (!path.empty() || !route.empty()) line += " " + (path.empty() ? route : path);
  steps.push_back(received_step(received, std::move(line)));
  add_checks(steps, received);

  const auto handled = duration_of(members_, "handled_us");
  if (handled) {
    steps.push_back({StepKind::handled, received + *handled, "The handler has answered."});
  }
  if (!event_id_.empty()) {
    const std::string type = text("event_type", Story::kNameBytesMax);
    const std::string topic = text("topic", Story::kNameBytesMax);
    StoryStep step{StepKind::published, received + handled.value_or(microseconds(0)),
                   "Event " + event_id_ + (type.empty() ? "" : " of type " + type) +
                       (topic.empty() ? " is published." : " goes to topic " + topic + ".")};
    json::ObjectWriter details(step.details);
    details.member("event_id", event_id_);
    if (!type.empty()) details.member("event_type", type);
    if (!topic.empty()) details.member("topic", topic);
    details.end();
    steps.push_back(std::move(step));
  }
  const microseconds duration(duration_us_);
  if (topic_partition) {
    const microseconds stored = duration_of(members_, "stored_us").value_or(duration);
    const std::string record = topic_partition->topic.empty()
                                   ? "offset " + base::to_text(offset_) + " of partition " +
                                         base::to_text(topic_partition->partition)
                                   : topic_partition->text(offset_);
    StoryStep step{StepKind::stored, received + stored,
                   "Kafka has stored it as " + record + ", " + milliseconds_text(stored.count()) +
                       " ms after the request."};
    json::ObjectWriter details(step.details);
    if (!topic_partition->topic.empty()) details.member("topic", topic_partition->topic);
    details.member("partition", topic_partition->partition.number)
        .member("offset", offset_.value)
        .end();
    steps.push_back(std::move(step));
  }
  StoryStep answered{StepKind::answered, received + duration,
                     "Answered with " + std::to_string(status_) + " after " +
                         milliseconds_text(duration_us_) + " ms."};
  const std::string reason = text("reason", Story::kTextBytesMax);
  json::ObjectWriter details(answered.details);
  details.member("status", status_);
  if (!reason.empty()) details.member("reason", reason);
  const std::string auth = text("auth", Story::kNameBytesMax);
  if (!auth.empty()) details.member("auth", auth);
  details.end();
  steps.push_back(std::move(answered));
  return steps;
}

StoryStep ApiRequest::received_step(base::SystemTime received, std::string line) const {
  StoryStep step{StepKind::received, received, std::move(line)};
  const std::string scheme = text("auth_scheme", Story::kNameBytesMax);
  const std::string subject = text("subject", Story::kNameBytesMax);
  if (scheme.empty() && subject.empty()) return step;
  if (!subject.empty()) step.text += " from " + subject;
  if (!scheme.empty()) step.text += " (" + scheme + ")";
  json::ObjectWriter details(step.details);
  details.member("auth_scheme", scheme).member("subject", subject).end();
  return step;
}

void ApiRequest::add_checks(std::vector<StoryStep>& steps, base::SystemTime received) const {
  const auto validated = duration_of(members_, "validated_us");
  const base::SystemTime at = received + validated.value_or(microseconds(0));
  const std::string_view text = members_.json("violations");
  if (text.starts_with('[')) {
    json::Reader reader;
    const auto violations = reader.read(text, {});
    const boost::json::array* const list =
        violations.has_value() ? violations->if_array() : nullptr;
    const size_t count = list == nullptr ? 0 : list->size();
    for (size_t i = 0; i < std::min(count, kViolationsMax); ++i) {
      steps.push_back(violation_step((*list)[i], at));
    }
    if (count > kViolationsMax) {
      steps.push_back(
          {StepKind::violation, at, "And " + std::to_string(count - kViolationsMax) + " more."});
    }
    if (count > 0) return;
  }
  if (validated) steps.push_back({StepKind::validated, at, "It keeps the contract."});
}

}  // namespace penstock::local
