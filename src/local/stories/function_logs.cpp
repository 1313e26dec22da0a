#include "local/stories/function_logs.h"

#include <limits>

#include "base/printable_text.h"
#include "local/stories/line_members.h"
#include "local/stories/story.h"

namespace penstock::local {
namespace {

size_t memory_of(const FunctionLine& line) {
  return sizeof(FunctionLine) + line.text.size() + line.request_id.size() + line.event_id.size() +
         line.outcome.size() + line.reason.size() +
         (line.topic_partition ? line.topic_partition->topic.size() : 0);
}

}  // namespace

FunctionLine read_function_line(std::string_view line, base::SystemTime now) {
  // What is cut off is not looked at, so that a megabyte costs no more than its first part.
  constexpr size_t kSeenBytesMax = 2 * Story::kTextBytesMax;
  FunctionLine result;
  result.text = base::printable(line.substr(0, kSeenBytesMax), Story::kTextBytesMax);
  result.at = now;
  LineFacts facts = facts_of(line);
  if (!facts.is_json) return result;
  if (facts.time) result.at = *facts.time;
  result.request_id = std::move(facts.request_id);
  result.event_id = std::move(facts.event_id);
  if (facts.is_metrics) result.place = FunctionLine::Place::behind_records;
  if (!facts.names_record() || *facts.partition < 0 || *facts.offset < 0 ||
      *facts.partition > std::numeric_limits<int32_t>::max()) {
    return result;
  }
  result.topic_partition = {std::move(facts.topic), {static_cast<int32_t>(*facts.partition)}};
  result.offset = {*facts.offset};
  result.outcome = std::move(facts.outcome);
  result.reason = base::printable(facts.reason, Story::kTextBytesMax);
  if (facts.type == "RECORD") result.place = FunctionLine::Place::begins_record;
  return result;
}

std::string_view request_id_of(std::string_view line) {
  constexpr std::string_view kMember = "\"requestId\":\"";
  constexpr size_t kSearchedBytes = 256;
  const size_t found = line.substr(0, kSearchedBytes).find(kMember);
  if (found == std::string_view::npos) return {};
  line.remove_prefix(found + kMember.size());
  const size_t end = line.substr(0, kSearchedBytes).find('"');
  return end == std::string_view::npos ? std::string_view() : line.substr(0, end);
}

void FunctionLog::place(FunctionLine& line) {
  if (line.place == FunctionLine::Place::begins_record) {
    record.emplace(*line.topic_partition, line.offset);
  } else if (line.place == FunctionLine::Place::behind_records) {
    record.reset();
  } else if (!line.is_of_record() && record) {
    line.topic_partition = record->first;
    line.offset = record->second;
  }
}

void FunctionLogs::begin(std::string_view request_id, std::string_view process) {
  while (order_.size() >= kInvocationsMax) {
    static_cast<void>(take(std::string(order_.front())));
  }
  if (!logs_.emplace(request_id, FunctionLog{std::string(process)}).second) return;
  order_.emplace_back(request_id);
}

void FunctionLogs::add(std::string_view request_id, FunctionLine line) {
  const auto found = logs_.find(request_id);
  if (found == logs_.end()) return;
  FunctionLog& log = found->second;
  log.place(line);
  const size_t bytes = memory_of(line);
  if (log.lines.size() >= kLinesMax || bytes_ + bytes > kBytesMax) {
    ++log.left_out;
    return;
  }
  bytes_ += bytes;
  log.lines.push_back(std::move(line));
}

void FunctionLogs::leave_out(std::string_view request_id) {
  const auto found = logs_.find(request_id);
  if (found != logs_.end()) ++found->second.left_out;
}

std::optional<FunctionLog> FunctionLogs::take(std::string_view request_id) {
  const auto found = logs_.find(request_id);
  if (found == logs_.end()) return std::nullopt;
  FunctionLog log = std::move(found->second);
  std::erase(order_, found->first);
  logs_.erase(found);
  for (const FunctionLine& line : log.lines) bytes_ -= memory_of(line);
  return log;
}

}  // namespace penstock::local
