#include "auth/documents/balancer_keys.h"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <thread>

#include "async/lifetime.h"
#include "auth/documents/waiters.h"
#include "auth/documents/web_document.h"
#include "aws/region.h"
#include "base/caught_text.h"

namespace penstock::auth {
namespace {

using base::Error;
using base::ErrorCode;
using base::Result;
using base::SteadyTime;
using log::Level;
using log::Line;
using std::chrono::steady_clock;

// Says whether the text has the form of a UUID (RFC 9562 section 4).
bool is_uuid(std::string_view text) {
  if (text.size() != 36) return false;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    const bool digit = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    if (dash ? c != '-' : !digit) return false;
  }
  return true;
}

}  // namespace

struct BalancerKeys::Data {
  struct Entry {
    Keys keys;
    uint64_t used = 0;
  };

  Data(boost::asio::io_context& context, log::Log& to, std::string place, KeeperTimes limits)
      : io(context), log(to), url(std::move(place)), times(limits) {}

  // These are for the thread.
  void run(const std::stop_token& stop);
  Result<Keys> fetch(const std::string& id, const std::stop_token& stop) const;
  void report(const std::string& id, const Result<Keys>& fetched);
  // These are for the server's thread.
  void take(const std::string& id, const Result<Keys>& fetched);
  void forget_old(SteadyTime now);
  // Says whether no key can be fetched that is not being fetched.
  [[nodiscard]] bool is_busy() const {
    return pending.size() >= kQueueMax || fetches.size() >= kFetchesPerMinute;
  }

  boost::asio::io_context& io;
  log::Log& log;
  const std::string url;
  const KeeperTimes times;

  // These are the server's thread's.
  std::map<std::string, Entry, std::less<>> keys;
  uint64_t uses = 0;
  std::map<std::string, SteadyTime, std::less<>> absent;  // Until when they are not asked for.
  std::deque<SteadyTime> fetches;                         // Those of the last minute.
  std::map<std::string, Waiters, std::less<>> pending;
  std::string problem;
  uint64_t failures = 0;
  async::Lifetime lifetime;

  std::string logged;  // The thread's: the failure that it has logged last.

  std::mutex mutex;
  std::condition_variable_any changed;
  std::deque<std::string> queue;
  std::jthread thread;  // It is last, because it uses the other members.
};

void BalancerKeys::Data::run(const std::stop_token& stop) {
  while (true) {
    std::string id;
    {
      std::unique_lock lock(mutex);
      if (!changed.wait(lock, stop, [this] { return !queue.empty(); })) return;
      id = std::move(queue.front());
      queue.pop_front();
    }
    auto fetched = fetch(id, stop);
    if (stop.stop_requested()) return;
    report(id, fetched);
    boost::asio::post(
        io, lifetime.guard([this, id, fetched = std::move(fetched)] { take(id, fetched); }));
  }
}

Result<BalancerKeys::Keys> BalancerKeys::Data::fetch(const std::string& id,
                                                     const std::stop_token& stop) const {
  try {
    auto place = document_url(url + id);
    if (!place) return place.error();
    WebDocument document(std::move(*place), times);
    const auto found = document.get(stop);
    if (!found) return found.error();
    auto key = jose::PublicKey::from_pem(found->text.value(), id, jose::Algorithm::es256);
    if (!key) return key.error();
    key->prepare();
    auto set = std::make_shared<jose::KeySet>();
    set->add(std::move(*key));
    return set;
  } catch (...) {
    return Error{.code = ErrorCode::internal, .message = base::caught_text()};
  }
}

void BalancerKeys::Data::report(const std::string& id, const Result<Keys>& fetched) {
  if (fetched) {
    logged.clear();
    Line(log, Level::info, "got a load balancer's key").field("key_id", id).field("source", url);
    return;
  }
  std::string reason = base::describe(fetched.error());
  if (reason == logged) return;
  logged = std::move(reason);
  Line(log, Level::warning, "cannot get a load balancer's key")
      .field("source", url)
      .field("reason", logged);
}

void BalancerKeys::Data::take(const std::string& id, const Result<Keys>& fetched) {
  if (fetched) {
    problem.clear();
    if (keys.size() >= kKeysMax) {
      keys.erase(std::min_element(keys.begin(), keys.end(), [](const auto& a, const auto& b) {
        return a.second.used < b.second.used;
      }));
    }
    keys[id] = {.keys = *fetched, .used = ++uses};
  } else {
    const bool unknown = fetched.error().code == ErrorCode::refused;
    absent[id] =
        steady_clock::now() + (unknown ? std::chrono::milliseconds(kAbsentTime) : times.ask_pause);
    if (unknown) {
      problem.clear();
    } else {
      problem = base::describe(fetched.error());
      ++failures;
    }
  }
  const auto waiting = pending.find(id);
  if (waiting == pending.end()) return;
  waiting->second.wake(fetched.has_value());
  pending.erase(waiting);
}

void BalancerKeys::Data::forget_old(SteadyTime now) {
  while (!fetches.empty() && now - fetches.front() >= std::chrono::minutes(1)) fetches.pop_front();
  std::erase_if(absent, [&](const auto& entry) { return entry.second <= now; });
}

// The regions of GovCloud have another place. AWS's page names none for China; its hosts follow the
// same rule with the partition's own suffix.
Result<std::string> BalancerKeys::url_of(const std::string& region) {
  if (!aws::is_region(region)) {
    return Error{.code = ErrorCode::invalid,
                 .message = "'" + region.substr(0, 60) + "' is not the name of an AWS region"};
  }
  if (region.starts_with("us-gov-")) {
    return "https://s3-" + region + ".amazonaws.com/aws-elb-public-keys-prod-" + region + "/";
  }
  return "https://public-keys.auth.elb." + region + "." + std::string(aws::dns_suffix(region)) +
         "/";
}

BalancerKeys::BalancerKeys(boost::asio::io_context& io, log::Log& log, const std::string& url,
                           KeeperTimes times)
    : data_(std::make_unique<Data>(io, log, url, times)) {
  data_->thread =
      std::jthread([data = data_.get()](const std::stop_token& stop) { data->run(stop); });
}

BalancerKeys::~BalancerKeys() = default;

BalancerKeys::Keys BalancerKeys::find(std::string_view id) const {
  const auto found = data_->keys.find(id);
  if (found == data_->keys.end()) return nullptr;
  found->second.used = ++data_->uses;
  return found->second.keys;
}

bool BalancerKeys::may_ask(std::string_view id) const {
  if (!is_uuid(id)) return false;
  if (const auto waiting = data_->pending.find(id); waiting != data_->pending.end()) {
    return waiting->second.size() < kWaitersMax;
  }
  data_->forget_old(steady_clock::now());
  return data_->absent.find(id) == data_->absent.end() && !data_->is_busy();
}

bool BalancerKeys::is_busy(std::string_view id) const {
  if (!is_uuid(id) || data_->keys.find(id) != data_->keys.end()) return false;
  if (const auto waiting = data_->pending.find(id); waiting != data_->pending.end()) {
    return waiting->second.size() >= kWaitersMax;
  }
  data_->forget_old(steady_clock::now());
  return data_->absent.find(id) == data_->absent.end() && data_->is_busy();
}

async::Awaitable<bool> BalancerKeys::ask(std::string id, SteadyTime deadline) {
  if (data_->keys.find(id) != data_->keys.end()) co_return true;
  if (!may_ask(id)) co_return false;
  auto waiting = data_->pending.find(id);
  if (waiting == data_->pending.end()) {
    waiting = data_->pending.try_emplace(id, data_->io).first;
    data_->fetches.push_back(steady_clock::now());
    {
      const std::lock_guard lock(data_->mutex);
      data_->queue.push_back(std::move(id));
    }
    data_->changed.notify_all();
  }
  co_return co_await waiting->second.wait(deadline);
}

std::string BalancerKeys::problem() const {
  return data_->problem;
}

uint64_t BalancerKeys::failures() const {
  return data_->failures;
}

size_t BalancerKeys::size() const {
  return data_->keys.size();
}

}  // namespace penstock::auth
