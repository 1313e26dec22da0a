#include "local/lines/record_lines.h"

#include <algorithm>

#include "json/view.h"
#include "local/lines/text_columns.h"

namespace penstock::local {
namespace {

constexpr size_t kPlaceColumnsMax = 40;
constexpr size_t kKeyColumnsMax = 36;  // A UUID.
constexpr std::string_view kNoOutcome = "no outcome in the log";

// Returns "orders-0@15", or an empty text if the value does not name a record.
std::string place_of(const boost::json::value* value) {
  const auto topic = json::text(json::find(value, "topic"));
  const auto partition = json::number(json::find(value, "partition"));
  const auto offset = json::number(json::find(value, "offset"));
  if (!topic || !partition || !offset) return "";
  return std::string(*topic) + "-" + std::to_string(*partition) + "@" + std::to_string(*offset);
}

std::string key_of(const boost::json::value* value) {
  if (const auto key = json::text(json::find(value, "key"))) return "key " + std::string(*key);
  if (const auto key = json::text(json::find(value, "key_base64"))) {
    return "key (base64) " + std::string(*key);
  }
  if (const auto bytes = json::number(json::find(value, "key_bytes"))) {
    return "key of " + std::to_string(*bytes) + " bytes";
  }
  return "no key";
}

// Takes out of `open` what `ends` says, and passes each to `show`.
template <class Records, class Ends, class Show>
void take(Records& open, const Ends& ends, const Show& show) {
  for (auto each = open.begin(); each != open.end();) {
    if (!ends(*each)) {
      ++each;
      continue;
    }
    show(*each);
    each = open.erase(each);
  }
}

}  // namespace

std::string RecordLines::shown(const Open& record, std::string_view outcome, std::string_view why,
                               Colour colour, const LineView& view) {
  place_columns_ = std::clamp(columns_of(record.place), place_columns_,
                              std::max(place_columns_, kPlaceColumnsMax));
  key_columns_ =
      std::clamp(columns_of(record.key), key_columns_, std::max(key_columns_, kKeyColumnsMax));
  LineRow row = rows_.begin(record.program, view);
  row.text("record ").column(record.place, place_columns_).text("  ");
  // A key may be long, and the outcome must be seen.
  row.column(view.width > 0 ? cut_to_columns(record.key, kKeyColumnsMax) : record.key,
             key_columns_);
  if (!record.type.empty()) row.text("  ").text(record.type, Colour::dim);
  row.text("  → ").text(outcome, colour);
  if (!why.empty()) row.text(" (").text(why).text(")");
  return std::move(row).line();
}

bool RecordLines::is_record(const JsonLine& line) {
  return line.type() == "RECORD" && !place_of(line.value()).empty();
}

bool RecordLines::is_duplicate(const JsonLine& line) {
  return line.type() == "DUPLICATE" && line.value() != nullptr && line.value()->is_string();
}

std::string RecordLines::begin(std::string_view program, const JsonLine& line,
                               const LineView& view) {
  has_records_ = true;
  std::string lines = end_invocation(program, line, view);
  Open record{
      .program = std::string(program),
      .request_id = std::string(line.text("requestId")),
      .place = place_of(line.value()),
      .key = key_of(line.value()),
      .type = std::string(
          json::text(json::find(json::find(line.value(), "headers"), "ce_type")).value_or(""))};
  // What comes again has not got its outcome, because the process was killed meanwhile.
  take(
      open_, [&](const Open& open) { return open.place == record.place; },
      [&](const Open& open) { lines += shown(open, kNoOutcome, "", Colour::yellow, view); });
  if (open_.size() >= kOpenMax) {
    lines += shown(open_.front(), kNoOutcome, "", Colour::yellow, view);
    open_.pop_front();
  }
  open_.push_back(std::move(record));
  return lines;
}

std::string RecordLines::duplicate(std::string_view program, const JsonLine& line,
                                   const LineView& view) {
  std::string lines = end_invocation(program, line, view);
  Open record;
  record.program = program;
  record.place = json::text(line.value()).value_or("");
  return lines + shown(record, "done before", "", Colour::dim, view);
}

std::string RecordLines::fail(std::string_view program, const JsonLine& line,
                              const LineView& view) {
  const auto outcome = json::text(json::find(line.value(), "outcome"));
  if (!outcome) return "";
  Open record;
  record.program = program;
  record.place = place_of(line.value());
  if (record.place.empty()) return "";
  take(
      open_,
      [&](const Open& open) { return open.program == program && open.place == record.place; },
      [&](const Open& open) { record = open; });
  return shown(record, *outcome, json::text(json::find(line.value(), "reason")).value_or(""),
               *outcome == "retry" ? Colour::yellow : Colour::red, view);
}

std::string RecordLines::end_invocation(std::string_view program, const JsonLine& line,
                                        const LineView& view) {
  const std::string_view request_id = line.text("requestId");
  std::string lines;
  take(
      open_,
      [&](const Open& open) { return open.program == program && open.request_id == request_id; },
      [&](const Open& open) { lines += shown(open, "done", "", Colour::green, view); });
  return lines;
}

std::string RecordLines::end_program(std::string_view program, const LineView& view) {
  std::string lines;
  take(
      open_, [&](const Open& open) { return program.empty() || open.program == program; },
      [&](const Open& open) { lines += shown(open, kNoOutcome, "", Colour::yellow, view); });
  return lines;
}

}  // namespace penstock::local
