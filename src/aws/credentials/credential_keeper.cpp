#include "aws/credentials/credential_keeper.h"

#include <algorithm>

#include "aws/times.h"

namespace penstock::aws {

using std::chrono::seconds;
using std::chrono::steady_clock;
using std::chrono::system_clock;

// EC2 makes new credentials at least five minutes before the old ones end, so the first attempts
// may bring the old ones again: halving what is left comes back often enough.
seconds time_to_refresh(std::optional<base::SystemTime> expiration, base::SystemTime now) {
  if (!expiration) return CredentialKeeper::kWithoutEnd;
  const auto left = std::chrono::floor<seconds>(*expiration - now);
  return std::max<seconds>(
      {left - CredentialKeeper::kAhead, left / 2, CredentialKeeper::kPauseMin});
}

CredentialKeeper::CredentialKeeper(Fetch fetch, Observer observer)
    : fetch_(std::move(fetch)),
      observer_(std::move(observer)),
      thread_([this](const std::stop_token& stop) { run(stop); }) {}

std::shared_ptr<const Credentials> CredentialKeeper::credentials() const {
  const std::lock_guard lock(mutex_);
  return credentials_;
}

std::string CredentialKeeper::problem() const {
  const std::lock_guard lock(mutex_);
  return problem_;
}

void CredentialKeeper::renew_soon() {
  {
    const std::lock_guard lock(mutex_);
    renewal_asked_ = true;
  }
  changed_.notify_all();
}

void CredentialKeeper::run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    auto attempt = fetch_(stop);
    if (stop.stop_requested()) return;
    if (attempt && attempt->expiration && *attempt->expiration <= system_clock::now()) {
      attempt = base::Error{.code = base::ErrorCode::unavailable,
                            .message = "the credentials from the " + attempt->source +
                                       " had ended already at " + timestamp(*attempt->expiration)};
    }
    const seconds pause = record_attempt(attempt);
    observer_(attempt, pause);
    std::unique_lock lock(mutex_);
    const auto attempted = steady_clock::now();
    // A wish from before this attempt has been fulfilled by it.
    renewal_asked_ = false;
    changed_.wait_until(lock, stop, attempted + pause, [this] { return renewal_asked_; });
    // Whoever asks does so at every refusal.
    changed_.wait_until(lock, stop, attempted + kPauseMin, [] { return false; });
  }
}

seconds CredentialKeeper::record_attempt(base::Result<Credentials> attempt) {
  const std::lock_guard lock(mutex_);
  if (attempt) {
    const auto pause = time_to_refresh(attempt->expiration, system_clock::now());
    credentials_ = std::make_shared<const Credentials>(std::move(*attempt));
    problem_.clear();
    failures_ = 0;
    return pause;
  }
  problem_ = attempt.error().message;
  return std::min(kPauseMax, kPauseMin * (1 << std::min(failures_++, 6)));
}

}  // namespace penstock::aws
