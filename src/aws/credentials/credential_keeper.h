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

// Keeps fresh credentials. Its own thread fetches them at once, and again well before they expire.
// After a failure it keeps the old ones and tries again, first after a second, then less and less
// often. All functions may be called from any thread.
class CredentialKeeper {
 public:
  using Fetch = std::function<base::Result<Credentials>(std::stop_token)>;
  // Is called on the keeper's thread after each attempt. `next` is the time until the next one; it
  // is kWithoutEnd for credentials that do not expire.
  using Observer =
      std::function<void(const base::Result<Credentials>& attempt, std::chrono::seconds next)>;

  // Starts the thread. `fetch` may block; it should return soon after a request to stop.
  CredentialKeeper(Fetch fetch, Observer observer);
  CredentialKeeper(const CredentialKeeper&) = delete;
  CredentialKeeper& operator=(const CredentialKeeper&) = delete;
  // Waits for the request under way. That takes at most five seconds with the sources of this
  // folder, and the time that the system's resolver needs.
  ~CredentialKeeper() = default;

  // Returns the newest credentials, or null before the first success. They may have expired, if
  // newer ones could not be fetched. It never waits for the network.
  [[nodiscard]] std::shared_ptr<const Credentials> credentials() const;
  // Returns why the last attempt failed. It is empty after a success, and before the end of the
  // first attempt.
  [[nodiscard]] std::string problem() const;

  // Makes the thread fetch credentials again, because the present ones were refused, but not
  // earlier than kPauseMin after the last attempt. It returns at once.
  void renew_soon();

  // These are the shortest pause between two attempts, and the longest after a failure.
  static constexpr std::chrono::seconds kPauseMin{1};
  static constexpr std::chrono::seconds kPauseMax{60};
  // Credentials are fetched again this long before they expire.
  static constexpr std::chrono::minutes kAhead{15};
  // The pause is this long if they do not expire.
  static constexpr std::chrono::hours kWithoutEnd{1'000'000};

 private:
  void run(const std::stop_token& stop);
  // Stores the result of an attempt and returns how long to wait after it.
  std::chrono::seconds record_attempt(base::Result<Credentials> attempt);

  const Fetch fetch_;
  const Observer observer_;
  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  std::shared_ptr<const Credentials> credentials_;
  std::string problem_;
  bool renewal_asked_ = false;
  int failures_ = 0;
  std::jthread thread_;  // It is last, because it uses the other members.
};

// Returns how long to wait before credentials are fetched again: until kAhead before they expire,
// or half of the remaining time if that is longer, but at least kPauseMin.
[[nodiscard]] std::chrono::seconds time_to_refresh(std::optional<base::SystemTime> expiration,
                                                   base::SystemTime now);

}  // namespace penstock::aws
