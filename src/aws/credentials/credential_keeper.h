#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>

#include "aws/credentials.h"
#include "base/result.h"
#include "base/time_text.h"

namespace penstock::aws {

// Keeps credentials that have not ended: a thread of its own fetches them at once, and again well
// before they end. A failure is tried again, first after a second, then less and less often, and
// what is there is kept meanwhile.
class CredentialKeeper {
 public:
  using Fetch = std::function<base::Result<Credentials>(std::stop_token)>;
  // Called on the keeper's thread after each attempt. `next`: until the next one; the longest for
  // credentials without an end.
  using Observer =
      std::function<void(const base::Result<Credentials>& attempt, std::chrono::seconds next)>;

  CredentialKeeper(Fetch fetch, Observer observer);
  CredentialKeeper(const CredentialKeeper&) = delete;
  CredentialKeeper& operator=(const CredentialKeeper&) = delete;
  // Waits for the request that is under way: five seconds with the sources of this folder, and the
  // time of the system's resolver.
  ~CredentialKeeper() = default;

  // The newest credentials. It never blocks on the network, and may be called from any thread. Null
  // before the first success. They may have ended, if nothing newer was to be had.
  [[nodiscard]] std::shared_ptr<const Credentials> credentials() const;
  // Why the last attempt failed; empty after a success, and before the end of the first attempt.
  [[nodiscard]] std::string problem() const;

  // Fetches anew, because somebody has refused these credentials, but not sooner than kPauseMin
  // after the last attempt. It may be called from any thread, and returns at once.
  void renew_soon();

  static constexpr std::chrono::seconds kPauseMin{1};
  static constexpr std::chrono::seconds kPauseMax{60};  // Between attempts that fail.
  static constexpr std::chrono::minutes kAhead{15};     // Before the end.
  static constexpr std::chrono::hours kWithoutEnd{1'000'000};

 private:
  void run(const std::stop_token& stop);
  // Keeps what an attempt brought, and says how long to wait for the next one, from the attempt's
  // end.
  std::chrono::seconds record_attempt(base::Result<Credentials> attempt);

  const Fetch fetch_;
  const Observer observer_;
  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  std::shared_ptr<const Credentials> credentials_;
  std::string problem_;
  bool renewal_asked_ = false;
  int failures_ = 0;
  std::jthread thread_;  // Last: it uses the others.
};

// When to fetch again: kAhead before the end, or after half of what is left if that is less; at
// once, but for kPauseMin, when nothing is.
[[nodiscard]] std::chrono::seconds time_to_refresh(std::optional<base::SystemTime> expiration,
                                                   base::SystemTime now);

}  // namespace penstock::aws
