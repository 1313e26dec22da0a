#pragma once

#include <string>
#include <vector>

namespace penstock::test {

// Returns texts that no setting and no option takes for a whole number. Each is a different
// mistake: a sign, a blank, an exponent, another base, decimals, words, other digits, overflow.
[[nodiscard]] inline std::vector<std::string> no_whole_numbers() {
  return {"-5",
          "+5",
          "-0",
          " 5",
          "5 ",
          "1e3",
          "0x10",
          "5.0",
          "5,0",
          "5a",
          "inf",
          "nan",
          "٥",
          "\t5",
          "99999999999999999999",
          "18446744073709551621"};
}

// Does the same for seconds with decimals.
[[nodiscard]] inline std::vector<std::string> no_seconds() {
  return {"-0.5",
          "-0",
          "+0.5",
          " 0.5",
          "0.5 ",
          "1e0",
          "0x1",
          "0.5e1",
          "0,5",
          "1.",
          ".5",
          "0.5s",
          "inf",
          "nan",
          "٥",
          "0.1234",
          "99999999999999999999"};
}

}  // namespace penstock::test
