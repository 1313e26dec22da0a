#pragma once

#include "base/record_identity.h"
#include "dynamodb/client.h"

namespace penstock::dynamodb {

// Says what became of a guarded write.
enum class Applied {
  now,      // It was done by this call.
  before,   // It was done by an earlier one, or a later record of its partition has been applied.
};

// Does a write for a record exactly once, however often and in whatever order its batch comes. Each
// item keeps the offset of the last record that has changed it, in the attribute `penstock_applied`,
// a map from "topic-partition" to the offset; a write is done only if that is lower. So all records
// that change an item must be in one partition, as they are when the item's key is the event's.
// A copy of an event at another offset (a client's retry after 504, a redrive) is known by its
// event id: with `by_event_id` a marker is written in the same transaction, into the table
// `markers` of tables.json, and is forgotten after `kMarkerTime`.
[[nodiscard]] async::Awaitable<base::Result<Applied>> write_once(
    Client& client, const base::RecordIdentity& record, std::string table, Put put,
    async::SteadyTime deadline, bool by_event_id = false);
[[nodiscard]] async::Awaitable<base::Result<Applied>> write_once(
    Client& client, const base::RecordIdentity& record, std::string table, Update update,
    async::SteadyTime deadline, bool by_event_id = false);
[[nodiscard]] async::Awaitable<base::Result<Applied>> write_once(
    Client& client, const base::RecordIdentity& record, std::string table, Delete remove,
    async::SteadyTime deadline, bool by_event_id = false);

}  // namespace penstock::dynamodb
