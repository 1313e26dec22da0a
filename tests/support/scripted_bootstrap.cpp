// This is a custom runtime that misbehaves as the variable MODE says. It appends a line to the file
// that STATE names for each invocation, so that the next process knows how many there were.

#include <signal.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <string>
#include <thread>

#include "lambda/base64.h"
#include "lambda/runtime_api_client.h"

namespace {

using penstock::lambda::Invocation;
using penstock::lambda::RuntimeApiClient;

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

size_t lines_of(const std::string& path) {
  std::ifstream stream(path);
  size_t lines = 0;
  for (std::string line; std::getline(stream, line);) ++lines;
  return lines;
}

void note(const std::string& line) {
  std::ofstream(variable("STATE"), std::ios::app) << line + "\n" << std::flush;
}

// Returns the items of batchItemFailures for the records whose value is "bad".
std::string bad_records(std::string_view body) {
  std::string items;
  const auto event = boost::json::parse(body);
  for (const auto& [name, list] : event.at("records").as_object()) {
    for (const auto& record : list.as_array()) {
      const auto& text = record.at("value").as_string();
      std::string value(penstock::lambda::base64_bytes_max(text.size()), '\0');
      value.resize(penstock::lambda::decode_base64(text, value.data()).value());
      if (value != "bad") continue;
      items += items.empty() ? "" : ",";
      items += R"({"itemIdentifier":{"partition":")" + std::string(name) + R"(","offset":)" +
               std::to_string(record.at("offset").as_int64()) + "}}";
    }
  }
  return items;
}

// Leaves a process behind that answers only when the next invocation has begun.
void answer_too_late(RuntimeApiClient& api, const Invocation& invocation) {
  const size_t invocations = lines_of(variable("STATE"));
  if (::fork() != 0) {
    while (true) ::pause();
  }
  ::setsid();
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (lines_of(variable("STATE")) == invocations &&
         std::chrono::steady_clock::now() < deadline) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  auto own = RuntimeApiClient::at(variable("AWS_LAMBDA_RUNTIME_API"));
  const auto answered = own->respond(invocation.request_id, "null");
  note(answered ? "late: taken" : "late: " + answered.error().detail);
  static_cast<void>(api);
  ::_exit(0);
}

}  // namespace

int main() {
  const std::string mode = variable("MODE");
  auto api = RuntimeApiClient::at(variable("AWS_LAMBDA_RUNTIME_API"));
  if (!api) return 1;
  while (true) {
    const auto invocation = api->next();
    if (!invocation) return 1;
    const size_t number = lines_of(variable("STATE"));
    note("invocation");
    const std::string bad = bad_records(invocation->body);
    const std::string failures = "{\"batchItemFailures\":[" + bad + "]}";
    bool failed = mode == "fail_always" || (mode == "fail_once" && number == 0) ||
                  (mode == "fail_on_record" && !bad.empty());
    std::string response = "null";
    if (mode == "partial_on_record" || (mode == "partial_once" && number == 0)) response = failures;
    if (number == 0) {
      if (mode == "time_out") {
        while (true) ::pause();
      }
      if (mode == "crash") ::kill(::getpid(), SIGKILL);
      if (mode == "exit") return 3;
      if (mode == "garbage") response = "garbage";
      if (mode == "too_large") response.assign(20'000'000, ' ');
      if (mode == "too_late") answer_too_late(*api, *invocation);
      if (mode == "unknown_item") {
        response = R"({"batchItemFailures":[{"itemIdentifier":)"
                   R"({"partition":"nowhere-0","offset":1}}]})";
      }
    }
    const auto answered = failed
                              ? api->report_error(invocation->request_id, {"Scripted", "as asked"})
                              : api->respond(invocation->request_id, response);
    if (!answered) return 1;
  }
}
