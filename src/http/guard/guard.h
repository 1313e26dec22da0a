#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <variant>

#include "async/awaitable.h"
#include "auth/authenticator.h"
#include "auth/client_addresses.h"
#include "base/result.h"
#include "contract/openapi/contract.h"
#include "http/guard/admitted.h"
#include "http/guard/rate_limits.h"
#include "http/server/service.h"

namespace penstock::http {

// Says of each request of a contract whether its client may send it: by the operation's `security`
// and by its `x-penstock-rate`. What it says stays with the request (admitted.h), so that it is
// decided and counted once. It belongs to the thread of its server.
//
// A limit by address is counted before the credentials are looked at, so that it also protects who
// verifies them. The other limits come after: whoever has no valid credential must not use up what
// belongs to others.
class Guard {
 public:
  // Makes the guard of a contract, or null if there is nothing to guard. Without an authenticator
  // somebody else has authenticated the clients, and only rates are limited, by address instead of
  // by principal. `addresses` says where a request comes from. `contract`, or what it is moved to,
  // must outlive the guard.
  [[nodiscard]] static std::unique_ptr<Guard> make(
      const contract::Contract& contract, std::unique_ptr<auth::Authenticator> authenticator,
      auth::ClientAddresses addresses);
  ~Guard();

  // Lets the request pass.
  struct Pass {};
  // Returns the reply to a client that may not send this request, or that a wait must come first:
  // then decide() must be called, and check() again.
  [[nodiscard]] std::variant<Pass, Reply, DecideLater> check(const contract::Operation& operation,
                                                             const RequestMessage& request);
  // Decides on a request for which check() has returned DecideLater. The wait is bounded.
  [[nodiscard]] async::Awaitable<> decide(const RequestMessage& request);

  // Says whether there is anything to decide, or to add to answers.
  [[nodiscard]] bool is_needed() const { return authenticator_ != nullptr || rates_.used(); }
  // Adds the headers of the operation's rate limit to an answer, whatever its status is. An answer
  // to a caller whose credential is not in Authorization is `private` unless the handler says
  // something else: a shared cache keeps away from Authorization only (RFC 9111 section 3.5).
  void add_headers(const RequestMessage& request, ResponseMessage& response) const;

  // Is null if somebody else authenticates.
  [[nodiscard]] const auth::Authenticator* authenticator() const { return authenticator_.get(); }
  [[nodiscard]] const RateLimits& rates() const { return rates_; }

 private:
  Guard(const contract::Contract& contract, std::unique_ptr<auth::Authenticator> authenticator,
        auth::ClientAddresses addresses);

  [[nodiscard]] bool is_guarded(const contract::Operation& operation) const;
  void begin(Admitted& decided, const RequestMessage& request);
  void settle(Admitted& decided, const RequestMessage& request, auth::Decision decision);
  // `group` is that of TokenBuckets.
  void count(Admitted& decided, std::string_view key, std::string_view group);
  void count_address(Admitted& decided, const RequestMessage& request);
  [[nodiscard]] static Reply reply_of(const Admitted& decided);

  const std::unique_ptr<auth::Authenticator> authenticator_;
  const auth::ClientAddresses addresses_;
  RateLimits rates_;
};

// Makes the guard of a contract that a service has taken, or null if the service needs none. It
// fails with `invalid` if the deployer's settings do not fit the contract.
using MakeGuard =
    std::function<base::Result<std::unique_ptr<Guard>>(const contract::Contract& contract)>;

}  // namespace penstock::http
