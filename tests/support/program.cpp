#include "support/program.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <thread>

namespace penstock::test {

using std::chrono::steady_clock;

bool eventually(const std::function<bool()>& condition, std::chrono::seconds patience) {
  const auto deadline = steady_clock::now() + patience;
  while (!condition()) {
    if (steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  return true;
}

std::filesystem::path program_path(const std::string& name) {
  const char* other = std::getenv(("PENSTOCK_TEST_" + name).c_str());
  if (other != nullptr) return other;
  return std::filesystem::read_symlink("/proc/self/exe").parent_path() / name;
}

Program::Program(const std::string& name, std::vector<std::string> arguments,
                 base::Environment environment, std::filesystem::path output)
    : output_(std::move(output)) {
  const int file = ::open(output_.c_str(), O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0600);
  child_.emplace(processes::Child::spawn({.program = program_path(name),
                                          .arguments = std::move(arguments),
                                          .environment = std::move(environment)},
                                         file)
                     .value());
  ::close(file);
}

std::string Program::output() const {
  std::ifstream stream(output_);
  return {std::istreambuf_iterator<char>(stream), {}};
}

int Program::exit_status() {
  const auto ended = child_->wait_until(steady_clock::now() + std::chrono::seconds(20));
  EXPECT_TRUE(ended && !ended->by_signal) << output();
  return ended ? ended->number : -1;
}

}  // namespace penstock::test
