#include "local/stories/story_store.h"

#include <algorithm>
#include <utility>

#include "base/number_text.h"
#include "json/object_writer.h"

namespace penstock::local {
namespace {

bool has_status(const Story& story, const std::string& wanted) {
  if (wanted.empty()) return true;
  if (wanted.ends_with("xx")) return story.status / 100 == wanted[0] - '0';
  return std::to_string(story.status) == wanted;
}

bool has_text(const Story& story, const std::string& wanted) {
  if (wanted.empty()) return true;
  for (const std::string* text : {&story.id, &story.names.event_id, &story.names.trace_id,
                                  &story.topic, &story.path, &story.route}) {
    if (text->find(wanted) != std::string::npos) return true;
  }
  return false;
}

bool passes(const Story& story, const StoryFilter& filter) {
  return (filter.route.empty() || story.route == filter.route) &&
         (filter.outcome.empty() || name(story.outcome) == filter.outcome) &&
         (filter.key.empty() || story.names.key == filter.key) &&
         has_status(story, filter.status) && has_text(story, filter.text);
}

// Removes the entry unless another story has it now.
template <class Index, class Key>
void forget(Index& index, const Key& key, uint64_t number) {
  const auto found = index.find(key);
  if (found != index.end() && found->second == number) index.erase(found);
}

}  // namespace

std::optional<RecordPlace> record_named(std::string_view name) {
  const size_t at = name.rfind('@');
  const size_t dash = name.substr(0, at).rfind('-');
  if (at == std::string_view::npos || dash == std::string_view::npos) return std::nullopt;
  const auto partition = base::whole_number<int32_t>(name.substr(dash + 1, at - dash - 1));
  const auto offset = base::whole_number<int64_t>(name.substr(at + 1));
  if (!partition || !offset) return std::nullopt;
  return RecordPlace{{std::string(name.substr(0, dash)), {*partition}}, {*offset}};
}

Story& StoryStore::begin(bool is_request, base::SystemTime at) {
  while (!stories_.empty() && stories_.size() >= bounds_.stories) drop_oldest();
  Story& story = stories_.emplace_back();
  story.number = next_number_++;
  story.id = prefix_ + std::to_string(story.number);
  story.is_request = is_request;
  story.started_at = story.changed_at = at;
  return story;
}

void StoryStore::set_record(Story& story, const TopicPartition& topic_partition,
                            base::Offset offset) {
  story.topic = topic_partition.topic;
  story.partition = topic_partition.partition;
  story.offset = offset;
  by_record_[topic_partition][offset] = story.number;
}

void StoryStore::set_names(Story& story, RecordNames names) {
  // What the request's line has said stays: the record's headers say the same, if anything.
  RecordNames& known = story.names;
  if (!known.key) known.key = std::move(names.key);
  if (known.event_type.empty()) known.event_type = std::move(names.event_type);
  if (known.event_id.empty() && !names.event_id.empty()) {
    known.event_id = std::move(names.event_id);
    by_event_[known.event_id] = story.number;
  }
  if (known.trace_id.empty() && !names.trace_id.empty()) {
    known.trace_id = std::move(names.trace_id);
    by_trace_[known.trace_id] = story.number;
  }
}

void StoryStore::changed(Story& story, base::SystemTime at) {
  story.changed_at = std::max(story.changed_at, at);
  bytes_ -= story.bytes;
  story.bytes = story.memory();
  bytes_ += story.bytes;
  log_change(story.number, 1);
  story.changed = sequence_;
  // The newest one stays, whatever its size, which has a bound of its own.
  while (bytes_ > bounds_.bytes && stories_.size() > 1) drop_oldest();
}

void StoryStore::leave_out(int64_t count) {
  if (count <= 0) return;
  left_out_ += count;
  log_change(0, static_cast<uint64_t>(count));
}

void StoryStore::log_change(uint64_t number, uint64_t count) {
  const uint64_t first = sequence_ + 1;
  sequence_ += count;
  if (!changes_.empty() && changes_.back().number == number) {
    // Of a story the last change is enough; of those without one the sum.
    changes_.back().last = sequence_;
    return;
  }
  if (changes_.size() >= kChangesMax) changes_.pop_front();
  changes_.push_back({first, sequence_, number});
}

void StoryStore::drop_oldest() {
  const Story& story = stories_.front();
  if (story.has_record()) {
    const auto partition = by_record_.find(TopicPartition{story.topic, story.partition});
    if (partition != by_record_.end()) {
      forget(partition->second, story.offset, story.number);
      if (partition->second.empty()) by_record_.erase(partition);
    }
  }
  if (!story.names.event_id.empty()) forget(by_event_, story.names.event_id, story.number);
  if (!story.names.trace_id.empty()) forget(by_trace_, story.names.trace_id, story.number);
  bytes_ -= story.bytes;
  ++dropped_;
  stories_.pop_front();
}

Story* StoryStore::by_number(uint64_t number) {
  if (stories_.empty() || number < stories_.front().number || number >= next_number_) {
    return nullptr;
  }
  return &stories_[number - stories_.front().number];
}

Story* StoryStore::by_record(const TopicPartition& topic_partition, base::Offset offset) {
  const auto partition = by_record_.find(topic_partition);
  if (partition == by_record_.end()) return nullptr;
  const auto found = partition->second.find(offset);
  return found == partition->second.end() ? nullptr : by_number(found->second);
}

Story* StoryStore::by_event(const std::string& event_id) {
  const auto found = by_event_.find(event_id);
  return found == by_event_.end() ? nullptr : by_number(found->second);
}

const Story* StoryStore::find(std::string_view name) const {
  const auto story_of = [&](uint64_t number) -> const Story* {
    if (stories_.empty() || number < stories_.front().number || number >= next_number_) {
      return nullptr;
    }
    return &stories_[number - stories_.front().number];
  };
  if (name.starts_with(prefix_)) {
    const auto number = base::whole_number<uint64_t>(name.substr(prefix_.size()));
    const Story* const story = number ? story_of(*number) : nullptr;
    if (story != nullptr && story->id == name) return story;
  }
  // Whoever produces a record chooses its event's id, which must not hide another record.
  if (const auto record = record_named(name)) {
    const auto records = by_record_.find(record->topic_partition);
    if (records != by_record_.end()) {
      const auto found = records->second.find(record->offset);
      if (found != records->second.end()) return story_of(found->second);
    }
  }
  const std::string text(name);
  if (const auto found = by_event_.find(text); found != by_event_.end()) {
    return story_of(found->second);
  }
  const auto found = by_trace_.find(text);
  return found == by_trace_.end() ? nullptr : story_of(found->second);
}

std::string StoryStore::list(const StoryFilter& filter) const {
  std::string out;
  json::ObjectWriter object(out);
  json::ArrayWriter array(object.key("stories"));
  uint64_t before = next_number_;
  if (!filter.before.empty()) {
    const Story* const story = find(filter.before);
    // Of a story that is gone, all that is left is newer.
    before = story == nullptr ? 0 : story->number;
  }
  size_t count = 0;
  for (auto story = stories_.rbegin(); story != stories_.rend() && count < filter.limit; ++story) {
    if (story->number >= before || !passes(*story, filter)) continue;
    append_summary(array.element(), *story);
    ++count;
  }
  array.end();
  object.member("left_out", left_out_).end();
  return out;
}

std::string StoryStore::changes(uint64_t& sequence, size_t limit) const {
  if (sequence >= sequence_) return {};
  std::string out;
  json::ObjectWriter object(out);
  json::ArrayWriter array(object.key("stories"));
  uint64_t left_out = 0;
  size_t count = 0;
  for (auto change = changes_.rbegin(); change != changes_.rend(); ++change) {
    if (change->last <= sequence) break;
    if (change->number == 0) {
      left_out += change->last - std::max(change->first - 1, sequence);
      continue;
    }
    if (stories_.empty() || change->number < stories_.front().number) continue;
    const Story& story = stories_[change->number - stories_.front().number];
    if (story.changed != change->last) continue;  // It has changed again, and was there already.
    if (count < limit) {
      append_summary(array.element(), story);
      ++count;
    } else {
      ++left_out;
    }
  }
  array.end();
  object.member("left_out", left_out).end();
  sequence = sequence_;
  return out;
}

}  // namespace penstock::local
