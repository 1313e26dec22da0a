#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <list>
#include <string>
#include <unordered_map>

#include "idempotency/store.h"

namespace penstock::idempotency {

// Keeps entries in this process alone: they are lost with it, and other tasks do not know them. It
// serves a service that has no store of its own. Only one thread may use it.
class MemoryStore final : public Store {
 public:
  struct Limits {
    size_t entries_max = 10'000;
    // The answers have at most so many bytes in sum, and each entry counts with kEntryBytes, too.
    size_t bytes_max = 16 * 1024 * 1024;
  };
  // An entry takes about so much beside its answer.
  static constexpr size_t kEntryBytes = 512;
  using Now = std::function<async::SteadyTime()>;

  // Beyond the limits the oldest entry that no request holds is forgotten early. Tests choose the
  // time.
  explicit MemoryStore(
      Limits limits, Now now = [] { return std::chrono::steady_clock::now(); })
      : limits_(limits), now_(std::move(now)) {}

  // Fails with `unavailable` if requests hold as many entries as there may be.
  [[nodiscard]] async::Awaitable<base::Result<Entry>> begin(const Claim& claim,
                                                            async::SteadyTime deadline) override;
  [[nodiscard]] async::Awaitable<base::Result<>> finish(const Claim& claim,
                                                        const StoredAnswer& answer,
                                                        async::SteadyTime deadline) override;
  [[nodiscard]] async::Awaitable<base::Result<>> release(const Claim& claim, Left left,
                                                         async::SteadyTime deadline) override;

  [[nodiscard]] size_t entries() const { return kept_.size(); }
  [[nodiscard]] size_t bytes() const { return bytes_; }

 private:
  struct Kept {
    std::string key;
    std::string fingerprint;
    std::string holder;  // Empty if none holds it.
    async::SteadyTime lease_end;
    async::SteadyTime end;
    std::optional<StoredAnswer> answer;
  };
  using Place = std::list<Kept>::iterator;

  [[nodiscard]] Entry take(const Claim& claim, Kept& kept, async::SteadyTime now) const;
  // Returns the entry that the claim holds, or the list's end.
  [[nodiscard]] Place held_by(const Claim& claim);
  void forget(Place place);
  // Forgets entries until there is room for one more, with an answer of `bytes`. Says whether there
  // is.
  [[nodiscard]] bool make_room(size_t entries, size_t bytes, async::SteadyTime now);

  const Limits limits_;
  const Now now_;
  std::list<Kept> kept_;                                // The oldest first.
  std::unordered_map<std::string_view, Place> places_;  // By Kept::key.
  size_t bytes_ = 0;
};

}  // namespace penstock::idempotency
