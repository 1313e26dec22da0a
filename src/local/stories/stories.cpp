#include "local/stories/stories.h"

#include <algorithm>
#include <chrono>

#include "base/printable_text.h"
#include "json/object_writer.h"
#include "json/writer.h"

namespace penstock::local {
namespace {

int64_t seconds_of(base::SystemTime time) {
  return std::chrono::floor<std::chrono::seconds>(time.time_since_epoch()).count();
}

int64_t whole_milliseconds_of(base::SystemTime time) {
  return std::chrono::floor<std::chrono::milliseconds>(time.time_since_epoch()).count();
}

// Returns what the ids of stories begin with: the time of the start, in few letters.
std::string prefix_of(base::SystemTime start) {
  constexpr std::string_view kDigits = "0123456789abcdefghijklmnopqrstuvwxyz";
  std::string text;
  for (auto rest = static_cast<uint64_t>(seconds_of(start)); rest > 0; rest /= kDigits.size()) {
    text.insert(text.begin(), kDigits[rest % kDigits.size()]);
  }
  return text + "-";
}

}  // namespace

Stories::Stories(Settings settings)
    : settings_(std::move(settings)),
      started_at_(settings_.now()),
      figures_(seconds_of(started_at_)),
      store_(prefix_of(started_at_), settings_.bounds) {}

base::SystemTime Stories::tick() {
  const base::SystemTime now = settings_.now();
  const int64_t second = seconds_of(now);
  if (second > figures_.second()) {
    figures_.at(figures_.second()).lag = system_.lag();
    figures_.at(second);
  }
  return now;
}

void Stories::set_facts(StoryFacts facts) {
  const std::lock_guard lock(mutex_);
  system_.facts = std::move(facts);
}

void Stories::set_mapping(const std::string& name, MappingFacts facts) {
  const std::lock_guard lock(mutex_);
  if (MappingNumbers* const mapping = system_.mapping(name)) mapping->facts = std::move(facts);
}

void Stories::forget_mapping(const std::string& name) {
  const std::lock_guard lock(mutex_);
  system_.forget_mapping(name);
}

void Stories::set_active_faults(std::function<boost::json::array()> active) {
  const std::lock_guard lock(mutex_);
  active_faults_ = std::move(active);
}

std::string Stories::state() {
  std::function<boost::json::array()> active_faults;
  {
    const std::lock_guard lock(mutex_);
    active_faults = active_faults_;
  }
  const std::string faults = active_faults ? json::to_text(active_faults()) : "[]";

  std::string out;
  const std::lock_guard lock(mutex_);
  const base::SystemTime now = tick();
  json::ObjectWriter object(out);
  object.member("now_ms", whole_milliseconds_of(now));
  object.member("started_at_ms", whole_milliseconds_of(started_at_));
  object.member("service", system_.facts.service).member("version", system_.facts.version);
  system_.append_json(out, figures_.recent(), figures_.second(), seconds_of(started_at_));
  const PromiseCount::Totals& totals = promise_.totals();
  json::ObjectWriter(object.key("promise"))
      .member("acknowledged", totals.acknowledged)
      .member("stored", totals.stored)
      .member("handled", totals.handled)
      .member("given_up", totals.given_up)
      .member("waiting", totals.waiting)
      .member("lost", totals.lost)
      .member("doubled", totals.doubled)
      .end();
  json::ObjectWriter(object.key("stories"))
      .member("kept", store_.size())
      .member("dropped", store_.dropped())
      .member("left_out", store_.left_out())
      .end();
  if (!figures_.empty()) figures_.append_newest(object.key("second"));
  object.json("faults", faults).end();
  return out;
}

std::string Stories::history() {
  std::string out;
  const std::lock_guard lock(mutex_);
  tick();
  figures_.append_json(out);
  return out;
}

uint64_t Stories::sequence() const {
  const std::lock_guard lock(mutex_);
  return store_.sequence();
}

std::string Stories::changes(uint64_t& sequence, size_t limit) const {
  const std::lock_guard lock(mutex_);
  return store_.changes(sequence, limit);
}

std::string Stories::list(const StoryFilter& filter) const {
  const std::lock_guard lock(mutex_);
  return store_.list(filter);
}

std::optional<Stories::Found> Stories::find(std::string_view name) const {
  const std::lock_guard lock(mutex_);
  const Story* const story = store_.find(name);
  if (story == nullptr) return std::nullopt;
  Found found{{}, story->ended()};
  append_story(found.json, *story);
  return found;
}

std::optional<uint64_t> Stories::watch(std::string_view name, std::function<void()> call) {
  const std::lock_guard lock(mutex_);
  if (watchers_.size() >= kWatchersMax) return std::nullopt;
  watchers_.emplace(next_watcher_, Watcher{std::string(name), record_named(name), std::move(call)});
  return next_watcher_++;
}

void Stories::unwatch(uint64_t number) {
  const std::lock_guard lock(mutex_);
  watchers_.erase(number);
}

void Stories::changed(Story& story, base::SystemTime at, Calls& calls) {
  const uint64_t number = story.number;
  store_.changed(story, at);  // It may be the oldest one, and go.
  for (const auto& [id, watcher] : watchers_) {
    const Story* const found = store_.find(watcher.name);
    if (found != nullptr && found->number == number) calls.push_back(watcher.call);
  }
}

void Stories::status(Part part, std::string_view name, const PartStatus& status) {
  const std::lock_guard lock(mutex_);
  tick();
  // Another program may be started in the API's place.
  if (part == Part::api && status.state != PartStatus::State::running) api_tells_stories_ = false;
  system_.set_status(part, name, status);
}

void Stories::trouble(std::string_view mapping, std::string_view sentence) {
  const std::lock_guard lock(mutex_);
  const base::SystemTime now = tick();
  MappingNumbers* const numbers = system_.mapping(mapping);
  if (numbers == nullptr) return;
  numbers->trouble = base::printable(sentence, Story::kTextBytesMax);
  numbers->trouble_at = now;
}

void Stories::count_stored(const std::string& topic) {
  const int64_t stored = promise_.totals().stored - promise_.totals().stored_before;
  const int64_t fresh = stored - stored_;
  stored_ = stored;
  figures_.at(figures_.second()).events += fresh;
  system_.count_stored(topic, figures_.second(), fresh);
}

void Stories::api_line(std::string_view line) {
  const auto request = ApiRequest::read(line);
  if (!request) return;
  Calls calls;
  base::SystemTime now;
  {
    const std::lock_guard lock(mutex_);
    now = tick();
    if (request->is_story()) api_tells_stories_ = true;
    // The same request has its story already.
    if (!request->is_story() && api_tells_stories_) return;
    if (!count(*request, now)) return store_.leave_out(1);
  }
  tell(*request, now, calls);
  for (const auto& call : calls) call();
}

bool Stories::count(const ApiRequest& request, base::SystemTime now) {
  Figures::Second& second = figures_.at(figures_.second());
  if (request.is_first()) {
    ++system_.requests;
    ++second.requests;
    if (request.status() >= 500) ++second.errors;
    figures_.add_request(std::chrono::microseconds(request.duration_us()));
  }
  if (request.is_acknowledged()) {
    TopicPartition topic_partition = *request.topic_partition();
    if (topic_partition.topic.empty()) topic_partition.topic = system_.only_topic();
    if (topic_partition.topic.empty()) {
      promise_.acknowledged_somewhere();
    } else {
      promise_.acknowledged(topic_partition, request.offset());
      system_.set_end(topic_partition, request.offset() + 1);
      count_stored(topic_partition.topic);
    }
  }
  // Those that failed are of more interest.
  const double reserve = request.status() < 400 ? kRequestsPerSecond / 5 : 0;
  const bool is_watched = std::any_of(watchers_.begin(), watchers_.end(), [&](const auto& entry) {
    return !request.event_id().empty() && entry.second.name == request.event_id();
  });
  if (!is_watched && request_tokens_.count(now) < reserve + 1) return false;
  request_tokens_.take(1);
  return true;
}

void Stories::tell(const ApiRequest& request, base::SystemTime now, Calls& calls) {
  auto topic_partition = request.topic_partition();
  if (topic_partition && topic_partition->topic.empty()) {
    const std::lock_guard lock(mutex_);
    topic_partition->topic = system_.only_topic();
  }
  std::vector<StoryStep> steps = request.steps(now, topic_partition);
  RecordNames names = request.names();
  const bool has_record = topic_partition && !topic_partition->topic.empty();

  const std::lock_guard lock(mutex_);
  // The function may have been quicker than the log: then the record has a story already.
  Story* story = nullptr;
  if (has_record) story = store_.by_record(*topic_partition, request.offset());
  if (story == nullptr && !request.event_id().empty()) {
    Story* const same_event = store_.by_event(request.event_id());
    if (same_event != nullptr && !same_event->is_request) {
      if (has_record && same_event->has_record()) {
        promise_.stored_again();
      } else {
        story = same_event;
      }
    }
  }
  const bool is_new = story == nullptr;
  if (is_new) {
    story = &store_.begin(true, now);
    story->outcome = request.outcome();
    if (has_record) store_.set_record(*story, *topic_partition, request.offset());
  }
  request.describe(*story, now);
  store_.set_names(*story, std::move(names));
  for (StoryStep& step : steps) {
    // The record has said where it is stored.
    const bool is_known = !is_new && step.kind == StepKind::stored;
    if (is_known) {
      std::erase_if(story->steps, [](const auto& one) { return one.kind == StepKind::stored; });
    }
    story->add(std::move(step));
  }
  const auto end = story->started_at + std::chrono::microseconds(story->duration_us);
  changed(*story, std::max(story->changed_at, end), calls);
}

}  // namespace penstock::local
