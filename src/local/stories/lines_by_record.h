#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "local/stories/function_logs.h"
#include "local/stories/story.h"

namespace penstock::local {

// Has the lines of one invocation by the records that they are about.
class LinesByRecord {
 public:
  // A line that is about no single record is shown in each story of its invocation. There are so
  // many of these at most, and they are cut at so many bytes.
  static constexpr size_t kSharedMax = 20;
  static constexpr size_t kSharedBytesMax = 512;

  // What the function has said of a record.
  struct Said {
    bool is_poison = false;
    std::string reason = {};  // Of the retry or the poison, if there is one.
  };

  explicit LinesByRecord(FunctionLog log);
  LinesByRecord(const LinesByRecord&) = delete;  // The indexes point into the log.
  LinesByRecord& operator=(const LinesByRecord&) = delete;

  [[nodiscard]] const std::string& process() const { return log_.process; }
  // Adds the lines of the story's record to it, and those of the whole invocation. Returns what
  // they say.
  Said add_to(Story& story, std::string_view request_id) const;

 private:
  using Index = std::multimap<std::pair<base::Partition, base::Offset>, const FunctionLine*>;

  FunctionLog log_;
  Index of_records_;
  std::multimap<std::string, const FunctionLine*> of_events_;
  std::vector<const FunctionLine*> shared_;
  size_t left_out_ = 0;
};

}  // namespace penstock::local
