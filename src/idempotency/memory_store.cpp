#include "idempotency/memory_store.h"

#include <iterator>
#include <utility>

namespace penstock::idempotency {

using base::Result;

Entry MemoryStore::take(const Claim& claim, Kept& kept, async::SteadyTime now) const {
  if (kept.fingerprint != claim.fingerprint) return {.state = Entry::State::different};
  if (kept.answer) return {.state = Entry::State::finished, .answer = kept.answer};
  const bool is_held = !kept.holder.empty() && kept.lease_end > now;
  if (is_held && kept.holder != claim.holder) return {.state = Entry::State::running};
  kept.holder = claim.holder;
  kept.lease_end = now + claim.lease;
  return {.state = Entry::State::unknown};
}

async::Awaitable<Result<Entry>> MemoryStore::begin(const Claim& claim, async::SteadyTime) {
  const async::SteadyTime now = now_();
  if (const auto found = places_.find(claim.key); found != places_.end()) {
    const Place place = found->second;
    if (place->end > now) co_return take(claim, *place, now);
    forget(place);
  }
  if (!make_room(1, kEntryBytes, now)) {
    co_return base::Error{.code = base::ErrorCode::unavailable,
                          .message = "too many requests with an Idempotency-Key at the same time",
                          .retryable = true};
  }
  kept_.push_back({.key = claim.key,
                   .fingerprint = claim.fingerprint,
                   .holder = claim.holder,
                   .lease_end = now + claim.lease,
                   .end = now + claim.keep,
                   .answer = {}});
  places_.emplace(kept_.back().key, std::prev(kept_.end()));
  bytes_ += kEntryBytes;
  co_return Entry{.state = Entry::State::fresh};
}

async::Awaitable<Result<>> MemoryStore::finish(const Claim& claim, const StoredAnswer& answer,
                                               async::SteadyTime) {
  const async::SteadyTime now = now_();
  const Place place = held_by(claim);
  if (place == kept_.end()) co_return Result<>();
  const size_t bytes = bytes_of(answer);
  // The entry is young again, and held meanwhile, so that it is not the one that has to go.
  kept_.splice(kept_.end(), kept_, place);
  place->lease_end = now + claim.lease;
  if (!make_room(0, bytes, now)) {
    place->holder.clear();
    co_return base::Error{.code = base::ErrorCode::unavailable,
                          .message = "there is no room for another answer"};
  }
  place->answer = answer;
  place->holder.clear();
  place->end = now + claim.keep;
  bytes_ += bytes;
  co_return Result<>();
}

async::Awaitable<Result<>> MemoryStore::release(const Claim& claim, Left left, async::SteadyTime) {
  const Place place = held_by(claim);
  if (place == kept_.end()) co_return Result<>();
  if (left == Left::nothing) {
    forget(place);
  } else {
    place->holder.clear();
  }
  co_return Result<>();
}

MemoryStore::Place MemoryStore::held_by(const Claim& claim) {
  const auto found = places_.find(claim.key);
  if (found == places_.end() || found->second->holder != claim.holder) return kept_.end();
  return found->second;
}

void MemoryStore::forget(Place place) {
  bytes_ -= kEntryBytes + (place->answer ? bytes_of(*place->answer) : 0);
  places_.erase(place->key);
  kept_.erase(place);
}

bool MemoryStore::make_room(size_t entries, size_t bytes, async::SteadyTime now) {
  const auto is_room = [&] {
    return kept_.size() + entries <= limits_.entries_max && bytes_ + bytes <= limits_.bytes_max;
  };
  for (auto place = kept_.begin(); place != kept_.end();) {
    const auto next = std::next(place);
    const bool is_over = place->end <= now;
    if (!is_over && is_room()) break;
    if (is_over || place->holder.empty() || place->lease_end <= now) forget(place);
    place = next;
  }
  return is_room();
}

}  // namespace penstock::idempotency
