// This Lambda function is for tests of the event source mapping. It writes each record to the file
// RECORD_FILE before it answers. The beginning of a record's value decides how the invocation ends:
//
//   poison  with an error
//   hang    never
//   crash   with the end of the process
//
// It runs as many loops at the same time as AWS_LAMBDA_MAX_CONCURRENCY says. With TOGETHER=3 it
// answers only when three of them, in whichever process, have written.
#include <unistd.h>

#include <cstdlib>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "base/configuration.h"
#include "lambda/kafka_event.h"
#include "lambda/runtime_api_client.h"
#include "support/record_file.h"

namespace {

using namespace penstock;

constexpr std::chrono::seconds kPatience{60};

void wait_for(size_t threads, const std::string& path) {
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  while (std::chrono::steady_clock::now() < deadline) {
    std::set<pid_t> seen;
    for (const auto& handled : test::read_records(path)) seen.insert(handled.function);
    if (seen.size() >= threads) return;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
}

void handle_invocations(const base::Environment& environment) {
  const std::string path = environment.at("RECORD_FILE");
  const int file = test::open_record_file(path);
  auto api = lambda::RuntimeApiClient::at(environment.at("AWS_LAMBDA_RUNTIME_API")).value();
  const auto together = environment.find("TOGETHER");
  while (const auto invocation = api.next()) {
    const auto event = lambda::decode_kafka_event(invocation->body);
    if (!event) return;
    std::set<std::string_view> ends;
    for (const auto& record : event->records) {
      test::write_record(file, record);
      for (const std::string_view end : {"poison", "hang", "crash"}) {
        if (record.value.value_or("").starts_with(end)) ends.insert(end);
      }
    }
    if (together != environment.end()) wait_for(std::stoul(together->second), path);
    if (ends.contains("crash")) ::_exit(7);
    if (ends.contains("hang")) ::pause();
    const auto taken = ends.contains("poison") ? api.report_error(invocation->request_id,
                                                                  {"Test.Poison", "it is poison"})
                                               : api.respond(invocation->request_id, "null");
    if (!taken) return;
  }
}

}  // namespace

int main() {
  const auto environment = base::process_environment();
  const auto concurrency = environment.find("AWS_LAMBDA_MAX_CONCURRENCY");
  const int loops = concurrency == environment.end() ? 1 : std::stoi(concurrency->second);
  // The end of one loop ends the process, as in real runtimes.
  const auto loop = [&] {
    handle_invocations(environment);
    ::_exit(EXIT_FAILURE);
  };
  std::vector<std::thread> others;
  for (int i = 1; i < loops; ++i) others.emplace_back(loop);
  loop();
}
