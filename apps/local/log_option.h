#pragma once

#include <optional>
#include <string>

#include "apps/shared/command_line.h"
#include "local/lines/line_style.h"

namespace penstock::apps {

// Holds the option that says how lines are written: for people, or as the programs write them.
struct LogOption {
  std::string log;  // "text" or "json"; if it is empty, it depends on the standard output.

  // Declares --log. The object must outlive the parsing.
  void declare(const Command& command);
  // Returns the style of lines for people, if those are to be written. They have colours on a
  // terminal, unless the variables NO_COLOR or TERM say that it shall have or has none.
  [[nodiscard]] std::optional<local::LineStyle> style(bool verbose) const;
};

}  // namespace penstock::apps
