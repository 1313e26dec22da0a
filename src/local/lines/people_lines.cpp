#include "local/lines/people_lines.h"

#include <algorithm>
#include <utility>

#include "json/writer.h"

namespace penstock::local {
namespace {

Colour colour_of(Tone tone) {
  if (tone == Tone::plain) return Colour::none;
  return tone == Tone::warning ? Colour::yellow : Colour::red;
}

// Colours are not for all, so that a word says it, too.
std::string_view word_of(Tone tone) {
  if (tone == Tone::plain) return "";
  return tone == Tone::warning ? "WARNING" : "ERROR";
}

// Returns the tone of a line that is no JSON, and names its level itself: librdkafka's
// "%3|1700000000.123|FAIL|…", where the number is syslog's, Kafka's "[2026-11-24 16:52:20,123]
// ERROR …", "[ERROR] …", as Lambda's runtimes for Python and others write it, and a compiler's
// "handlers.cpp:7:1: error: …".
Tone tone_of_text(std::string_view line) {
  if (line.find(": error: ") != std::string_view::npos) return Tone::fault;
  if (line.find(": warning: ") != std::string_view::npos) return Tone::warning;
  if (line.size() > 3 && line[0] == '%' && line[2] == '|') {
    if (line[1] >= '0' && line[1] <= '3') return Tone::fault;
    return line[1] == '4' ? Tone::warning : Tone::plain;
  }
  if (!line.starts_with('[')) return Tone::plain;
  const size_t end = line.find(']');
  if (end == std::string_view::npos) return Tone::plain;
  std::string_view level = line.substr(1, end - 1);
  if (level.find(',') != std::string_view::npos) {  // A time of Kafka's log.
    line.remove_prefix(std::min(end + 2, line.size()));
    level = line.substr(0, line.find(' '));
  }
  if (level == "ERROR" || level == "FATAL" || level == "CRITICAL") return Tone::fault;
  return level == "WARN" || level == "WARNING" ? Tone::warning : Tone::plain;
}

// Says whether a line is the function's metrics, in CloudWatch's embedded format. A mapping writes
// its own only if its configuration asks for them.
bool is_metrics_of_function(const JsonLine& line) {
  return line.has("_aws") && line.type() == "METRICS";
}

}  // namespace

std::string PeopleLines::show(std::string_view program, std::string_view text, Tone tone,
                              const LineView& view) {
  std::string lines;
  for (bool is_first = true;; is_first = false) {
    const size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    const auto json = JsonLine::read(line);
    if (json && tone == Tone::plain) {
      lines += log_line(program, *json, view);
    } else {
      LineRow row = is_first ? rows_.begin(program, view) : rows_.go_on(view);
      // The level of a foreign line is in its text.
      if (is_first && tone != Tone::plain) row.text(word_of(tone), colour_of(tone)).text(" ");
      const Tone shown = tone == Tone::plain ? tone_of_text(line) : tone;
      lines += std::move(row.text(line, colour_of(shown))).line();
    }
    if (end == std::string_view::npos) return lines;
    text.remove_prefix(end + 1);
  }
}

std::string PeopleLines::show_batch(std::string_view program, std::string_view sentence,
                                    const LineView& view) {
  return records_.has_records() ? "" : show(program, sentence, Tone::plain, view);
}

std::string PeopleLines::log_line(std::string_view program, const JsonLine& line,
                                  const LineView& view) {
  if (RequestLines::is_request(line)) return requests_.show(program, line, view);
  return function_line(program, line, view);
}

std::string PeopleLines::function_line(std::string_view program, const JsonLine& line,
                                       const LineView& view) {
  if (RecordLines::is_record(line)) return records_.begin(program, line, view);
  if (line.type() == "EXCEPTION") {
    const std::string failed = records_.fail(program, line, view);
    if (!failed.empty()) return failed;
  }
  if (RecordLines::is_duplicate(line)) return records_.duplicate(program, line, view);
  if (is_metrics_of_function(line)) {
    const std::string done = records_.end_invocation(program, line, view);
    return rows_.style().verbose ? done + general_line(program, line, view) : done;
  }
  return general_line(program, line, view);
}

std::string PeopleLines::general_line(std::string_view program, const JsonLine& line,
                                      const LineView& view) {
  LineRow row = rows_.begin(program, view);
  std::vector<std::string_view> left_out;
  if (line.tone() == Tone::plain) {
    // All lines of an invocation have its id, and values may be cut, since nothing is wrong.
    left_out = {"requestId", "_aws"};
    row.cut_values();
  } else {
    row.text(line.level(), colour_of(line.tone())).text(" ");
  }
  row.text(line.title(), colour_of(line.tone()));
  for (const auto& [name, value, is_text] : line.fields(left_out)) {
    const bool is_named = name != "value" || line.type().empty();
    !is_named ? row.text("  ").value(value) : row.field(name, value, is_text);
  }
  return std::move(row).line();
}

}  // namespace penstock::local
