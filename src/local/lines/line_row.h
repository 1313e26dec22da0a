#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/time_text.h"
#include "local/lines/line_style.h"

namespace penstock::local {

// The colours are those that every terminal has, in the shades that its user has chosen.
enum class Colour { none, dim, bold, red, green, yellow, cyan, magenta };

// Builds one line for people out of texts and columns. It makes texts from outside printable.
class LineRow {
 public:
  // A value that is cut keeps so many columns. It may then take more than one line of the terminal.
  static constexpr size_t kValueColumnsMin = 32;

  // Without `colours` all is written plainly. `width` is that of the terminal in columns, or 0 if
  // it is not known.
  LineRow(bool colours, size_t width) : colours_(colours), width_(width) {}

  // Appends a text.
  LineRow& text(std::string_view text, Colour colour = Colour::none);
  // Appends a text and blanks up to `columns`, or the whole text if it is longer.
  LineRow& column(std::string_view text, size_t columns, Colour colour = Colour::none);
  // Does the same with the blanks before the text.
  LineRow& right_column(std::string_view text, size_t columns, Colour colour = Colour::none);
  // Appends "  name=value". A text that is empty, or has blanks or quotes, is written as a JSON
  // string, so that its end is seen.
  LineRow& field(std::string_view name, std::string_view value, bool is_text);
  // Appends a value as a text of its own.
  LineRow& value(std::string_view text);
  // From now on, a value is cut to what the terminal's width leaves for it, if that is known, but
  // not to less than kValueColumnsMin. "…" shows it.
  LineRow& cut_values();

  // Returns the line with its end.
  [[nodiscard]] std::string line() &&;

 private:
  void append(std::string_view printable, Colour colour);

  const bool colours_;
  const size_t width_;
  std::string line_;
  size_t columns_ = 0;
  bool cuts_ = false;
};

// Says where and when a line is shown.
struct LineView {
  size_t width = 0;  // The terminal's, in columns, or 0 if it is not known. Then nothing is cut.
  base::SystemTime now;
};

// Begins lines with their time and the name of their program.
class LineRows {
 public:
  explicit LineRows(LineStyle style) : style_(style) {}

  [[nodiscard]] const LineStyle& style() const { return style_; }
  // Returns a line that has the local time "16:52:20.123" and the first word of the program's name,
  // in columns, and then the rest of the name, as in "mapping  orders: ".
  [[nodiscard]] LineRow begin(std::string_view program, const LineView& view);
  // Returns a line that goes on with a text of several: it has blanks instead.
  [[nodiscard]] LineRow go_on(const LineView& view) const;

 private:
  const LineStyle style_;
  int64_t second_ = -1;
  std::string second_text_;  // "16:52:20", which the lines of a second share.
};

}  // namespace penstock::local
