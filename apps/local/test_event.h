#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "apps/local/options.h"
#include "base/result.h"

namespace penstock::apps {

// Holds the options that say where the event of `penstock_local invoke` comes from: a file, or
// the records of a topic.
struct TestEventOptions {
  std::string file;   // A path, or "-" for standard input.
  std::string topic;  // Without a file, the event has records of this topic.
  ClusterOptions cluster;
  std::string data = ".penstock";  // The data folder of `penstock_local`, whose broker is used.
  size_t count = 10;
  std::optional<int64_t> from_offset;
  std::optional<int32_t> partition;
  bool fill = false;  // Repeats the records until the event is as large as AWS allows.

  // Declares the options. The object must outlive the parsing.
  void declare(const Command& command);
};

// Returns the event as the function gets it. It reads a file, or blocks until Kafka has answered,
// for 40 s at most. Later problems with credentials are written to standard error, after the name
// `program`. The error says what to do.
[[nodiscard]] base::Result<std::string> test_event(const TestEventOptions& options,
                                                   const char* program);

}  // namespace penstock::apps
