#pragma once

#include <chrono>
#include <string>

#include "aws/credentials.h"
#include "base/result.h"
#include "base/time_text.h"

namespace penstock::aws {

// What MSK takes as an OAUTHBEARER token: the URL of a presigned `kafka-cluster:Connect`, in
// base64url. The URL carries the session token: whoever has it before `expires` is let in, so it
// belongs in no log.
struct MskToken {
  Secret value;
  base::SystemTime expires;
};

struct MskCluster {
  std::string region;     // The cluster's own, whatever the signer's.
  std::string host = {};  // That signs; empty: kafka.REGION.SUFFIX of the region's partition.
};

[[nodiscard]] std::string signing_host(const MskCluster& cluster);

// Makes no request. Good for 15 minutes, MSK's longest, or for as long as the credentials: MSK ends
// the session of a token with them. The error is credentials that have ended.
[[nodiscard]] base::Result<MskToken> sign_msk_token(const Credentials& credentials,
                                                    const MskCluster& cluster,
                                                    base::SystemTime now);

inline constexpr std::chrono::seconds kMskTokenLifetimeMax{900};

}  // namespace penstock::aws
