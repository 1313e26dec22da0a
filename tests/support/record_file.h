#pragma once

#include <fcntl.h>
#include <sys/types.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "lambda/kafka_event.h"

namespace penstock::test {

// Handled is what a function of the tests has written about one record.
struct Handled {
  std::string topic;
  int32_t partition = 0;
  int64_t offset = 0;
  pid_t function = 0;  // The thread that handled it; of a process with one thread, its process.
  std::string value;   // Has no blanks.
};

inline constexpr const char* kLineEnd = "done";

// Opens the file for write_record(), and makes it first if there is none.
[[nodiscard]] inline int open_record_file(const std::string& path) {
  return ::open(path.c_str(), O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0600);
}

// Writes a line with one system call. A kill may still cut it, so a complete line ends with
// kLineEnd.
inline void write_record(int file, const lambda::Record& record) {
  const std::string line = "\n" + std::string(record.topic) + " " + to_text(record.partition) +
                           " " + to_text(record.offset) + " " + std::to_string(::gettid()) + " " +
                           std::string(record.value.value_or("(none)")) + " " + kLineEnd;
  if (::write(file, line.data(), line.size()) < 0) std::abort();
}

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
