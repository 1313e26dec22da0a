#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "kafka/client.h"
#include "local/failure_destination.h"
#include "local/failure_document.h"

namespace penstock::local {

// "kafka://TOPIC": a record of the same cluster for each that was given up, with the same key.
class KafkaDestination final : public FailureDestination {
 public:
  static constexpr std::chrono::milliseconds kDeadline{15'000};  // Of a batch's reports.

  [[nodiscard]] static base::Result<std::unique_ptr<KafkaDestination>> open(
      const std::string& bootstrap, const std::vector<std::pair<std::string, std::string>>& properties,
      std::string topic, FailureContext context);

  [[nodiscard]] base::Result<> tell(const FailedBatch& failed, std::stop_token stop) override;

 private:
  KafkaDestination(kafka::Client client, std::string topic, FailureContext context);

  kafka::Client client_;
  kafka::Queue reports_;
  const std::string topic_;
  const FailureContext context_;
  uintptr_t attempts_ = 0;
};

}  // namespace penstock::local
