#include "dynamodb/write_once.h"

#include <algorithm>
#include <utility>

#include "aws/sigv4.h"
#include "dynamodb/random_token.h"
#include "dynamodb/value_json.h"

namespace penstock::dynamodb {
namespace {

using async::Awaitable;
using base::Result;

// Others may change an item between a look at it and the write that follows. So often it is tried.
constexpr int kAttemptsMax = 6;
constexpr std::chrono::milliseconds kPause{20};

int64_t seconds_from_now(std::chrono::seconds time) {
  const auto then = std::chrono::system_clock::now() + time;
  return std::chrono::duration_cast<std::chrono::seconds>(then.time_since_epoch()).count();
}

// Guards the writes of one record.
class Guard {
 public:
  Guard(const base::RecordIdentity& record, const Once& once)
      : source_(record.topic + "-" + base::to_text(record.partition)),
        offset_(record.offset.value),
        once_(once) {}

  // Returns what the item has to keep.
  [[nodiscard]] Map applied() const {
    Map map = known_;
    map.insert_or_assign(source_, Number(offset_));
    return map;
  }

  // Holds if the item has applied nothing of this record or later, and nothing that applied() does
  // not have.
  [[nodiscard]] Expression condition() const {
    Expression made;
    made.names = {{"#pa", std::string(kAppliedName)}, {"#ps", source_}};
    made.values = {{":po", Number(offset_)}};
    if (known_.empty()) {
      made.values.emplace(":pn", 1);
      made.text = "attribute_not_exists(#pa) OR (size(#pa) = :pn AND #pa.#ps < :po)";
      return made;
    }
    // An emulator cannot compare maps, so that their entries are compared.
    made.values.emplace(":pn", Number(static_cast<int64_t>(known_.size())));
    made.text = "size(#pa) = :pn AND (attribute_not_exists(#pa.#ps) OR #pa.#ps < :po)";
    size_t count = 0;
    for (const auto& [source, offset] : known_) {
      if (source == source_) continue;
      const std::string number = std::to_string(count++);
      made.names.emplace("#ps" + number, source);
      made.values.emplace(":po" + number, offset);
      made.text.append(" AND #pa.#ps").append(number).append(" = :po").append(number);
    }
    return made;
  }

  // Asks that the item is, or is not, what a removal has left, as it was found.
  [[nodiscard]] Expression removal() const {
    return is_removed_ ? attribute_exists(kRemovedName) : attribute_not_exists(kRemovedName);
  }
  [[nodiscard]] bool is_removed() const { return is_removed_; }

  // Learns why the condition, with that of the caller, was not met. Returns nothing if another
  // attempt makes sense.
  [[nodiscard]] std::optional<Applied> learn(const std::optional<Item>& item, bool has_condition) {
    const Map* applied = item ? find<Map>(*item, kAppliedName) : nullptr;
    if (applied != nullptr) {
      const auto* last = find<Number>(*applied, source_);
      const auto offset = last == nullptr ? std::nullopt : last->to_int64();
      if (offset && *offset >= offset_) return Applied::before;
    }
    Map others = applied == nullptr ? Map() : *applied;
    others.erase(source_);
    // The condition holds for the item as it is; or somebody has changed it again.
    const bool removed = item && dynamodb::is_removed(*item);
    if (others == known_others() && removed == is_removed_ && has_condition) return Applied::unmet;
    is_removed_ = removed;
    known_ = others.empty() || applied == nullptr ? Map() : *applied;
    return std::nullopt;
  }

  [[nodiscard]] Item left_of(const Item& key) const {
    Item item = key;
    item.insert_or_assign(std::string(kRemovedName), true);
    item.insert_or_assign(once_.expires, Number(seconds_from_now(once_.keep)));
    return item;
  }

 private:
  [[nodiscard]] Map known_others() const {
    Map others = known_;
    others.erase(source_);
    return others;
  }

  std::string source_;
  int64_t offset_;
  const Once& once_;
  Map known_;  // What the item has applied, if there is more than one source.
  bool is_removed_ = false;
};

Put guarded(const Put& put, const Guard& guard) {
  Put made = put;
  made.item.insert_or_assign(std::string(kAppliedName), guard.applied());
  made.condition = guard.condition() && put.condition;
  return made;
}

Update guarded(const Update& update, const Guard& guard, const Once& once) {
  Update made = update;
  made.repeatable = true;  // The second time its condition is not met.
  made.condition = guard.condition() && guard.removal() && update.condition;
  Expression& changes = made.update;
  changes.names.emplace("#penstock_a", kAppliedName);
  changes.values.emplace(":penstock_a", guard.applied());
  changes.text = with_clause(changes.text, "SET", "#penstock_a = :penstock_a");
  if (!guard.is_removed()) return made;
  changes.names.emplace("#penstock_r", kRemovedName);
  changes.text = with_clause(changes.text, "REMOVE", "#penstock_r");
  // The item is not forgotten any longer, unless the caller says when.
  const bool has_time = std::any_of(update.update.names.begin(), update.update.names.end(),
                                    [&](const auto& name) { return name.second == once.expires; });
  if (has_time || update.update.text.find(once.expires) != std::string::npos) return made;
  changes.names.emplace("#penstock_e", once.expires);
  changes.text = with_clause(changes.text, "REMOVE", "#penstock_e");
  return made;
}

// Returns the key of the item, or nothing if it is not known.
Item key_of(const std::variant<Put, Update, Delete>& write, const Once& once) {
  if (const auto* update = std::get_if<Update>(&write)) return update->key;
  if (const auto* remove = std::get_if<Delete>(&write)) return remove->key;
  const Item& item = std::get<Put>(write).item;
  Item key;
  for (const std::string& name : once.key_names) {
    if (const Value* value = find(item, name)) key.emplace(name, *value);
  }
  return key.size() == once.key_names.size() ? key : Item();
}

// Makes the write that says that an event has changed an item.
Result<Put> marker(const base::RecordIdentity& record, const std::string& table, const Item& key,
                   const Once& once) {
  std::string what = record.event_id + '\0' + table + '\0';
  if (auto done = append_item(what, key); !done) return done.error();
  Put made;
  made.item = {{"id", aws::sha256_hex(what)}, {once.expires, Number(seconds_from_now(once.keep))}};
  // A marker that should have been forgotten, and has not been yet, does not count.
  const Value now = Number(seconds_from_now(std::chrono::seconds(0)));
  made.condition = attribute_not_exists("id") || less(once.expires, now);
  return made;
}

// Is what came of one attempt.
struct Attempt {
  std::optional<Applied> applied = {};
  std::optional<Item> item = {};  // If the condition of the write was not met.
};

// Does the write alone. `key` is empty if it is not known.
Awaitable<Result<Attempt>> attempt(Client& client, std::string table,
                                   std::variant<Put, Update> write, Item key,
                                   async::SteadyTime deadline) {
  Attempt made;
  Result<Written> written = Written{};
  if (auto* put = std::get_if<Put>(&write)) {
    written = co_await client.put(table, std::move(*put), deadline);
  } else {
    written = co_await client.update(table, std::move(std::get<Update>(write)), deadline);
  }
  if (!written) co_return written.error();
  if (!written->done && !written->item && !key.empty()) {
    // Not every service says what it has.
    Get get;
    get.key = std::move(key);
    get.consistent = true;
    get.removed = true;
    auto item = co_await client.get(table, std::move(get), deadline);
    if (!item) co_return item.error();
    written->item = std::move(*item);
  }
  if (written->done) {
    made.applied = Applied::now;
  } else {
    made.item = std::move(written->item);
  }
  co_return made;
}

// Does the write with its marker.
Awaitable<Result<Attempt>> attempt_with(Client& client, std::string table,
                                        std::variant<Put, Update> write, Put marker,
                                        std::string markers, async::SteadyTime deadline) {
  std::vector<Write> writes(2);
  writes[0].table = std::move(table);
  if (auto* put = std::get_if<Put>(&write)) {
    writes[0].write = std::move(*put);
  } else {
    writes[0].write = std::move(std::get<Update>(write));
  }
  writes[1].table = std::move(markers);
  writes[1].write = std::move(marker);
  auto done = co_await client.transact(std::move(writes), deadline);
  if (!done) co_return done.error();
  Attempt made;
  if (done->done) {
    made.applied = Applied::now;
  } else if (done->failed[1]) {
    made.applied = Applied::before;
  } else {
    made.item = std::move(done->items[0]);
  }
  co_return made;
}

Awaitable<Result<Applied>> write_guarded(Client& client, base::RecordIdentity record,
                                         std::string table, std::variant<Put, Update, Delete> write,
                                         async::SteadyTime deadline, Once once) {
  Guard guard(record, once);
  const bool has_condition =
      std::visit([](const auto& one) { return !one.condition.text.empty(); }, write);
  const bool has_marker = once.by_event_id && !record.event_id.empty();
  const Item key = key_of(write, once);
  if (has_marker && key.empty()) {
    co_return base::Error{.code = base::ErrorCode::invalid,
                          .message = "a put with a marker needs Once::key_names"};
  }
  base::Error last{.code = base::ErrorCode::unavailable,
                   .message = "others change an item of the table " + table + " all the time",
                   .retryable = true};
  for (int count = 1; count <= kAttemptsMax; ++count) {
    std::variant<Put, Update> guarded_write;
    if (const auto* put = std::get_if<Put>(&write)) {
      guarded_write = guarded(*put, guard);
    } else if (const auto* update = std::get_if<Update>(&write)) {
      guarded_write = guarded(*update, guard, once);
    } else {
      const Delete& remove = std::get<Delete>(write);
      Put left;
      left.item = guard.left_of(remove.key);
      left.condition = remove.condition;
      guarded_write = guarded(left, guard);
    }
    Result<Attempt> made = Attempt{};
    if (has_marker) {
      auto mark = marker(record, table, key, once);
      if (!mark) co_return mark.error();
      made = co_await attempt_with(client, table, std::move(guarded_write), std::move(*mark),
                                   once.markers, deadline);
    } else {
      made = co_await attempt(client, table, std::move(guarded_write), key, deadline);
    }
    if (!made) {
      // The guard knows what has been done, so that it may be tried again.
      last = made.error();
      if (last.code != base::ErrorCode::timed_out) co_return last;
    } else {
      if (made->applied) co_return *made->applied;
      const auto learned = guard.learn(made->item, has_condition);
      if (learned) co_return *learned;
    }
    async::Timer timer(co_await boost::asio::this_coro::executor);
    timer.expires_after(std::chrono::duration_cast<std::chrono::steady_clock::duration>(
        kPause * count * random_share()));
    if (timer.expiry() >= deadline) break;
    co_await timer.async_wait(async::use_awaitable);
  }
  co_return last;
}

}  // namespace

Awaitable<Result<Applied>> write_once(Client& client, base::RecordIdentity record,
                                      std::string table, Put put, async::SteadyTime deadline,
                                      Once once) {
  return write_guarded(client, std::move(record), std::move(table), std::move(put), deadline,
                       std::move(once));
}
Awaitable<Result<Applied>> write_once(Client& client, base::RecordIdentity record,
                                      std::string table, Update update, async::SteadyTime deadline,
                                      Once once) {
  return write_guarded(client, std::move(record), std::move(table), std::move(update), deadline,
                       std::move(once));
}
Awaitable<Result<Applied>> write_once(Client& client, base::RecordIdentity record,
                                      std::string table, Delete remove, async::SteadyTime deadline,
                                      Once once) {
  return write_guarded(client, std::move(record), std::move(table), std::move(remove), deadline,
                       std::move(once));
}

bool is_removed(const Item& item) {
  const auto* removed = find<bool>(item, kRemovedName);
  return removed != nullptr && *removed;
}

}  // namespace penstock::dynamodb
