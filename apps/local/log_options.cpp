#include "apps/local/log_options.h"

#include <unistd.h>

#include <cstdlib>
#include <string_view>

namespace penstock::apps {
namespace {

constexpr const char* kText = "text";
constexpr const char* kJson = "json";

std::string_view variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

// Colours are for users who have not said no (https://no-color.org).
bool wants_colours() {
  const std::string_view terminal = variable("TERM");
  return variable("NO_COLOR").empty() && !terminal.empty() && terminal != "dumb";
}

}  // namespace

void LogOptions::declare(const Command& command) {
  command
      .option("--log", log,
              "Write lines for people (text), or the programs' own lines (json). By default, it is "
              "text on a terminal, and else json.")
      .one_of({kText, kJson});
  command.flag("--verbose", verbose, "Write more, such as a line for each invocation.");
}

std::optional<local::LineStyle> LogOptions::style() const {
  const bool on_terminal = ::isatty(STDOUT_FILENO) == 1;
  if (log == kJson || (log.empty() && !on_terminal)) return std::nullopt;
  return local::LineStyle{.colours = on_terminal && wants_colours(), .verbose = verbose};
}

}  // namespace penstock::apps
