#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "dynamodb/dynamodb_client.h"
#include "idempotency/store.h"

namespace penstock::dynamodb {

// Keeps the first answers of requests with an `Idempotency-Key` in a table, for all tasks of a
// service. The table's partition key is "id", an S; it has no sort key; its `ttl` is "expires_at".
// DynamoDB deletes an entry up to days later than that says, so times are compared here: by the
// clocks of the tasks, which must differ by less than a lease's length. Each begin() of a new key
// is one write; one of a known key is a write that is refused, which costs as much.
class IdempotencyStore final : public idempotency::Store {
 public:
  using Now = std::function<std::chrono::system_clock::time_point()>;

  // The client must outlive the store.
  explicit IdempotencyStore(Client& client, std::string table = "idempotency",
                            Now now = std::chrono::system_clock::now);

  [[nodiscard]] async::Awaitable<base::Result<idempotency::Entry>> begin(
      const idempotency::Claim& claim, async::SteadyTime deadline) override;
  // Fails with `too_large` if the answer does not fit into an item.
  [[nodiscard]] async::Awaitable<base::Result<>> finish(const idempotency::Claim& claim,
                                                        const idempotency::StoredAnswer& answer,
                                                        async::SteadyTime deadline) override;
  [[nodiscard]] async::Awaitable<base::Result<>> release(const idempotency::Claim& claim, Left left,
                                                         async::SteadyTime deadline) override;

 private:
  [[nodiscard]] std::chrono::milliseconds now() const;
  // Takes an entry that none holds. Says `running` if somebody else was quicker.
  [[nodiscard]] async::Awaitable<base::Result<idempotency::Entry::State>> take(
      const idempotency::Claim& claim, const Item& item, async::SteadyTime deadline);

  Client& client_;
  const std::string table_;
  const Now now_;
};

}  // namespace penstock::dynamodb
