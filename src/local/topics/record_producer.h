#pragma once

#include <chrono>
#include <optional>
#include <stop_token>
#include <string>

#include "base/result.h"
#include "local/topics/topic_browser.h"

namespace penstock::local {

// Stores one record, with a client that ends afterwards, and says where it is. The errors are
// `unavailable`, `timed_out` (it may have been stored), `too_large` and `invalid`.
[[nodiscard]] base::Result<StoredAt> store_record(const Cluster& cluster, const std::string& topic,
                                                  std::optional<base::Partition> partition,
                                                  const NewRecord& record,
                                                  std::chrono::milliseconds patience,
                                                  std::stop_token stop);

}  // namespace penstock::local
