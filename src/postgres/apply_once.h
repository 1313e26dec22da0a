#pragma once

#include <string_view>

#include "async/awaitable.h"
#include "async/deadline.h"
#include "base/record_identity.h"
#include "base/result.h"
#include "postgres/pool.h"

namespace penstock::postgres {

// Says what became of a guarded transaction.
enum class Applied {
  now,     // It was done by this call.
  before,  // It was done by an earlier one, so that nothing was done now.
};

// Is the table of apply_once(), for the schema of the service. A row has less than 200 bytes.
inline constexpr std::string_view kAppliedTable = R"(CREATE TABLE IF NOT EXISTS penstock_applied (
  topic text NOT NULL,
  partition int NOT NULL,
  record_offset bigint NOT NULL,
  event_id text UNIQUE,
  applied_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (topic, partition, record_offset)
);
CREATE INDEX IF NOT EXISTS penstock_applied_at ON penstock_applied USING brin (applied_at);
)";

// Runs `work` in a transaction that also notes the record, so that it is done exactly once, however
// often and in whatever order its batch comes: a row with the record's topic, partition and offset,
// and its event id. If one of both is there, nothing is changed. It is a row of its own for each
// record, and no highest offset, because a record that was given up may be redriven behind later
// ones. What may not be overtaken, such as the state of one order, compares a version of its own in
// `work`. A conflict with another transaction is tried again, three times in all.
//
// `timed_out` means that it may have been done. To call it again, as the next attempt of the batch
// does, is right in any case. docs/postgres.md says how old rows are removed.
[[nodiscard]] async::Awaitable<base::Result<Applied>> apply_once(Pool& pool,
                                                                 const base::RecordIdentity& record,
                                                                 const Work& work,
                                                                 async::SteadyTime deadline);

}  // namespace penstock::postgres
