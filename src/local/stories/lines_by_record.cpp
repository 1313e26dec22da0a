#include "local/stories/lines_by_record.h"

#include <algorithm>

#include "base/printable_text.h"
#include "json/object_writer.h"

namespace penstock::local {

LinesByRecord::LinesByRecord(FunctionLog log) : log_(std::move(log)), left_out_(log_.left_out) {
  for (FunctionLine& line : log_.lines) {
    if (line.topic_partition) {
      of_records_.emplace(std::pair(line.topic_partition->partition, line.offset), &line);
    } else if (!line.event_id.empty()) {
      of_events_.emplace(line.event_id, &line);
    } else if (shared_.size() < kSharedMax) {
      line.text = base::printable(line.text, kSharedBytesMax);
      shared_.push_back(&line);
    } else {
      ++left_out_;
    }
  }
}

LinesByRecord::Said LinesByRecord::add_to(Story& story, std::string_view request_id) const {
  std::string details;
  if (!request_id.empty()) {
    json::ObjectWriter(details)
        .member("request_id", base::printable(request_id, Story::kNameBytesMax))
        .end();
  }
  std::vector<const FunctionLine*> lines = shared_;
  const auto [begin, end] = of_records_.equal_range({story.partition, story.offset});
  for (auto at = begin; at != end; ++at) {
    if (at->second->topic_partition->topic == story.topic) lines.push_back(at->second);
  }
  if (!story.names.event_id.empty()) {
    const auto [first, last] = of_events_.equal_range(story.names.event_id);
    for (auto at = first; at != last; ++at) lines.push_back(at->second);
  }
  std::sort(lines.begin(), lines.end());  // As they were written: they are in one list.
  Said said;
  for (const FunctionLine* const line : lines) {
    story.add({StepKind::log, line->at, line->text, details});
    if (line->outcome.empty()) continue;
    said.is_poison = line->outcome == "poison";
    said.reason = line->reason;
  }
  story.left_out += left_out_;
  return said;
}

}  // namespace penstock::local
