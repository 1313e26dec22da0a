#include "postgres/apply_once.h"

#include <string>
#include <utility>

namespace penstock::postgres {
namespace {

constexpr int kAttemptsMax = 3;

Statement note_of(const base::RecordIdentity& record) {
  Statement note;
  // Another transaction with the same record is waited for. Then it has done all, or nothing.
  note.sql =
      "INSERT INTO penstock_applied (topic, partition, record_offset, event_id)"
      " VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING";
  note.parameters = {record.topic, integer(record.partition.number), integer(record.offset.value)};
  note.parameters.push_back(record.event_id.empty() ? Field() : Field(record.event_id));
  return note;
}

}  // namespace

async::Awaitable<base::Result<Applied>> apply_once(Pool& pool, const base::RecordIdentity& record,
                                                   const Work& work, async::SteadyTime deadline) {
  Applied applied = Applied::now;
  const Work guarded = [&](Transaction& transaction) -> async::Awaitable<base::Result<>> {
    Statement note = note_of(record);
    const auto noted = co_await transaction.query(std::move(note));
    if (!noted) co_return noted.error();
    applied = noted->changed == 0 ? Applied::before : Applied::now;
    if (applied == Applied::before) co_return base::Result<>();
    co_return co_await work(transaction);
  };
  TransactionOptions options;
  options.attempts = kAttemptsMax;
  const auto done = co_await pool.transaction(guarded, deadline, options);
  if (!done) co_return done.error();
  co_return applied;
}

}  // namespace penstock::postgres
