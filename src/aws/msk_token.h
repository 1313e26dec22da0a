#pragma once

#include <chrono>
#include <string>

#include "aws/credentials.h"
#include "base/result.h"
#include "base/time_text.h"

namespace penstock::aws {

// Holds an OAUTHBEARER token for MSK, which is the URL of a presigned `kafka-cluster:Connect` in
// base64url. The URL contains the session token. Anyone who has it can connect until `expires`, so
// it must not be logged.
struct MskToken {
  Secret value;
  base::SystemTime expires;
};

// Names the cluster that a token is for.
struct MskCluster {
  std::string region;  // The region of the cluster, which may differ from that of the signer.
  // This is the host in the signed URL. If it is empty, the host is kafka.REGION.SUFFIX, with the
  // suffix of the region's partition.
  std::string host = {};
};

// Returns the host in the signed URL.

[[nodiscard]] std::string signing_host(const MskCluster& cluster);

// Signs a token at the time `now`, without any request. The token is valid for 15 minutes, MSK's
// maximum, or until the credentials expire, because MSK ends a session when the token's credentials
// expire. Fails with `unavailable` if the credentials have expired.
[[nodiscard]] base::Result<MskToken> sign_msk_token(const Credentials& credentials,
                                                    const MskCluster& cluster,
                                                    base::SystemTime now);

inline constexpr std::chrono::seconds kMskTokenLifetimeMax{900};

}  // namespace penstock::aws
