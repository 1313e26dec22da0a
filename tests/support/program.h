#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "processes/child.h"

namespace penstock::test {

// Evaluates the condition every 20 ms until it is true. Returns false if it is not true within the
// patience.
[[nodiscard]] bool eventually(const std::function<bool()>& condition,
                              std::chrono::seconds patience = std::chrono::seconds(20));

// Returns the path of one of our programs. It is in the folder of the test's own program, unless
// the variable PENSTOCK_TEST_NAME, such as PENSTOCK_TEST_fixture_api, has another path. With it the
// same tests judge the programs of the image.
[[nodiscard]] std::filesystem::path program_path(const std::string& name);

// Program is a child process that runs one of our programs, with its output in a file. The
// destructor kills it if it still runs.
class Program {
 public:
  // Starts the program, with these variables alone. Standard output and error are appended to the
  // file `output`.
  Program(const std::string& name, std::vector<std::string> arguments,
          base::Environment environment, std::filesystem::path output);

  [[nodiscard]] processes::Child& child() { return *child_; }
  [[nodiscard]] const processes::Child& child() const { return *child_; }
  // Returns the whole content of the output file.
  [[nodiscard]] std::string output() const;
  // Waits for the program's end, for 20 s at most, and returns its exit status. The test fails if
  // it still runs then, or if a signal ended it.
  [[nodiscard]] int exit_status();

 private:
  std::filesystem::path output_;
  std::optional<processes::Child> child_;
};

}  // namespace penstock::test
