#pragma once

#include <memory>

#include "async/awaitable.h"
#include "async/deadline.h"
#include "aws/credentials.h"
#include "aws/credentials/credential_keeper.h"
#include "base/result.h"
#include "resources/start.h"

namespace penstock::aws {

// Gives coroutines the credentials that a keeper fetches on its thread (credential_keeper.h), so
// that no request blocks. All clients of one service's resources share one.
class LiveCredentials {
 public:
  // Starts to fetch credentials by the chain of AWS's SDKs, from the variables of the start.
  explicit LiveCredentials(const resources::Start& start);
  LiveCredentials(const LiveCredentials&) = delete;
  LiveCredentials& operator=(const LiveCredentials&) = delete;
  // Returns the one of these resources.
  [[nodiscard]] static std::shared_ptr<LiveCredentials> of(const resources::Start& start);

  using Shared = std::shared_ptr<const Credentials>;
  // Returns credentials that have not expired. It waits only while the first ones are fetched, and
  // while expired ones are renewed; once the last attempt has failed it fails at once. Fails with
  // `unavailable`; the detail has the sentence of the chain. So many may wait:
  [[nodiscard]] async::Awaitable<base::Result<Shared>> usable(async::SteadyTime deadline);
  static constexpr size_t kWaitingMax = 1'000;

  // Fetches others, because `used` were refused as expired. Returns them, or null if the next
  // attempt has given none by the deadline.
  [[nodiscard]] async::Awaitable<Shared> newer_than(Shared used, async::SteadyTime deadline);

  // Asks for others soon, because the present ones were refused. It does not wait.
  void renew_soon() { keeper_.renew_soon(); }

 private:
  struct Attempts;
  std::shared_ptr<Attempts> attempts_;
  CredentialKeeper keeper_;
};

}  // namespace penstock::aws
