#pragma once

#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "support/fixture.h"
#include "support/program.h"
#include "support/real_kafka.h"

namespace penstock::test {

// kRuntime is the beginning of a custom runtime in Bash. It takes one invocation: id and event are
// set afterwards, and `post PATH BODY` sends something to the Runtime API.
inline constexpr std::string_view kRuntime = R"(#!/bin/bash
exec 3<>"/dev/tcp/${AWS_LAMBDA_RUNTIME_API/:/\/}"
printf 'GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\nHost: x\r\n\r\n' >&3
while IFS= read -r line <&3 && [[ $line != $'\r' ]]; do
  line="${line%$'\r'}"
  case "${line,,}" in
    lambda-runtime-aws-request-id:*) id="${line#*: }" ;;
    content-length:*) length="${line#*: }" ;;
  esac
done
IFS= read -r -N "$length" event <&3
post() {
  printf 'POST /2018-06-01/runtime/%s HTTP/1.1\r\nHost: x\r\nContent-Length: %s\r\n\r\n%s' \
    "$1" "${#2}" "$2" >&3
  read -r line <&3
}
)";

// InvokeProgram runs `penstock_local invoke`, one run at a time, with files in a temporary folder.
class InvokeProgram {
 public:
  struct Ended {
    int status = 0;
    std::string output;
  };

  Ended invoke(std::vector<std::string> arguments) {
    start(std::move(arguments));
    return end();
  }
  void start(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"invoke", "--service", kServiceFolder});
    program_.emplace("penstock_local", std::move(arguments), base::process_environment(),
                     folder_.path() / ("output" + std::to_string(++runs_) + ".log"));
  }
  Ended end() {
    const int status = program_->exit_status();
    return {status, program_->output()};
  }
  Program& program() { return *program_; }

  // Returns the path of a test event of the fixture service, such as "stamps.json".
  static std::string event(const std::string& name) {
    return (std::filesystem::path(kServiceFolder) / "test-events" / name).string();
  }
  // Returns a path in the temporary folder, after writing `text` there unless it is empty.
  std::string file(const std::string& name, const std::string& text = {}) {
    const auto path = folder_.path() / name;
    if (!text.empty()) std::ofstream(path) << text;
    return path.string();
  }
  // Writes kRuntime with the commands `then` behind it, and returns its path. The runtime then
  // waits until it is killed.
  std::string runtime(const std::string& then) {
    const auto path = file("bootstrap", std::string(kRuntime) + then + "\ncat <&3 >/dev/null\n");
    std::filesystem::permissions(path, std::filesystem::perms::owner_all);
    return path;
  }

 private:
  TemporaryFolder folder_;
  std::optional<Program> program_;
  int runs_ = 0;
};

}  // namespace penstock::test
