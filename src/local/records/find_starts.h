#pragma once

#include <librdkafka/rdkafka.h>

#include <cstdint>

#include "base/result.h"
#include "local/records/record.h"
#include "local/records/starting_position.h"

namespace penstock::local {

// Looks up where the group of `client`, a consumer, goes on in each of these partitions, and enters
// it in the list, for rd_kafka_assign(). Returns the same offsets, with 0 for the oldest record.
// `timestamp_ms` is in milliseconds since 1970 and counts for StartingPosition::at_timestamp.
//
// In partitions of which the group has no offset, LATEST or AT_TIMESTAMP is looked up and stored at
// once. Otherwise each member to which the partition is assigned later would look it up again, and
// miss the records that arrived meanwhile. Blocks for some seconds at most. The error is
// `unavailable`.
[[nodiscard]] base::Result<Offsets> find_starts(rd_kafka_t* client, StartingPosition position,
                                                int64_t timestamp_ms,
                                                rd_kafka_topic_partition_list_t* partitions);

}  // namespace penstock::local
