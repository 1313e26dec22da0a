#include "dynamodb/idempotency_store.h"

#include <optional>
#include <utility>

namespace penstock::dynamodb {
namespace {

using async::Awaitable;
using base::Result;
using idempotency::Claim;
using idempotency::Entry;
using idempotency::StoredAnswer;
using std::chrono::milliseconds;
using State = Entry::State;

// Others may change an entry between a look at it and the write that follows. So often it is tried.
constexpr int kAttemptsMax = 4;

Value number(milliseconds time) {
  return Number(time.count());
}
// Returns the time for the table's `ttl`, which has whole seconds.
Value seconds_after(milliseconds time) {
  return Number(std::chrono::ceil<std::chrono::seconds>(time).count());
}

milliseconds time_of(const Item& item, std::string_view name) {
  const auto* found = find<Number>(item, name);
  return milliseconds(found == nullptr ? 0 : found->to_int64().value_or(0));
}

Item key_of(const Claim& claim) {
  return {{"id", claim.key}};
}

Item fresh_item(const Claim& claim, milliseconds now) {
  Item item = key_of(claim);
  item.emplace("fingerprint", claim.fingerprint);
  item.emplace("holder", claim.holder);
  item.emplace("lease_ends", number(now + claim.lease));
  item.emplace("ends", number(now + claim.keep));
  item.emplace("expires_at", seconds_after(now + claim.keep));
  return item;
}

// Returns what the entry says to the claim, or nothing if none holds it.
Result<std::optional<Entry>> entry_of(const Claim& claim, const Item& item, milliseconds now) {
  Entry entry;
  const auto* fingerprint = find<std::string>(item, "fingerprint");
  if (fingerprint == nullptr || *fingerprint != claim.fingerprint) {
    entry.state = State::different;
    return std::optional(entry);
  }
  if (const auto* text = find<std::string>(item, "answer")) {
    auto answer = idempotency::answer_of(*text);
    if (!answer) return answer.error();
    entry.state = State::finished;
    entry.answer = std::move(*answer);
    return std::optional(entry);
  }
  const auto* holder = find<std::string>(item, "holder");
  if (holder != nullptr && *holder == claim.holder) return std::optional(entry);
  if (holder != nullptr && time_of(item, "lease_ends") > now) {
    entry.state = State::running;
    return std::optional(entry);
  }
  return std::optional<Entry>();
}

}  // namespace

IdempotencyStore::IdempotencyStore(Client& client, std::string table, Now now)
    : client_(client), table_(std::move(table)), now_(std::move(now)) {}

milliseconds IdempotencyStore::now() const {
  return std::chrono::duration_cast<milliseconds>(now_().time_since_epoch());
}

Awaitable<Result<State>> IdempotencyStore::take(const Claim& claim, const Item& item,
                                                async::SteadyTime deadline) {
  Update update;
  update.key = key_of(claim);
  update.update =
      Changes().set("holder", claim.holder).set("lease_ends", number(now() + claim.lease));
  update.condition = equals("fingerprint", claim.fingerprint) && attribute_not_exists("answer");
  const auto* holder = find<std::string>(item, "holder");
  if (holder == nullptr) {
    update.condition = std::move(update.condition) && attribute_not_exists("holder");
  } else {
    update.condition = std::move(update.condition) && equals("holder", *holder);
  }
  // The second time its condition is not met, and begin() finds its own claim.
  update.repeatable = true;
  auto taken = co_await client_.update(table_, std::move(update), deadline);
  if (!taken) co_return taken.error();
  co_return taken->done ? State::unknown : State::running;
}

Awaitable<Result<Entry>> IdempotencyStore::begin(const Claim& claim, async::SteadyTime deadline) {
  for (int attempt = 1; attempt <= kAttemptsMax; ++attempt) {
    Put put;
    put.item = fresh_item(claim, now());
    put.condition = attribute_not_exists("id") || at_most("ends", number(now()));
    auto written = co_await client_.put(table_, std::move(put), deadline);
    if (!written) co_return written.error();
    Entry entry;
    if (written->done) co_return entry;
    if (!written->item) {
      // Not every service says what it has.
      Get get;
      get.key = key_of(claim);
      get.consistent = true;
      auto item = co_await client_.get(table_, std::move(get), deadline);
      if (!item) co_return item.error();
      written->item = std::move(*item);
    }
    if (!written->item) continue;  // It has been released.
    auto found = entry_of(claim, *written->item, now());
    if (!found) co_return found.error();
    if (*found) co_return std::move(**found);
    auto state = co_await take(claim, *written->item, deadline);
    if (!state) co_return state.error();
    entry.state = *state;
    if (entry.state == State::unknown) co_return entry;
  }
  co_return base::Error{
      .code = base::ErrorCode::unavailable,
      .message = "others change an entry of the table " + table_ + " all the time",
      .retryable = true};
}

Awaitable<Result<>> IdempotencyStore::finish(const Claim& claim, const StoredAnswer& answer,
                                             async::SteadyTime deadline) {
  const milliseconds end = now() + claim.keep;
  Update update;
  update.key = key_of(claim);
  update.update = Changes()
                      .set("answer", idempotency::answer_text(answer))
                      .set("ends", number(end))
                      .set("expires_at", seconds_after(end))
                      .remove("holder")
                      .remove("lease_ends");
  update.condition = equals("holder", claim.holder);
  update.repeatable = true;  // The second time its condition is not met.
  auto written = co_await client_.update(table_, std::move(update), deadline);
  if (!written) co_return written.error();
  co_return Result<>();
}

Awaitable<Result<>> IdempotencyStore::release(const Claim& claim, Left left,
                                              async::SteadyTime deadline) {
  if (left == Left::nothing) {
    Delete remove;
    remove.key = key_of(claim);
    remove.condition = equals("holder", claim.holder);
    auto written = co_await client_.remove(table_, std::move(remove), deadline);
    if (!written) co_return written.error();
    co_return Result<>();
  }
  Update update;
  update.key = key_of(claim);
  update.update = Changes().remove("holder").remove("lease_ends");
  update.condition = equals("holder", claim.holder);
  update.repeatable = true;
  auto written = co_await client_.update(table_, std::move(update), deadline);
  if (!written) co_return written.error();
  co_return Result<>();
}

}  // namespace penstock::dynamodb
