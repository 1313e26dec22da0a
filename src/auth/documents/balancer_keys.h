#pragma once

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "async/awaitable.h"
#include "auth/documents/keeper_times.h"
#include "base/result.h"
#include "jose/key_set.h"
#include "log/log.h"

namespace penstock::auth {

// Holds the public keys by which application load balancers of AWS sign x-amzn-oidc-data (AWS,
// "Authenticate users using an Application Load Balancer"). They are fetched one at a time, by the
// key id that a token names before anything of it is verified, so all is bounded. The server's
// thread makes all calls; a thread of its own asks AWS.
class BalancerKeys {
 public:
  // A region's load balancers have few keys at a time. The key that was used longest ago gives way.
  static constexpr size_t kKeysMax = 100;
  // So many ids are fetched in a minute at most, and so many wait for that at most.
  static constexpr size_t kFetchesPerMinute = 30;
  static constexpr size_t kQueueMax = 10;
  // So many requests may wait for one key.
  static constexpr size_t kWaitersMax = 200;
  // An id that AWS does not know is not asked for again for a while. The ids within a while are no
  // more than the fetches.
  static constexpr std::chrono::minutes kAbsentTime{10};

  using Keys = std::shared_ptr<const jose::KeySet>;

  // Returns the URL that is followed by the id of a key. Fails with `invalid` if the text is not
  // the name of a region.
  [[nodiscard]] static base::Result<std::string> url_of(const std::string& region);
  // `url` is that of url_of(). `io` and `log` must outlive it. Its thread starts now.
  BalancerKeys(boost::asio::io_context& io, log::Log& log, const std::string& url,
               KeeperTimes times = {});
  // Ends as soon as ~DocumentKeeper() does. Waits of ask() end with false.
  ~BalancerKeys();

  // Returns the key with this id as a set of one key, which serves ES256, or null if it is not here
  // yet.
  [[nodiscard]] Keys find(std::string_view id) const;
  // Says whether ask() would fetch the key or wait for it: the id is a UUID, which is not known to
  // be absent, and the limits allow it.
  [[nodiscard]] bool may_ask(std::string_view id) const;
  // Says whether ask() would fetch the key or wait for it, but for the limits: it may later.
  [[nodiscard]] bool is_busy(std::string_view id) const;
  // Fetches the key, unless that is under way already, and waits for it. Returns true if find() has
  // it now, and false at the deadline, after a failure, or if may_ask() does not hold.
  [[nodiscard]] async::Awaitable<bool> ask(std::string id,
                                           std::chrono::steady_clock::time_point deadline);

  // Returns why the last attempt failed, or an empty text. That AWS does not know a key is no
  // failure.
  [[nodiscard]] std::string problem() const;
  [[nodiscard]] uint64_t failures() const;
  [[nodiscard]] size_t size() const;

 private:
  struct Data;
  std::unique_ptr<Data> data_;
};

}  // namespace penstock::auth
