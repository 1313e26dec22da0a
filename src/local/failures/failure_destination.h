#pragma once

#include <memory>
#include <stop_token>
#include <string>

#include "base/configuration.h"
#include "base/result.h"
#include "local/failures/failed_batch.h"
#include "local/records/cluster.h"

namespace penstock::local {

// Where batches that a mapping gives up are made known: DestinationConfig.OnFailure of AWS's
// request. The offsets of such a batch are not stored until its document has been sent.
class FailureDestination {
 public:
  virtual ~FailureDestination() = default;

  // Writes a document of this batch and sends it, once: whoever calls tries again after an error.
  // It blocks, and returns soon after a stop was requested, with an error. One call at a time.
  [[nodiscard]] virtual base::Result<> send(const FailedBatch& failed, std::stop_token stop) = 0;
};

// Opens the destination that an ARN (of SQS or S3) or kafka://TOPIC names; nothing is sent yet. SQS
// and S3 are reached with this machine's AWS credentials, and where AWS's own variables
// AWS_ENDPOINT_URL_SQS and AWS_ENDPOINT_URL_S3 in `environment` lead. `mapping` becomes a part of
// the keys of objects in a bucket. The tokens of `cluster` must outlive the destination. The error
// is `invalid`: the name, or what the environment says of credentials or endpoints, is wrong.
[[nodiscard]] base::Result<std::unique_ptr<FailureDestination>> open_failure_destination(
    const std::string& destination, const Cluster& cluster, const std::string& mapping,
    const FailureContext& context, const base::Environment& environment);

}  // namespace penstock::local
