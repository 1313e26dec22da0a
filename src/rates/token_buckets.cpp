#include "rates/token_buckets.h"

#include <algorithm>
#include <unordered_map>
#include <vector>

#include "base/check.h"
#include "base/keyed_hash.h"

namespace penstock::rates {
namespace {

// Times are counted in units that make all numbers whole: a nanosecond has as many units as the
// rate has tokens, and a token costs as many as the period has nanoseconds. Products of two 64-bit
// numbers fit.
__extension__ using Units = __int128;

constexpr Units kNanosecondsInMillisecond = 1'000'000;

struct Hasher {
  size_t operator()(const base::KeyedHash::Value& value) const { return value.low; }
};

}  // namespace

// A bucket is the time at which it will be full: the later, the less it has.
struct TokenBuckets::Data {
  // Names a bucket that was to be full at `full_at` when this was written. It may have less by now.
  struct Candidate {
    Units full_at;
    base::KeyedHash::Value key;

    // The heap of the standard library has the largest first.
    bool operator<(const Candidate& other) const { return full_at > other.full_at; }
  };

  Units tokens;
  Units cost;      // Of a token.
  Units capacity;  // Of a bucket.
  size_t keys_max;
  base::KeyedHash hash;
  std::unordered_map<base::KeyedHash::Value, Units, Hasher> buckets;
  // One for each bucket, and the fullest first, but for those that had takes since they were
  // written: these are put right when they come to the front.
  std::vector<Candidate> candidates;
  std::vector<Units> shared;  // The buckets of the keys that have no place, once there are any.

  [[nodiscard]] size_t shared_of(std::string_view group) const {
    return hash.of(group).low % kSharedMax;
  }
  [[nodiscard]] Units at(Time now) const {
    return Units{std::chrono::nanoseconds(now.time_since_epoch()).count()} * tokens;
  }
  [[nodiscard]] std::chrono::milliseconds until(Units units) const {
    const Units millisecond = tokens * kNanosecondsInMillisecond;
    return std::chrono::milliseconds(static_cast<int64_t>((units + millisecond - 1) / millisecond));
  }
  [[nodiscard]] State state(Units full_at, Units now) const {
    const Units debt = std::max(full_at - now, Units{0});
    State state;
    state.left = static_cast<int64_t>((capacity - debt) / cost);
    state.taken = state.left > 0;
    if (!state.taken) state.until_next = until(cost - (capacity - debt));
    state.until_full = until(debt);
    return state;
  }
  State take(Units& full_at, Units now) const {
    State before = state(full_at, now);
    if (!before.taken) return before;
    full_at = std::max(full_at, now) + cost;
    State after = state(full_at, now);
    after.taken = true;
    return after;
  }
  void push(const Candidate& candidate) {
    candidates.push_back(candidate);
    std::push_heap(candidates.begin(), candidates.end());
  }
  void forget_first() {
    std::pop_heap(candidates.begin(), candidates.end());
    candidates.pop_back();
  }
  // Returns the fullest bucket, first in `candidates`, or null if there is none.
  const Candidate* fullest() {
    while (!candidates.empty()) {
      const Candidate first = candidates.front();
      const Units full_at = buckets.at(first.key);
      if (full_at == first.full_at) return &candidates.front();
      forget_first();
      push({full_at, first.key});
    }
    return nullptr;
  }
  // Makes room for a new key. Each call forgets at most two buckets, so that none takes long, and
  // memory shrinks all the same.
  bool make_room(Units now) {
    for (int i = 0; i < 2; ++i) {
      const Candidate* first = fullest();
      if (first == nullptr) break;
      const bool is_full = first->full_at <= now;
      const bool is_needed = buckets.size() >= keys_max && state(first->full_at, now).taken;
      if (!is_full && !is_needed) break;
      buckets.erase(first->key);
      forget_first();
    }
    return buckets.size() < keys_max;
  }
};

TokenBuckets::TokenBuckets(Rate rate, size_t keys_max) : data_(std::make_unique<Data>()) {
  base::check(rate.tokens > 0 && rate.period.count() > 0 && rate.burst > 0 && keys_max > 0,
              "a rate has no zeros");
  data_->tokens = rate.tokens;
  data_->cost = Units{rate.period.count()} * kNanosecondsInMillisecond;
  data_->capacity = data_->cost * rate.burst;
  data_->keys_max = keys_max;
}

TokenBuckets::~TokenBuckets() = default;

TokenBuckets::State TokenBuckets::take(std::string_view key, Time time, std::string_view group) {
  const base::KeyedHash::Value hash = data_->hash.of(key);
  const Units now = data_->at(time);
  if (const auto known = data_->buckets.find(hash); known != data_->buckets.end()) {
    return data_->take(known->second, now);
  }
  if (!data_->make_room(now)) {
    data_->shared.resize(kSharedMax, Units{0});
    return data_->take(data_->shared[data_->shared_of(group)], now);
  }
  Units full_at = now;
  const State state = data_->take(full_at, now);
  data_->buckets.emplace(hash, full_at);
  data_->push({full_at, hash});
  return state;
}

TokenBuckets::State TokenBuckets::look(std::string_view key, Time time,
                                       std::string_view group) const {
  const Units now = data_->at(time);
  const auto known = data_->buckets.find(data_->hash.of(key));
  if (known != data_->buckets.end()) return data_->state(known->second, now);
  // A key that is unknown is full, or shares the bucket of its group.
  if (data_->buckets.size() < data_->keys_max) return data_->state(now, now);
  const Data::Candidate* fullest = data_->fullest();
  const bool has_place = fullest != nullptr && data_->state(fullest->full_at, now).taken;
  if (has_place || data_->shared.empty()) return data_->state(now, now);
  return data_->state(data_->shared[data_->shared_of(group)], now);
}

size_t TokenBuckets::size() const {
  return data_->buckets.size();
}

}  // namespace penstock::rates
