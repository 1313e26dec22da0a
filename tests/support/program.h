#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "local/processes/child.h"

namespace penstock::test {

// Asks again and again, a few times a second, until it is so or the patience ends.
[[nodiscard]] bool eventually(const std::function<bool()>& condition,
                              std::chrono::seconds patience = std::chrono::seconds(20));

// One of our programs: in the folder of the test's own, or what the variable PENSTOCK_TEST_ and the
// program's name, such as PENSTOCK_TEST_hello_api, puts in its place: the same tests judge what is
// in the image.
[[nodiscard]] std::filesystem::path program_path(const std::string& name);

// One of our programs, with its output in a file.
class Program {
 public:
  // `output`: appended to.
  Program(const std::string& name, std::vector<std::string> arguments,
          base::Environment environment, std::filesystem::path output);

  [[nodiscard]] local::Child& child() { return *child_; }
  [[nodiscard]] const local::Child& child() const { return *child_; }
  // Standard output and error so far.
  [[nodiscard]] std::string output() const;
  // Waits for its end, which must not be by a signal.
  [[nodiscard]] int exit_status();

 private:
  std::filesystem::path output_;
  std::optional<local::Child> child_;
};

}  // namespace penstock::test
