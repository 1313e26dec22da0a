#pragma once

#include <optional>
#include <string_view>

namespace penstock::local {

// Returns the double with which "numeric" compares a JSON number, or nothing if it cannot compare
// the number. Lambda's page names no range, so this is the rule of event-ruler 2.1.0, the engine
// that AWS publishes, and not EventBridge's older page with -5.0e9 to 5.0e9: it compares each
// number that the nearest double gives back, as 1795916178055 and 0.1. It does not compare one with
// more digits than a double keeps, as 9007199254740993 (15 digits always fit), nor one beyond a
// double's range, as 1e309 and 1e-400. The text must be a number by JSON's grammar. Takes time in
// proportion to it.
[[nodiscard]] std::optional<double> comparable_number(std::string_view json_number);

}  // namespace penstock::local
