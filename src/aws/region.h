#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace penstock::aws {

// Whether the text has the form of a region's name, "eu-central-1". It becomes part of a host name,
// so nothing else may.
[[nodiscard]] bool is_region(std::string_view text);

// The DNS suffix of the region's partition: "amazonaws.com", "amazonaws.com.cn". Regions of
// partitions that are not known here get the first.
[[nodiscard]] std::string_view dns_suffix(std::string_view region);

// The region in an MSK host name: *.kafka.REGION.SUFFIX (provisioned) and
// *.kafka-serverless.REGION.SUFFIX. `bootstrap` is "HOST[:PORT],…"; nothing if its first host is
// none of MSK's.
[[nodiscard]] std::optional<std::string> region_of_msk(std::string_view bootstrap);

}  // namespace penstock::aws
