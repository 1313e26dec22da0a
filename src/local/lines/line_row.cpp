#include "local/lines/line_row.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <ctime>
#include <limits>
#include <utility>

#include "base/printable_text.h"
#include "json/text.h"
#include "local/lines/text_columns.h"

namespace penstock::local {
namespace {

constexpr size_t kNameColumns = 8;
constexpr size_t kTimeColumns = 12;  // "16:52:20.123"

constexpr size_t kAll = std::numeric_limits<size_t>::max();

// Returns the parameter of the control sequence SGR (ECMA-48).
std::string_view code_of(Colour colour) {
  switch (colour) {
    case Colour::none:
      return "";
    case Colour::dim:
      return "2";
    case Colour::bold:
      return "1";
    case Colour::red:
      return "31";
    case Colour::green:
      return "32";
    case Colour::yellow:
      return "33";
    case Colour::cyan:
      return "36";
    case Colour::magenta:
      return "35";
  }
  return "";
}

// A tab is what a stack trace of Java or Go begins its lines with.
std::string shown(std::string_view text) {
  if (is_printable_ascii(text)) return std::string(text);
  if (text.find('\t') == std::string_view::npos) return base::printable(text, kAll);
  std::string blanks;
  for (const char c : text) c == '\t' ? blanks.append(4, ' ') : blanks.append(1, c);
  return base::printable(blanks, kAll);
}

// The system's own sentences begin with its name.
Colour colour_of(std::string_view program) {
  if (program == "penstock") return Colour::bold;
  return program.starts_with("function") ? Colour::magenta : Colour::cyan;
}

std::string local_clock(int64_t second) {
  const auto time = static_cast<std::time_t>(second);
  std::tm local{};
  std::array<char, 16> text{};
  ::localtime_r(&time, &local);
  return {text.data(), std::strftime(text.data(), text.size(), "%H:%M:%S", &local)};
}

}  // namespace

LineRow& LineRow::text(std::string_view text, Colour colour) {
  append(shown(text), colour);
  return *this;
}

LineRow& LineRow::column(std::string_view text, size_t columns, Colour colour) {
  const std::string printable = shown(text);
  const size_t taken = columns_of(printable);
  append(printable, colour);
  if (taken < columns) append(std::string(columns - taken, ' '), Colour::none);
  return *this;
}

LineRow& LineRow::right_column(std::string_view text, size_t columns, Colour colour) {
  const std::string printable = shown(text);
  const size_t taken = columns_of(printable);
  if (taken < columns) append(std::string(columns - taken, ' '), Colour::none);
  append(printable, colour);
  return *this;
}

LineRow& LineRow::field(std::string_view name, std::string_view value, bool is_text) {
  const bool has_end = value.find_first_of(" \t\"=\\") == std::string_view::npos;
  const bool is_plain = !is_text || (has_end && !value.empty());
  text("  ").text(std::string(name) + "=", Colour::dim);
  return this->value(is_plain ? value : json::quoted(value));
}

LineRow& LineRow::value(std::string_view text) {
  const std::string printable = shown(text);
  const size_t left = std::max(kValueColumnsMin, width_ - std::min(columns_, width_));
  append(cuts_ ? cut_to_columns(printable, left) : printable, Colour::none);
  return *this;
}

LineRow& LineRow::cut_values() {
  cuts_ = width_ > 0;
  return *this;
}

void LineRow::append(std::string_view printable, Colour colour) {
  if (printable.empty()) return;
  columns_ += columns_of(printable);
  const std::string_view code = colours_ ? code_of(colour) : "";
  if (!code.empty()) line_.append("\x1b[").append(code).append("m");
  line_ += printable;
  if (!code.empty()) line_.append("\x1b[0m");
}

std::string LineRow::line() && {
  const size_t end = line_.find_last_not_of(' ');
  line_.erase(end == std::string::npos ? 0 : end + 1);
  line_ += '\n';
  return std::move(line_);
}

LineRow LineRows::begin(std::string_view program, const LineView& view) {
  const int64_t time =
      std::chrono::duration_cast<std::chrono::milliseconds>(view.now.time_since_epoch()).count();
  if (time / 1000 != second_) {
    second_ = time / 1000;
    second_text_ = local_clock(second_);
  }
  const std::string thousandths = std::to_string(1000 + time % 1000).substr(1);
  LineRow row(style_.colours, view.width);
  row.text(second_text_ + "." + thousandths, Colour::dim).text(" ");
  const size_t end = std::min(program.find(' '), program.size());
  row.column(program.substr(0, end), kNameColumns, colour_of(program)).text(" ");
  if (end < program.size()) row.text(std::string(program.substr(end + 1)) + ": ", Colour::dim);
  return row;
}

LineRow LineRows::go_on(const LineView& view) const {
  LineRow row(style_.colours, view.width);
  row.column("", kTimeColumns + 1 + kNameColumns + 1);
  return row;
}

}  // namespace penstock::local
