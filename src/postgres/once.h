#pragma once

#include "base/record_identity.h"
#include "postgres/pool.h"

namespace penstock::postgres {

enum class Applied { now, before };

// Runs `work` in a transaction that also notes the record, so that it is done exactly once, however
// often its batch comes: a row with the record's topic, partition and offset, and its event id. If
// one of both is there, nothing is changed. A row of its own for each record, and no highest offset,
// because a record that was given up may be redriven behind later ones. What may not be overtaken,
// such as the state of one order, compares a version of its own in `work`. docs/postgres.md has the
// SQL of the table, and says how old rows are removed.
[[nodiscard]] async::Awaitable<base::Result<Applied>> apply_once(
    Pool& pool, const base::RecordIdentity& record,
    const std::function<async::Awaitable<base::Result<>>(Transaction&)>& work,
    async::SteadyTime deadline);

}  // namespace penstock::postgres
