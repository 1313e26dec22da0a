#pragma once

#include <string>
#include <string_view>

#include "local/lines/json_line.h"
#include "local/lines/line_row.h"
#include "local/lines/record_lines.h"
#include "local/lines/request_lines.h"

namespace penstock::local {

// Makes lines for people of what the system's programs print: those of the API's access log and of
// the function's records in columns, other lines of logs as a sentence with "name=value", and all
// else as it is, made printable. Nothing is lost but what only machines read: lines have the time
// of their arrival instead of their own; those that are no warning have no ids of requests; and the
// function's metrics are shown only if the style is verbose. One thread at a time may use it.
class PeopleLines {
 public:
  explicit PeopleLines(LineStyle style) : rows_(style), requests_(rows_), records_(rows_) {}
  PeopleLines(const PeopleLines&) = delete;
  PeopleLines& operator=(const PeopleLines&) = delete;

  // Returns what is to be shown for a line that `program` has printed, or for sentences of the
  // system, which may have several lines: whole lines with their ends, or an empty text. A record's
  // line is kept until its outcome is known (RecordLines).
  [[nodiscard]] std::string show(std::string_view program, std::string_view text, Tone tone,
                                 const LineView& view);
  // Takes a line of the API that is not shown (RequestLines::learn).
  void learn(std::string_view line) { requests_.learn(line); }
  // Returns the line for a sentence on a batch, but an empty text if the function itself tells what
  // became of each record.
  [[nodiscard]] std::string show_batch(std::string_view program, std::string_view sentence,
                                       const LineView& view);
  // Says that this program has ended. Returns the lines of records whose outcome will not come.
  [[nodiscard]] std::string end(std::string_view program, const LineView& view) {
    return records_.end_program(program, view);
  }
  // Does the same for all programs.
  [[nodiscard]] std::string end_all(const LineView& view) { return records_.end_program({}, view); }

 private:
  std::string log_line(std::string_view program, const JsonLine& line, const LineView& view);
  std::string function_line(std::string_view program, const JsonLine& line, const LineView& view);
  std::string general_line(std::string_view program, const JsonLine& line, const LineView& view);

  LineRows rows_;
  RequestLines requests_;
  RecordLines records_;
};

}  // namespace penstock::local
