#include "postgres/postgres_idempotency.h"

#include <utility>
#include <vector>

namespace penstock::postgres {
namespace {

using idempotency::Claim;
using idempotency::Entry;

// Takes the key if nobody has it, and returns a row then. It is one statement, so that of two
// requests one takes it. A claim that finds itself has repeated this call.
constexpr const char* kTake =
    "INSERT INTO penstock_idempotency AS entry"
    " (key, fingerprint, holder, lease_end, forget_at, is_new)"
    " VALUES ($1, $2, $3, now() + $4::int8 * interval '1 second',"
    " now() + $5::int8 * interval '1 second', true)"
    " ON CONFLICT (key) DO UPDATE SET"
    " is_new = entry.forget_at <= now(),"
    " answer = NULL,"
    " fingerprint = excluded.fingerprint,"
    " holder = excluded.holder,"
    " lease_end = excluded.lease_end,"
    " forget_at = CASE WHEN entry.forget_at <= now() THEN excluded.forget_at"
    " ELSE entry.forget_at END"
    " WHERE entry.forget_at <= now() OR (entry.fingerprint = excluded.fingerprint"
    " AND entry.answer IS NULL AND (entry.holder IS NULL OR entry.lease_end <= now()"
    " OR entry.holder = excluded.holder))"
    " RETURNING is_new";

constexpr const char* kLook = "SELECT fingerprint, answer FROM penstock_idempotency WHERE key = $1";

constexpr const char* kFinish =
    "UPDATE penstock_idempotency SET answer = $3, holder = NULL,"
    " forget_at = now() + $4::int8 * interval '1 second' WHERE key = $1 AND holder = $2";

constexpr const char* kSweep =
    "DELETE FROM penstock_idempotency WHERE key IN (SELECT key FROM penstock_idempotency"
    " WHERE forget_at <= now() ORDER BY forget_at LIMIT $1::int8 FOR UPDATE SKIP LOCKED)";

// All of these may be repeated: a claim finds itself, or nothing that is its own.
Statement repeatable(const char* sql, std::vector<Field> parameters) {
  Statement statement;
  statement.sql = sql;
  statement.parameters = std::move(parameters);
  statement.repeatable = true;
  return statement;
}

base::Result<Entry> entry_of(const Claim& claim, const std::vector<Rows>& rows) {
  Entry entry;
  if (!rows[0].empty()) {
    entry.state = read_boolean(rows[0].at(0, "is_new")).value_or(false) ? Entry::State::fresh
                                                                        : Entry::State::unknown;
    return entry;
  }
  if (rows[1].empty()) {
    // It was released between the two.
    entry.state = Entry::State::running;
    return entry;
  }
  if (rows[1].at(0, "fingerprint") != claim.fingerprint) {
    entry.state = Entry::State::different;
    return entry;
  }
  const Field& text = rows[1].at(0, "answer");
  entry.state = text ? Entry::State::finished : Entry::State::running;
  if (!text) return entry;
  auto answer = idempotency::answer_of(*text);
  if (!answer) return answer.error();
  entry.answer = std::move(*answer);
  return entry;
}

}  // namespace

bool IdempotencyStore::is_time_to_sweep() {
  const auto now = std::chrono::steady_clock::now();
  if (now < swept_ + kSweepTime) return false;
  swept_ = now;
  return true;
}

async::Awaitable<base::Result<Entry>> IdempotencyStore::begin(const Claim& claim,
                                                              async::SteadyTime deadline) {
  std::vector<Statement> statements;
  statements.push_back(
      repeatable(kTake, {claim.key, claim.fingerprint, claim.holder, integer(claim.lease.count()),
                         integer(claim.keep.count())}));
  statements.push_back(repeatable(kLook, {claim.key}));
  if (is_time_to_sweep()) statements.push_back(repeatable(kSweep, {integer(kSweptMax)}));
  const auto rows = co_await pool_.query_all(std::move(statements), deadline);
  if (!rows) co_return rows.error();
  co_return entry_of(claim, *rows);
}

async::Awaitable<base::Result<>> IdempotencyStore::finish(const Claim& claim,
                                                          const idempotency::StoredAnswer& answer,
                                                          async::SteadyTime deadline) {
  Statement statement = repeatable(
      kFinish,
      {claim.key, claim.holder, idempotency::answer_text(answer), integer(claim.keep.count())});
  const auto done = co_await pool_.query(std::move(statement), deadline);
  if (!done) co_return done.error();
  co_return base::Result<>();
}

async::Awaitable<base::Result<>> IdempotencyStore::release(const Claim& claim, Left left,
                                                           async::SteadyTime deadline) {
  Statement statement = repeatable(
      left == Left::nothing
          ? "DELETE FROM penstock_idempotency WHERE key = $1 AND holder = $2"
          : "UPDATE penstock_idempotency SET holder = NULL WHERE key = $1 AND holder = $2",
      {claim.key, claim.holder});
  const auto done = co_await pool_.query(std::move(statement), deadline);
  if (!done) co_return done.error();
  co_return base::Result<>();
}

}  // namespace penstock::postgres
