#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace penstock::local {

// Runs librdkafka's in-process cluster: one broker in this process's memory. Clients cannot create
// topics, so its owner does. A consumer that joins a group again waits
// until the time-out of the group's last session.
class MemoryBroker {
 public:
  // Describes the broker's bounds to the user. They come from librdkafka's rdkafka_mock.c (2.0.2).
  static constexpr std::string_view kBounds =
      "each partition keeps 5 MiB or 100,000 message sets at most and then silently drops the "
      "oldest, and all records are gone when the program ends";

  // Starts a broker with this topic. The error is `internal`: librdkafka cannot start it.
  [[nodiscard]] static base::Result<MemoryBroker> start(const std::string& topic, int partitions);

  MemoryBroker(MemoryBroker&&) noexcept;
  MemoryBroker& operator=(MemoryBroker&&) = delete;
  ~MemoryBroker();

  // Makes another topic. The error is `internal`: librdkafka cannot make it.
  [[nodiscard]] base::Result<> create(const std::string& topic, int partitions);
  // Returns "HOST:PORT", which can be reached from this machine only.
  [[nodiscard]] std::string bootstrap() const;

  // Resets all connections and refuses new ones, or goes on.
  void set_down(bool down);
  // Sends each answer so much later.
  void set_delay(std::chrono::milliseconds delay);

 private:
  struct Cluster;
  explicit MemoryBroker(std::unique_ptr<Cluster> cluster);

  std::unique_ptr<Cluster> cluster_;
  bool down_ = false;
};

}  // namespace penstock::local
