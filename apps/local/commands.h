#pragma once

#include <functional>

#include "apps/shared/command_line.h"

// What penstock_local does: the whole system, or what one of its verbs says.
namespace penstock::apps {

inline constexpr const char* kLocalProgram = "penstock_local";

// Runs, once the command line has been parsed, with its options; gives the exit status.
using Run = std::function<int()>;

// A verb, and what it does.
struct Verb {
  Command command;
  Run run;
};

// Without a verb: declares the options of the whole system.
[[nodiscard]] Run add_up(const Command& program);
[[nodiscard]] Verb add_esm(const Command& program);
[[nodiscard]] Verb add_invoke(const Command& program);
[[nodiscard]] Verb add_redrive(const Command& program);

}  // namespace penstock::apps
