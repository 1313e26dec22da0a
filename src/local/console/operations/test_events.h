#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace penstock::local {

// Holds the test events of a folder.
struct TestEvents {
  struct TestEvent {
    std::string name;  // Of the file.
    std::string text;  // In UTF-8.
  };

  std::vector<TestEvent> events = {};  // By name.
  // Has the names of other files *.json of the folder, each with a sentence that says why it is no
  // test event.
  std::vector<std::pair<std::string, std::string>> left_out = {};
};

// Reads the files *.json of a folder: at most 200 of 1 MiB each, and 8 MiB in sum. A folder that
// does not exist has none. It blocks while it reads.
[[nodiscard]] TestEvents read_test_events(const std::filesystem::path& folder);

}  // namespace penstock::local
