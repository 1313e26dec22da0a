#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/record_identity.h"
#include "dynamodb/dynamodb_client.h"

namespace penstock::dynamodb {

// The names of attributes that this file puts into items begin with this.
inline constexpr std::string_view kOwnPrefix = "penstock_";
// Is a map from "topic-partition" to the offset of the last record of it that has changed the item.
inline constexpr std::string_view kAppliedName = "penstock_applied";
// Says that the item was removed.
inline constexpr std::string_view kRemovedName = "penstock_removed";

// Says what became of a guarded write.
enum class Applied {
  now,     // It was done by this call.
  before,  // It was done by an earlier one, or a later record of its partition has been applied.
  unmet,   // The caller's own condition was not met: nothing has changed.
};

// Says what else guards a write.
struct Once {
  // A copy of an event at another offset (a client's retry after 504, a redrive) is known by its
  // event id only. If this is true a marker is written in the same transaction, which costs four
  // times as much as the write alone. A record without an event id gets none.
  bool by_event_id = false;
  std::string markers = "markers";  // The table of markers. Its partition key is "id", an S.
  // These are the names of the table's key, such as {"owner", "id"}. A put with a marker needs
  // them, as nothing else says which item it is about.
  std::vector<std::string> key_names = {};
  // Markers, and what is left of removed items, are forgotten after this time. It is longer than a
  // failed batch waits in a queue (14 days at most) or a record in most topics.
  std::chrono::hours keep{15 * 24};
  // They have that time in this attribute, in seconds since 1970: the `ttl` of the tables.
  std::string expires = "expires_at";
};

// Do a write for a record exactly once, however often and in whatever order batches come, by a
// condition: each item keeps the offset of the last record that has changed it, and a write is done
// only if that is lower. docs/dynamodb.md says what is promised:
// - All records of one topic that change an item must be in one partition, as they are if the
//   item's key follows from the event's. If a topic gets more partitions, so that the item's
//   records come from another one, the item keeps an offset for each.
// - One record may change several items; each write is guarded by itself. If one fails, the record
//   is tried again, and the writes that were done are `before`.
// - The item gets the attribute kAppliedName; an update may have a SET, and need not.
// - A failure that is `timed_out` is tried again here, within the deadline. After that, too, the
//   record may be tried again.
// - A removal leaves an item with its key, the offset and the time when it is forgotten; Client's
//   reads do not show it. Else an earlier record that comes late would make the item again. A
//   condition sees it, so do not ask whether the key's attribute exists.
// - Offsets begin again if a topic is deleted and made again: then the table must be, too.
[[nodiscard]] async::Awaitable<base::Result<Applied>> write_once(Client& client,
                                                                 base::RecordIdentity record,
                                                                 std::string table, Put put,
                                                                 async::SteadyTime deadline,
                                                                 Once once);
[[nodiscard]] async::Awaitable<base::Result<Applied>> write_once(Client& client,
                                                                 base::RecordIdentity record,
                                                                 std::string table, Update update,
                                                                 async::SteadyTime deadline,
                                                                 Once once);
[[nodiscard]] async::Awaitable<base::Result<Applied>> write_once(Client& client,
                                                                 base::RecordIdentity record,
                                                                 std::string table, Delete remove,
                                                                 async::SteadyTime deadline,
                                                                 Once once);

// Do the same with Once(). They are no default arguments: in the operand of co_await, g++ 12
// destroys a temporary that braces have made twice. For the same reason, give a Once a name first.
[[nodiscard]] inline async::Awaitable<base::Result<Applied>> write_once(
    Client& client, base::RecordIdentity record, std::string table, Put put,
    async::SteadyTime deadline) {
  return write_once(client, std::move(record), std::move(table), std::move(put), deadline, Once());
}
[[nodiscard]] inline async::Awaitable<base::Result<Applied>> write_once(
    Client& client, base::RecordIdentity record, std::string table, Update update,
    async::SteadyTime deadline) {
  return write_once(client, std::move(record), std::move(table), std::move(update), deadline,
                    Once());
}
[[nodiscard]] inline async::Awaitable<base::Result<Applied>> write_once(
    Client& client, base::RecordIdentity record, std::string table, Delete remove,
    async::SteadyTime deadline) {
  return write_once(client, std::move(record), std::move(table), std::move(remove), deadline,
                    Once());
}

// Says whether the item is what a removal has left.
[[nodiscard]] bool is_removed(const Item& item);

}  // namespace penstock::dynamodb
