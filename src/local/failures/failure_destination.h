#pragma once

#include <chrono>
#include <memory>
#include <stop_token>
#include <string>

#include "base/configuration.h"
#include "base/result.h"
#include "local/failures/failed_batch.h"
#include "local/records/cluster.h"

namespace penstock::local {

// Gets the documents of batches that a mapping gives up: DestinationConfig.OnFailure in AWS's
// request. A mapping does not store the offsets of such a batch until its document has been sent.
class FailureDestination {
 public:
  virtual ~FailureDestination() = default;

  // Writes the document of this batch and sends it once. Returns a sentence for the user if the
  // destination has taken less than the whole, and otherwise an empty string. After an error, which
  // is that of SQS, S3 or Kafka, the caller tries again. The call blocks; a requested stop soon
  // ends it with an error. It is for one call at a time.
  [[nodiscard]] virtual base::Result<std::string> send(const FailedBatch& failed,
                                                       std::stop_token stop) = 0;
  // Looks once whether the destination exists, where that can be asked, and returns a sentence for
  // the user if it does not. It blocks for kLookPatience at most.
  [[nodiscard]] virtual std::string look() { return {}; }
  static constexpr std::chrono::seconds kLookPatience{3};
  // Handles what comes while nothing is sent, so that it does not pile up. The mapping calls it
  // often, between two calls of send(). It does not block.
  virtual void serve() {}
};

// Opens the destination with this name, which is the ARN of an SQS queue or an S3 bucket, or
// kafka://TOPIC in `cluster`. Nothing is sent yet. SQS and S3 are called with this machine's AWS
// credentials, at the endpoints that AWS's variables AWS_ENDPOINT_URL_SQS and AWS_ENDPOINT_URL_S3
// in `environment` name, if they are set. `mapping` becomes a part of the keys of objects in a
// bucket. The tokens of `cluster` must outlive the destination. The error is `invalid`: the name,
// or a variable for credentials or endpoints, is wrong.
[[nodiscard]] base::Result<std::unique_ptr<FailureDestination>> open_failure_destination(
    const std::string& destination, const Cluster& cluster, const std::string& mapping,
    const FailureContext& context, const base::Environment& environment);

}  // namespace penstock::local
