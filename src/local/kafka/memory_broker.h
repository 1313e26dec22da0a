#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace penstock::local {

// librdkafka's in-process cluster: one broker that lives in this process's memory. It cannot create topics on
// request, so the one it is for is there from the start. Group rejoins take as long as the session time-out.
class MemoryBroker {
 public:
  // From librdkafka's rdkafka_mock.c (2.0.2); beyond them the oldest records are dropped without a word.
  static constexpr std::string_view kBounds =
      "at most 5 MiB or 100,000 message sets a partition, the oldest are dropped silently; all is gone at "
      "the end";

  [[nodiscard]] static base::Result<MemoryBroker> start(const std::string& topic, int partitions);

  MemoryBroker(MemoryBroker&&) noexcept;
  MemoryBroker& operator=(MemoryBroker&&) = delete;
  ~MemoryBroker();

  [[nodiscard]] std::string bootstrap() const;

 private:
  struct Cluster;
  explicit MemoryBroker(std::unique_ptr<Cluster> cluster);

  std::unique_ptr<Cluster> cluster_;
};

}  // namespace penstock::local
