#include "local/console/operations/invocation_lines.h"

#include <utility>

namespace penstock::local {

void InvocationLines::begin() {
  ++invocations_;
}

std::vector<std::string> InvocationLines::take(const std::string& request_id) {
  const std::lock_guard lock(mutex_);
  Lines taken;
  if (const auto found = lines_.find(request_id); found != lines_.end()) {
    taken = std::move(found->second);
    lines_.erase(found);
  }
  if (--invocations_ == 0) {
    lines_.clear();
    ended_.clear();
  }
  if (taken.left_out > 0) {
    taken.lines.push_back("… and " + std::to_string(taken.left_out) + " more lines");
  }
  return std::move(taken.lines);
}

void InvocationLines::busy(std::string_view request_id, bool busy) {
  if (invocations_ == 0 || busy) return;
  const std::lock_guard lock(mutex_);
  ended_.emplace_back(request_id);
  if (ended_.size() <= kEndedInvocationsMax) return;
  if (const auto oldest = lines_.find(ended_.front()); oldest != lines_.end()) lines_.erase(oldest);
  ended_.pop_front();
}

void InvocationLines::line(const std::vector<std::string>& request_ids, std::string_view line) {
  if (invocations_ == 0) return;
  const std::lock_guard lock(mutex_);
  for (const std::string& id : request_ids) {
    Lines& kept = lines_[id];
    if (kept.lines.size() >= kLinesMax || kept.bytes + line.size() > kBytesMax) {
      ++kept.left_out;
      continue;
    }
    kept.bytes += line.size();
    kept.lines.emplace_back(line);
  }
}

}  // namespace penstock::local
