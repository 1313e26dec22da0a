#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

namespace penstock::local {

// Says what the console's stream sends. The functions are called on the io_context's thread, and
// their texts are JSON in one line.
struct ConsoleFeed {
  // Returns a State.
  std::function<std::string()> state;
  // Returns the number of the newest change of a story.
  std::function<uint64_t()> sequence;
  // Returns a StoryList of the stories that have changed since `sequence`, the newest `limit` of
  // them, and sets `sequence` to the newest change. It is empty if none has changed.
  std::function<std::string(uint64_t& sequence, size_t limit)> changes;
};

}  // namespace penstock::local
