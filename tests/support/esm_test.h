#pragma once

#include <gmock/gmock.h>

#include <algorithm>
#include <boost/json/parse.hpp>
#include <csignal>
#include <fstream>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "support/kafka_client.h"
#include "support/program.h"
#include "support/real_kafka.h"
#include "support/record_file.h"

namespace penstock::test {

// EsmRun is one run of `penstock_local esm` as a child process. The destructor kills it if it still
// runs.
class EsmRun {
 public:
  EsmRun(std::vector<std::string> arguments, const std::filesystem::path& output,
         base::Environment environment = base::process_environment())
      : start_(std::filesystem::exists(output) ? std::filesystem::file_size(output) : 0),
        program_("penstock_local", with_esm(std::move(arguments)), std::move(environment), output) {
  }

  [[nodiscard]] processes::Child& child() { return program_.child(); }
  // Returns what this run has written; `output` may hold the text of earlier runs, too.
  [[nodiscard]] std::string output() const { return program_.output().substr(start_); }
  [[nodiscard]] bool says(const std::string& text,
                          std::chrono::seconds patience = kPatience) const {
    return eventually([&] { return output().find(text) != std::string::npos; }, patience);
  }
  [[nodiscard]] int exit_status() { return program_.exit_status(); }
  // Ends it with SIGTERM and returns its exit status.
  int stop() {
    child().signal(SIGTERM);
    return exit_status();
  }
  void kill9() {
    child().signal(SIGKILL);
    EXPECT_TRUE(child().wait_until(std::chrono::steady_clock::now() + kPatience));
  }

 private:
  static std::vector<std::string> with_esm(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "esm");
    return arguments;
  }

  size_t start_;
  Program program_;
};

// Returns how often `part` occurs in `text`.
[[nodiscard]] inline size_t count(const std::string& text, const std::string& part) {
  size_t number = 0;
  for (size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++number;
  return number;
}

// Returns "topic-partition@offset" for each record of an event, in the event's order.
[[nodiscard]] inline std::vector<std::string> positions_in(const boost::json::value& event) {
  std::vector<std::string> positions;
  for (const auto& [name, list] : event.at("records").as_object()) {
    for (const auto& record : list.as_array()) {
      positions.push_back(std::string(name) + "@" + std::to_string(record.at("offset").as_int64()));
    }
  }
  return positions;
}

// Returns the failure documents in a topic that is a failure destination.
[[nodiscard]] inline std::vector<boost::json::value> documents(const std::string& bootstrap,
                                                               const std::string& topic) {
  std::vector<boost::json::value> documents;
  const auto records = read_topic(bootstrap, topic);
  EXPECT_TRUE(records);
  for (const auto& record : *records) documents.push_back(boost::json::parse(record.value.value()));
  return documents;
}

// EsmTest is the fixture for `penstock_local esm` with a real Apache Kafka, which all tests of a
// suite share. Each test must use its own topics and consumer group.
class EsmTest : public RealKafkaTest {
 protected:
  using Records = std::vector<NewRecord>;

  static void make_topic(const std::string& topic, int partitions = 1) {
    const auto made = create_topic(kafka().bootstrap(), topic, partitions);
    ASSERT_TRUE(made) << made.error().message;
  }
  static void store(const std::string& topic, const Records& records) {
    const auto stored = produce(kafka().bootstrap(), topic, records);
    ASSERT_TRUE(stored) << stored.error().message;
  }
  // Returns a request of CreateEventSourceMapping whose consumer group is called like the topic.
  // `more` is further members of the JSON object, each with a comma before it. It starts at the
  // oldest record, unless `more` says where.
  static std::string mapping(const std::string& topic, const std::string& more = "") {
    const bool has_start = more.find("\"StartingPosition\"") != std::string::npos;
    return R"({"FunctionName":"function","Topics":[")" + topic +
           R"("],"AmazonManagedKafkaEventSourceConfig":{"ConsumerGroupId":")" + topic + "\"}" +
           (has_start ? "" : R"(,"StartingPosition":"TRIM_HORIZON")") + more + "}";
  }
  static constexpr const char* kProvisioned = R"(,"ProvisionedPollerConfig":{"MinimumPollers":1})";

  static std::string beside_us(const std::string& program) {
    return std::filesystem::read_symlink("/proc/self/exe").parent_path() / program;
  }
  std::string write(const std::string& name, const std::string& text) {
    std::ofstream(folder_.path() / name) << text;
    return folder_.path() / name;
  }
  EsmRun run(std::vector<std::string> arguments,
             base::Environment environment = base::process_environment()) {
    return {std::move(arguments), folder_.path() / "output", std::move(environment)};
  }
  // Starts `penstock_local esm` with this cluster. Its function is recording_function, unless
  // `more` has a --function.
  EsmRun start(const std::string& mapping, std::vector<std::string> more = {}) {
    const std::vector<std::string> common{"--config",    write("mapping.json", mapping),
                                          "--bootstrap", kafka().bootstrap(),
                                          "--env",       "RECORD_FILE=" + records_path().string()};
    more.insert(more.begin(), common.begin(), common.end());
    if (std::find(more.begin(), more.end(), "--function") == more.end()) {
      more.insert(more.end(), {"--function", beside_us("recording_function")});
    }
    return run(std::move(more));
  }

  [[nodiscard]] std::filesystem::path records_path() const { return folder_.path() / "records"; }
  // Returns what recording_function has handled so far, each record as often as it was delivered.
  [[nodiscard]] std::vector<Handled> handled() const { return read_records(records_path()); }
  [[nodiscard]] std::vector<std::string> values() const {
    std::vector<std::string> values;
    for (const auto& record : handled()) values.push_back(record.value);
    return values;
  }
  [[nodiscard]] bool handles(size_t count) const {
    return eventually([&] { return handled().size() >= count; }, kPatience);
  }
  // Waits until the group's committed offsets, by partition, are these. Returns false if they are
  // not after kPatience.
  static bool goes_on_at(const std::string& topic, const std::map<int32_t, int64_t>& offsets) {
    return eventually(
        [&] {
          const auto committed = committed_offsets(kafka().bootstrap(), topic, topic);
          return committed && *committed == offsets;
        },
        kPatience);
  }

  TemporaryFolder folder_;
};

}  // namespace penstock::test
