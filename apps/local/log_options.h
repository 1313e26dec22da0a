#pragma once

#include <optional>
#include <string>

#include "apps/shared/command_line.h"
#include "local/lines/line_style.h"

namespace penstock::apps {

// Holds the options that say what is written, and how: for people, or as the programs write it.
struct LogOptions {
  std::string log;  // "text" or "json"; if it is empty, it depends on the standard output.
  bool verbose = false;

  // Declares --log and --verbose. The object must outlive the parsing.
  void declare(const Command& command);
  // Returns the style of lines for people, if those are to be written. They have colours on a
  // terminal, unless the variables NO_COLOR or TERM say that it shall have or has none.
  [[nodiscard]] std::optional<local::LineStyle> style() const;
};

}  // namespace penstock::apps
