#pragma once

#include <cstddef>
#include <deque>
#include <string>
#include <string_view>

#include "local/lines/json_line.h"
#include "local/lines/line_row.h"

namespace penstock::local {

// Makes one line of what the function logs of a record, which are several lines: RECORD before its
// handler, EXCEPTION with what has become of it unless it is done, and then the next record's or
// METRICS. Until then the record is open. One thread at a time may use it.
class RecordLines {
 public:
  // So many records are open at most. When there are more, the oldest is shown without an outcome.
  static constexpr size_t kOpenMax = 64;

  // `rows` must outlive this object.
  explicit RecordLines(LineRows& rows) : rows_(rows) {}

  // Says whether a line is RECORD, and names topic, partition and offset as Penstock's function
  // does.
  [[nodiscard]] static bool is_record(const JsonLine& line);
  // Says whether a line is DUPLICATE, and names a record in one text.
  [[nodiscard]] static bool is_duplicate(const JsonLine& line);

  // Takes a line RECORD of `program`. These functions return lines with their ends: here of the
  // invocation's record before this one, which is done, and of what must make room.
  [[nodiscard]] std::string begin(std::string_view program, const JsonLine& line,
                                  const LineView& view);
  // Takes a line DUPLICATE: the record was finished by an earlier invocation.
  [[nodiscard]] std::string duplicate(std::string_view program, const JsonLine& line,
                                      const LineView& view);
  // Takes a line EXCEPTION with the outcome of a record. It is empty for another one: then the line
  // does not decide what becomes of a record.
  [[nodiscard]] std::string fail(std::string_view program, const JsonLine& line,
                                 const LineView& view);
  // Says that the records of this invocation that are open are done.
  [[nodiscard]] std::string end_invocation(std::string_view program, const JsonLine& line,
                                           const LineView& view);
  // Says that the program has ended, or all if it is empty: its records get no outcome any more.
  [[nodiscard]] std::string end_program(std::string_view program, const LineView& view);
  // Says whether any program has logged a record.
  [[nodiscard]] bool has_records() const { return has_records_; }

 private:
  struct Open {
    std::string program;
    std::string request_id;
    std::string place;  // "orders-0@15"
    std::string key;    // As it is shown.
    std::string type;   // The event's type, which may be empty.
  };

  std::string shown(const Open& record, std::string_view outcome, std::string_view why,
                    Colour colour, const LineView& view);

  LineRows& rows_;
  std::deque<Open> open_;
  bool has_records_ = false;
  // The columns are as wide as what they had, within bounds.
  size_t place_columns_ = 0;
  size_t key_columns_ = 0;
};

}  // namespace penstock::local
