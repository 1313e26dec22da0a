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
  std::string printable = shown(text);
  const size_t taken = columns_of(printable);
  append(std::move(printable), colour);
  if (taken < columns) append(std::string(columns - taken, ' '), Colour::none);
  return *this;
}

LineRow& LineRow::right_column(std::string_view text, size_t columns, Colour colour) {
  std::string printable = shown(text);
  const size_t taken = columns_of(printable);
  if (taken < columns) append(std::string(columns - taken, ' '), Colour::none);
  append(std::move(printable), colour);
  return *this;
}

LineRow& LineRow::field(std::string_view name, std::string_view value) {
  const bool is_plain = !value.empty() && value.find_first_of(" \t\"=\\") == std::string_view::npos;
  text("  ").text(name, Colour::dim).text("=", Colour::dim);
  return text(is_plain ? value : json::quoted(value));
}

LineRow& LineRow::cut_the_rest() {
  cuts_ = width_ > 0;
  return *this;
}

void LineRow::append(std::string printable, Colour colour) {
  if (!printable.empty()) parts_.push_back({std::move(printable), colour, cuts_});
}

std::string LineRow::line() && {
  size_t columns = 0;
  for (const Part& part : parts_) columns += columns_of(part.text);
  const bool too_wide = columns > width_;
  std::string line;
  size_t taken = 0;
  for (Part& part : parts_) {
    columns = columns_of(part.text);
    // The mark has the last column. It is needed also if this part fits, since more follows.
    const size_t left = width_ - std::min(width_, taken + 1);
    const bool is_cut = part.may_be_cut && too_wide && columns > left;
    if (is_cut) part.text = cut_to_columns(part.text + "…", left + 1);
    taken += columns;
    const std::string_view code = colours_ ? code_of(part.colour) : "";
    if (!code.empty()) line.append("\x1b[").append(code).append("m");
    line += part.text;
    if (!code.empty()) line.append("\x1b[0m");
    if (is_cut) break;
  }
  const size_t end = line.find_last_not_of(' ');
  line.erase(end == std::string::npos ? 0 : end + 1);
  line += '\n';
  return line;
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
  row.column(program, kNameColumns, colour_of(program)).text(" ");
  return row;
}

LineRow LineRows::go_on(std::string_view program, const LineView& view) const {
  LineRow row(style_.colours, view.width);
  row.column("", kTimeColumns + 1).column("", std::max(columns_of(program), kNameColumns) + 1);
  return row;
}

}  // namespace penstock::local
