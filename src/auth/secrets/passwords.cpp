#include "auth/secrets/passwords.h"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <condition_variable>
#include <cstring>
#include <deque>
#include <mutex>
#include <stop_token>
#include <thread>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "async/latch.h"
#include "base/keyed_hash.h"
#include "base/wiped_copy.h"

namespace penstock::auth {
namespace {

using std::chrono::steady_clock;
using Id = base::KeyedHash::Value;

const Passwords::Checked kTooBusy{.principal = nullptr, .too_busy = true};

struct HashId {
  size_t operator()(const Id& id) const { return id.low; }
};

// Is the check of one password, for which one or more requests wait.
struct Check {
  // These do not change.
  std::shared_ptr<const Users> users;
  std::string user;
  base::WipedText password;
  base::SystemTime now;
  Id id;

  // These belong to the server's thread.
  std::vector<async::Latch*> waiters;
  std::optional<Passwords::Checked> result;
  std::string address;
  bool is_counted = true;  // In the counts of its address and its user.
};

// Says what the thread has found out.
struct Verdict {
  Passwords::Checked checked;
  std::optional<base::SystemTime> expires;  // Of the password that was right.
};

struct Cached {
  Passwords::Checked checked;
  base::SystemTime from;  // The clock may be set back.
  base::SystemTime until;
};

}  // namespace

struct Passwords::Data : std::enable_shared_from_this<Data> {
  Data(boost::asio::io_context& the_io, Matches the_matches)
      : io(the_io), matches(std::move(the_matches)) {}

  boost::asio::io_context& io;
  const Matches matches;

  // These belong to the server's thread.
  std::shared_ptr<const Users> users = std::make_shared<Users>();
  base::KeyedHash hash;
  std::unordered_map<Id, Cached, HashId> cached;
  std::deque<Id> cached_order;  // The oldest is first, and ends first.
  std::unordered_map<Id, std::shared_ptr<Check>, HashId> checks;  // With the users in force.
  size_t waiters = 0;
  // Have as many elements as checks wait, or are computed.
  std::unordered_multiset<std::string> addresses;
  std::unordered_multiset<std::string> waiting_users;

  std::mutex mutex;
  std::condition_variable_any changed;
  std::deque<std::shared_ptr<Check>> queue;  // Guarded by the mutex.
  std::jthread thread;

  [[nodiscard]] Id id_of(std::string_view user, std::string_view password) const {
    const auto length = static_cast<uint32_t>(user.size());
    base::WipedText both;
    base::reserve_wiped(both, sizeof length + user.size() + password.size());
    both.append(reinterpret_cast<const char*>(&length), sizeof length)
        .append(user)
        .append(password);
    return hash.of(both);
  }
  // Returns the check to wait for, or null if there are too many.
  [[nodiscard]] std::shared_ptr<Check> begin(std::string_view user, std::string_view password,
                                             base::SystemTime now, const Share& share);
  // Takes a check out of the counts, once.
  void uncount(Check& check);
  // Is called when nobody waits for a check any more.
  void forget(Check& check);
  void finish(Check& check, Verdict verdict);
  void remember(const Check& check, std::optional<base::SystemTime> expires);

  // These run on the thread.
  void work(const std::stop_token& stop);
  [[nodiscard]] Verdict compute(const Check& check) const;

  // Is one request's wait for a check. It ends with the coroutine.
  class Waiter {
   public:
    Waiter(std::shared_ptr<Data> data, std::shared_ptr<Check> check)
        : data_(std::move(data)), check_(std::move(check)), latch_(data_->io) {
      check_->waiters.push_back(&latch_);
      ++data_->waiters;
    }
    Waiter(const Waiter&) = delete;
    Waiter& operator=(const Waiter&) = delete;
    ~Waiter() {
      --data_->waiters;
      std::erase(check_->waiters, &latch_);
      if (check_->waiters.empty() && !check_->result) data_->forget(*check_);
    }
    [[nodiscard]] async::Awaitable<Checked> wait() {
      co_await latch_.wait_for(kWaitMax);
      co_return check_->result.value_or(kTooBusy);
    }

   private:
    const std::shared_ptr<Data> data_;
    const std::shared_ptr<Check> check_;
    async::Latch latch_;
  };
};

Passwords::Passwords(boost::asio::io_context& io, Matches matches)
    : data_(std::make_shared<Data>(io, std::move(matches))) {
  data_->thread =
      std::jthread([data = data_.get()](const std::stop_token& stop) { data->work(stop); });
}

Passwords::~Passwords() {
  data_->thread.request_stop();
  data_->thread.join();
  const std::deque<std::shared_ptr<Check>> rest = std::exchange(data_->queue, {});
  for (const auto& check : rest) {
    data_->finish(*check, {.checked = kTooBusy, .expires = std::nullopt});
  }
}

void Passwords::set(std::shared_ptr<const Users> users) {
  data_->users = users != nullptr ? std::move(users) : std::make_shared<Users>();
  data_->cached.clear();
  data_->cached_order.clear();
  // What waits goes on with the last users, but nobody joins it.
  data_->checks.clear();
}

std::optional<Passwords::Checked> Passwords::check_now(std::string_view user,
                                                       std::string_view password,
                                                       base::SystemTime now) {
  if (password.size() > kPasswordBytesMax || user.size() > kNameBytesMax) return Checked{};
  const auto at = data_->cached.find(data_->id_of(user, password));
  if (at == data_->cached.end()) return std::nullopt;
  // The clock may have been set back.
  if (now < at->second.from || now >= at->second.until) return std::nullopt;
  return at->second.checked;
}

async::Awaitable<Passwords::Checked> Passwords::check(std::string_view user,
                                                      std::string_view password,
                                                      base::SystemTime now, Share share) {
  if (const auto known = check_now(user, password, now)) co_return *known;
  const std::shared_ptr<Data> data = data_;  // This object may end while the request waits.
  const std::shared_ptr<Check> check = data->begin(user, password, now, share);
  if (check == nullptr) co_return kTooBusy;
  Data::Waiter waiter(data, check);
  co_return co_await waiter.wait();
}

std::shared_ptr<Check> Passwords::Data::begin(std::string_view user, std::string_view password,
                                              base::SystemTime now, const Share& share) {
  if (waiters == kWaitersMax) return nullptr;
  const Id id = id_of(user, password);
  if (const auto at = checks.find(id); at != checks.end()) return at->second;
  std::string address(share.address);
  if (addresses.count(address) >= share.of_address_max ||
      waiting_users.count(std::string(user)) >= share.of_user_max) {
    return nullptr;
  }
  auto check = std::make_shared<Check>();
  check->users = users;
  check->user = user;
  check->password = base::wiped_copy(password);
  check->now = now;
  check->id = id;
  check->address = std::move(address);
  {
    const std::lock_guard lock(mutex);
    if (queue.size() == kWaitingMax) return nullptr;
    queue.push_back(check);
  }
  addresses.insert(check->address);
  waiting_users.insert(check->user);
  changed.notify_one();
  checks.emplace(id, check);
  return check;
}

void Passwords::Data::forget(Check& check) {
  const auto is_it = [&check](const std::shared_ptr<Check>& one) { return one.get() == &check; };
  if (const auto at = checks.find(check.id); at != checks.end() && is_it(at->second)) {
    checks.erase(at);
  }
  const std::lock_guard lock(mutex);
  // One that is computed is counted until its end.
  if (std::erase_if(queue, is_it) > 0) uncount(check);
}

void Passwords::Data::uncount(Check& check) {
  if (!std::exchange(check.is_counted, false)) return;
  addresses.erase(addresses.find(check.address));
  waiting_users.erase(waiting_users.find(check.user));
}

void Passwords::Data::finish(Check& check, Verdict verdict) {
  uncount(check);
  check.result = std::move(verdict.checked);
  if (const auto at = checks.find(check.id); at != checks.end() && at->second.get() == &check) {
    if (check.result->principal != nullptr) remember(check, verdict.expires);
    checks.erase(at);
  }
  for (async::Latch* const latch : check.waiters) latch->set();
}

void Passwords::Data::remember(const Check& check, std::optional<base::SystemTime> expires) {
  const base::SystemTime until = check.now + kCachedFor;
  const auto [at, is_new] = cached.insert_or_assign(
      check.id, Cached{.checked = *check.result,
                       .from = check.now,
                       .until = expires ? std::min(until, *expires) : until});
  if (is_new) cached_order.push_back(check.id);
  if (cached.size() <= kCachedMax) return;
  cached.erase(cached_order.front());
  cached_order.pop_front();
}

void Passwords::Data::work(const std::stop_token& stop) {
  while (true) {
    std::shared_ptr<Check> check;
    {
      std::unique_lock lock(mutex);
      if (!changed.wait(lock, stop, [this] { return !queue.empty(); })) return;
      if (stop.stop_requested()) return;
      check = std::move(queue.front());
      queue.pop_front();
    }
    Verdict verdict{.checked = kTooBusy, .expires = std::nullopt};
    try {
      verdict = compute(*check);
    } catch (...) {
      // Memory is lacking, which must not end the program.
    }
    boost::asio::post(io, [data = weak_from_this(), check = std::move(check),
                           verdict = std::move(verdict)]() mutable {
      if (const auto lives = data.lock()) lives->finish(*check, std::move(verdict));
    });
  }
}

Verdict Passwords::Data::compute(const Check& check) const {
  const Users::Passwords* const known = check.users->find(check.user);
  const Users::Passwords& passwords =
      known != nullptr ? *known : check.users->any(hash.of(check.user).low);
  for (const Users::Password& one : passwords) {
    const std::optional<bool> is_right = matches(one.hash, check.password);
    if (!is_right) return {.checked = kTooBusy, .expires = std::nullopt};
    if (*is_right && known != nullptr && one.entry.is_valid(check.now)) {
      return {.checked = {.principal = one.entry.principal}, .expires = one.entry.expires};
    }
  }
  return {};
}

}  // namespace penstock::auth
