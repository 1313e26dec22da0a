#pragma once

#include <map>

#include "base/result.h"
#include "local/topics/topic_browser.h"

namespace penstock::local {

// Searches these partitions for the records that the query asks for. It fails as TopicReader does,
// unless it has read records before.
[[nodiscard]] base::Result<RecordsFound> search_records(
    TopicReader& reader, const RecordQuery& query,
    const std::vector<TopicPartition>& topic_partitions, const TopicBrowser::Bounds& bounds);

}  // namespace penstock::local
