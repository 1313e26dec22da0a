#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace penstock::test {

// Handled is what recording_function has written about one record.
struct Handled {
  std::string topic;
  int32_t partition = 0;
  int64_t offset = 0;
  pid_t function = 0;  // The thread that handled it; of a process with one thread, its process.
  std::string value;   // Has no blanks.
};

inline constexpr const char* kLineEnd = "done";

// Returns the records in the order in which they were handled. A line that a kill has cut is left
// out: its invocation was not answered.
[[nodiscard]] inline std::vector<Handled> read_records(const std::filesystem::path& path) {
  std::vector<Handled> all;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    std::istringstream fields(line);
    Handled handled;
    std::string end;
    if (fields >> handled.topic >> handled.partition >> handled.offset >> handled.function >>
            handled.value >> end &&
        end == kLineEnd) {
      all.push_back(std::move(handled));
    }
  }
  return all;
}

}  // namespace penstock::test
