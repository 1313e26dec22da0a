#pragma once

#include <memory>
#include <string>

#include "base/configuration.h"
#include "base/result.h"
#include "local/failures/failure_destination.h"
#include "local/failures/failure_document.h"
#include "local/records/cluster.h"

namespace penstock::local {

// The destination of an ARN (SQS, S3) or of kafka://TOPIC. SQS and S3 are reached with AWS's credentials of
// this machine, and by AWS's own variables elsewhere: AWS_ENDPOINT_URL_SQS, AWS_ENDPOINT_URL_S3. For one
// thread at a time. `mapping`: what its objects in a bucket are found by. Error: invalid.
[[nodiscard]] base::Result<std::unique_ptr<FailureDestination>> make_failure_destination(
    const std::string& destination, const Cluster& cluster, const std::string& mapping,
    const FailureContext& context, const base::Environment& environment);

}  // namespace penstock::local
