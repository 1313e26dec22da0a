#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "apps/local/options.h"
#include "base/result.h"

namespace penstock::apps {

// Where the event of `penstock_local invoke` comes from: a file, or the records of a topic.
struct TestEventOptions {
  std::string file;   // "-": standard input.
  std::string topic;  // Instead: its newest records.
  ClusterOptions cluster;
  std::string data = ".penstock";  // The folder of a broker that `penstock_local` has started.
  size_t count = 10;
  std::optional<int64_t> from_offset;
  std::optional<int32_t> partition;
  bool fill = false;  // Repeats the records, up to what AWS takes.

  void declare(const Command& command);
};

// The event, as the function would get it. `program`: what speaks of the credentials on standard
// error. The error says what to do.
[[nodiscard]] base::Result<std::string> test_event(const TestEventOptions& options,
                                                   const char* program);

}  // namespace penstock::apps
