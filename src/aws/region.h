#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace penstock::aws {

// Says whether the text has the form of a region's name, such as "eu-central-1". A region becomes
// part of a host name, so anything else must be refused.
[[nodiscard]] bool is_region(std::string_view text);

// Returns the DNS suffix of the region's partition, such as "amazonaws.com" or "amazonaws.com.cn".
// A region of an unknown partition gets "amazonaws.com".
[[nodiscard]] std::string_view dns_suffix(std::string_view region);

// Returns the region in the host name of an MSK broker, which is *.kafka.REGION.SUFFIX
// (provisioned) or *.kafka-serverless.REGION.SUFFIX. `bootstrap` is "[SASL_SSL://]HOST[:PORT],…".
// Returns nothing unless all its hosts are MSK's in one region: each of them may get a token.
[[nodiscard]] std::optional<std::string> region_of_msk(std::string_view bootstrap);

}  // namespace penstock::aws
