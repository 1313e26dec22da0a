#pragma once

#include <functional>

#include "apps/shared/command_line.h"

// The commands of penstock_local: the whole system without a verb, and one command for each verb. A
// command declares its options first and runs once the command line has been parsed.
namespace penstock::apps {

inline constexpr const char* kLocalProgram = "penstock_local";

// Runs a command with the options that were parsed, and returns the exit status of the program: 0,
// kExitFailed or kExitUsage. It must be called after the parsing.
using Run = std::function<int()>;

// Holds a verb's options and what runs it.
struct Verb {
  Command command;
  Run run;
};

// Declares the options of the whole system, which runs without a verb.
[[nodiscard]] Run add_up(const Command& program);
// These declare a verb with its options. `program` must outlive the result.
[[nodiscard]] Verb add_esm(const Command& program);
[[nodiscard]] Verb add_invoke(const Command& program);
[[nodiscard]] Verb add_redrive(const Command& program);

}  // namespace penstock::apps
