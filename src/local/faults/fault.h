#pragma once

#include <functional>
#include <optional>
#include <string>

namespace penstock::local {

// Has the numbers with which a fault is started. A fault has defaults for those that it knows.
struct FaultParameters {
  std::optional<int> seconds = {};       // How long it lasts, or how long it waits.
  std::optional<int> milliseconds = {};  // How late each answer is.
  std::optional<int> count = {};         // How many invocations or requests it is for.
};

// Says what a fault breaks. Two faults of one part are never active at once.
enum class FaultPart { broker, function, api };

// Says why a fault ends.
enum class FaultEnd { time_is_over, asked };

// Describes something that can be broken on purpose, and how. The functions are called on the
// io_context's thread; `begin` and `end` in turns.
struct Fault {
  FaultPart part;
  std::string name;
  std::string title;
  std::string effect;     // What it does here, in sentences.
  std::string on_aws;     // Its counterpart on AWS.
  std::string watch_for;  // What to look at.
  FaultParameters defaults;

  // Says why it cannot be started now, in a sentence, or nothing.
  std::function<std::string()> unavailable_because = {};
  std::function<void(const FaultParameters& parameters)> begin = {};
  std::function<void(FaultEnd why)> end = {};
  // Says whether there is nothing left to be broken, for a fault that does not wait for its end.
  std::function<bool()> is_over = {};
  // Says what has come of it until now, in a sentence, for a fault that can say it.
  std::function<std::string()> result = {};
};

}  // namespace penstock::local
