#include "aws/credentials/credential_keeper.h"

#include <algorithm>

#include "aws/times.h"

namespace penstock::aws {

using std::chrono::seconds;
using std::chrono::steady_clock;
using std::chrono::system_clock;

// EC2 makes new credentials at least five minutes before the old ones expire, so the first attempts
// may return the old ones again. Waiting for half of the remaining time repeats them often enough.
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
      attempt =
          base::Error{.code = base::ErrorCode::unavailable,
                      .message = "the credentials from the " + attempt->source +
                                 " had already expired at " + timestamp(*attempt->expiration)};
    }
    const seconds pause = record_attempt(attempt);
    observer_(attempt, pause);
    std::unique_lock lock(mutex_);
    const auto attempted = steady_clock::now();
    // The attempt has fulfilled every request for renewal that came before its end.
    renewal_asked_ = false;
    changed_.wait_until(lock, stop, attempted + pause, [this] { return renewal_asked_; });
    // This limits the rate, because renewal is requested at every refusal.
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
