#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace penstock::local {

// librdkafka's in-process cluster: one broker that lives in this process's memory. It cannot create
// topics on request, so the topic that it is for is there from the start. A group that is joined
// again takes as long as its session's time-out.
class MemoryBroker {
 public:
  // Its bounds, from librdkafka's rdkafka_mock.c (2.0.2), for a person. Beyond them it drops the
  // oldest records without a word.
  static constexpr std::string_view kBounds =
      "at most 5 MiB or 100,000 message sets a partition, the oldest are dropped silently; all is "
      "gone at "
      "the end";

  // Starts a broker with this topic. The error is `internal`.
  [[nodiscard]] static base::Result<MemoryBroker> start(const std::string& topic, int partitions);

  MemoryBroker(MemoryBroker&&) noexcept;
  MemoryBroker& operator=(MemoryBroker&&) = delete;
  ~MemoryBroker();

  // "HOST:PORT", which only this machine reaches.
  [[nodiscard]] std::string bootstrap() const;

 private:
  struct Cluster;
  explicit MemoryBroker(std::unique_ptr<Cluster> cluster);

  std::unique_ptr<Cluster> cluster_;
};

}  // namespace penstock::local
