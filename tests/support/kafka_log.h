#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "local/records/record.h"
#include "support/kafka_client.h"

namespace penstock::test {

// These functions do to the log of a partition what librdkafka's in-process broker cannot do. Each
// call blocks, for kPatience at most, and fails with librdkafka's or the broker's sentence.

// Deletes the records before this offset, as retention does, but at once.
[[nodiscard]] base::Result<> delete_records_before(const std::string& bootstrap,
                                                   const local::TopicPartition& topic_partition,
                                                   base::Offset offset);

// Stores the records in one transaction, and commits or aborts it. Its marker takes another offset
// in each of its partitions.
[[nodiscard]] base::Result<> produce_in_transaction(const std::string& bootstrap,
                                                    const std::string& topic,
                                                    const std::vector<NewRecord>& records,
                                                    bool commit);

}  // namespace penstock::test
