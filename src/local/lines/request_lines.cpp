#include "local/lines/request_lines.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "base/printable_text.h"
#include "local/lines/text_columns.h"

namespace penstock::local {
namespace {

constexpr size_t kMethodColumns = 7;  // OPTIONS
constexpr size_t kRouteColumnsMax = 40;
constexpr size_t kDurationColumns = 8;
constexpr size_t kSubjectColumnsMax = 32;
constexpr size_t kIdBytes = 8;           // Of an event's id, which is a UUID.
constexpr size_t kNameBytesMax = 1'000;  // Of what is kept of a published event.

Colour colour_of(int64_t status) {
  if (status >= 500) return Colour::red;
  if (status >= 400) return Colour::yellow;
  return status >= 300 ? Colour::cyan : Colour::green;
}

// Returns the time in the unit that fits, with three digits: "87 µs", "1.23 ms", "12.3 s".
std::string duration_text(int64_t microseconds) {
  if (microseconds < 1'000) return std::to_string(microseconds) + " µs";
  const bool in_seconds = microseconds >= 1'000'000;
  const double value = static_cast<double>(microseconds) / (in_seconds ? 1e6 : 1e3);
  std::array<char, 32> text{};
  const int digits = value < 10 ? 2 : value < 100 ? 1 : 0;
  std::snprintf(text.data(), text.size(), "%.*f %s", digits, value, in_seconds ? "s" : "ms");
  return text.data();
}

// Says who has called, by which scheme. An operation that everybody may call has no such members.
void append_caller(LineRow& row, const JsonLine& line) {
  const auto subject = line.text("subject");
  if (subject.empty()) return;
  const std::string shown = base::printable(subject, 4 * kSubjectColumnsMax);
  row.text("  by ", Colour::dim).text(cut_to_columns(shown, kSubjectColumnsMax));
  if (const auto scheme = line.text("auth_scheme"); !scheme.empty()) {
    row.text(" (" + std::string(scheme) + ")", Colour::dim);
  }
}

std::string number_text(std::optional<int64_t> number) {
  return number ? std::to_string(*number) : "?";
}

}  // namespace

bool RequestLines::is_request(const JsonLine& line) {
  return line.text("message") == "request" && line.number("status") && line.number("duration_us");
}

std::string RequestLines::show(std::string_view program, const JsonLine& line,
                               const LineView& view) {
  std::string route(line.text("route"));
  if (route.empty()) route = line.text("path");
  if (route.empty()) route = "-";
  route_columns_ = std::clamp(columns_of(route), route_columns_, kRouteColumnsMax);
  const int64_t status = line.number("status").value_or(0);
  const bool failed = line.tone() != Tone::plain;
  LineRow row = rows_.begin(program, view);
  row.column(line.text("method"), kMethodColumns, Colour::bold).text(" ");
  row.column(route, route_columns_).text(" ");
  row.text(std::to_string(status), colour_of(status)).text(" ");
  row.right_column(duration_text(line.number("duration_us").value_or(0)), kDurationColumns);
  if (!failed) append_caller(row, line);  // A line of a failure has all members, uncut.
  append_event(row, line);
  if (const auto reason = line.text("reason"); !reason.empty()) {
    row.text("  ").text(reason, failed ? Colour::red : Colour::none);
  }
  std::vector<std::string_view> left_out{"method",   "route",     "path",   "status", "duration_us",
                                         "event_id", "partition", "offset", "reason"};
  if (!failed) {
    left_out.insert(left_out.end(), {"bytes", "request_id"});
    if (!line.text("subject").empty()) {
      left_out.insert(left_out.end(), {"subject", "auth_scheme"});
    }
    row.cut_values();
  }
  for (const auto& [name, value, is_text] : line.fields(left_out)) row.field(name, value, is_text);
  return std::move(row).line();
}

void RequestLines::append_event(LineRow& row, const JsonLine& line) const {
  const std::string id(line.text("event_id"));
  if (id.empty()) return;
  const auto known = std::find_if(published_.rbegin(), published_.rend(),
                                  [&](const Published& event) { return event.id == id; });
  const bool is_known = known != published_.rend();
  row.text("  → ").text(is_known ? known->type : "event", Colour::cyan);
  row.text(" ").text(id.substr(0, kIdBytes), Colour::dim);
  if (!line.number("offset")) return;
  row.text(" → ").text(is_known ? known->topic + "-" : "partition ");
  row.text(number_text(line.number("partition")) + "@" + number_text(line.number("offset")));
}

void RequestLines::learn(std::string_view line) {
  if (line.find("\"message\":\"story\"") == std::string_view::npos) return;
  const auto story = JsonLine::read(line);
  if (!story) return;
  Published event{std::string(story->text("event_id").substr(0, kNameBytesMax)),
                  std::string(story->text("event_type").substr(0, kNameBytesMax)),
                  std::string(story->text("topic").substr(0, kNameBytesMax))};
  if (event.id.empty() || event.type.empty() || event.topic.empty()) return;
  if (published_.size() >= kPublishedMax) published_.pop_front();
  published_.push_back(std::move(event));
}

}  // namespace penstock::local
