// Makes lines for people of what programs print. The first two bytes are the style and the window's
// width; the rest are lines.
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/check.h"
#include "base/utf8.h"
#include "local/lines/people_lines.h"

namespace {

using namespace penstock;

// Only colours may control the terminal.
void check_lines(std::string_view lines, bool colours) {
  base::check(base::is_utf8(lines), "it is UTF-8");
  base::check(lines.empty() || lines.back() == '\n', "lines are whole");
  for (const char c : lines) {
    const bool is_allowed = c == '\n' || (colours && c == '\x1b');
    base::check(is_allowed || c >= ' ' || c < 0, "nothing controls a terminal");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 2) return 0;
  const local::LineStyle style{.colours = (data[0] & 1) != 0, .verbose = (data[0] & 2) != 0};
  const local::LineView view{.width = data[1], .now = std::chrono::system_clock::now()};
  std::string_view input(reinterpret_cast<const char*>(data) + 2, size - 2);
  local::PeopleLines lines(style);
  while (!input.empty()) {
    const std::string_view line = input.substr(0, input.find('\n'));
    input.remove_prefix(std::min(line.size() + 1, input.size()));
    lines.learn(line);
    check_lines(lines.show("function", line, local::Tone::plain, view), style.colours);
    check_lines(lines.show("penstock", line, local::Tone::fault, view), style.colours);
    check_lines(lines.show_batch("mapping", line, view), style.colours);
  }
  check_lines(lines.end_all(view), style.colours);
  return 0;
}
