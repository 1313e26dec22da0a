#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "async/awaitable.h"
#include "async/deadline.h"
#include "base/result.h"
#include "idempotency/store.h"
#include "postgres/pool.h"

namespace penstock::postgres {

// Is the table of IdempotencyStore, for the schema of the service. A row has the answer as text.
inline constexpr std::string_view kIdempotencyTable =
    R"(CREATE TABLE IF NOT EXISTS penstock_idempotency (
  key text PRIMARY KEY,
  fingerprint text NOT NULL,
  holder text,
  lease_end timestamptz NOT NULL,
  forget_at timestamptz NOT NULL,
  is_new boolean NOT NULL,
  answer text
);
CREATE INDEX IF NOT EXISTS penstock_idempotency_forget_at ON penstock_idempotency (forget_at);
)";

// Keeps idempotency keys in the table penstock_idempotency, for all tasks of a service. The times
// are those of the server's clock. It deletes entries whose time has passed.
class IdempotencyStore final : public idempotency::Store {
 public:
  // So often, at the most, a store looks for entries to delete, and so many it deletes at once.
  static constexpr std::chrono::seconds kSweepTime{10};
  static constexpr int kSweptMax = 10'000;

  // The pool must outlive it.
  explicit IdempotencyStore(Pool& pool) : pool_(pool) {}

  [[nodiscard]] async::Awaitable<base::Result<idempotency::Entry>> begin(
      const idempotency::Claim& claim, async::SteadyTime deadline) override;
  [[nodiscard]] async::Awaitable<base::Result<>> finish(const idempotency::Claim& claim,
                                                        const idempotency::StoredAnswer& answer,
                                                        async::SteadyTime deadline) override;
  [[nodiscard]] async::Awaitable<base::Result<>> release(const idempotency::Claim& claim, Left left,
                                                         async::SteadyTime deadline) override;

 private:
  [[nodiscard]] bool is_time_to_sweep();

  Pool& pool_;
  async::SteadyTime swept_ = {};
};

}  // namespace penstock::postgres
