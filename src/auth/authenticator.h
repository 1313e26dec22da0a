#pragma once

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "async/awaitable.h"
#include "auth/auth_settings.h"
#include "auth/client_addresses.h"
#include "auth/principal.h"
#include "base/result.h"
#include "base/time_text.h"
#include "contract/openapi/contract.h"
#include "http/server/message.h"
#include "log/log.h"

namespace penstock::auth {

// Says what has become of a request's credentials, for metrics and the log.
enum class Outcome : uint8_t {
  accepted,
  anonymous,           // None is required, and none was sent.
  missing,             // 401: no credential that the operation takes.
  malformed,           // 401: a credential that cannot be read.
  refused,             // 401: a wrong or unknown one, or one that is not valid any more.
  insufficient_scope,  // 403
  too_many_failures,   // 429
  no_keys,             // 503: the keys of the issuer are not there yet.
  too_busy,            // 503: too many passwords wait to be checked.
};
inline constexpr size_t kOutcomes = 9;
[[nodiscard]] std::string_view name_of(Outcome outcome);

// Says why a request is not admitted, and what its client gets to know.
struct Refusal {
  Outcome outcome = Outcome::missing;
  unsigned status = 401;
  std::string detail;                   // For the client.
  std::vector<std::string> challenges;  // The values of WWW-Authenticate (RFC 9110 section 11.6.1).
  std::chrono::seconds retry_after{0};  // 0: no Retry-After.
  // These are for the log. No part of a credential is in them.
  std::string reason;
  std::string scheme;
  std::string subject;  // Of a principal that lacks a scope.
};

using Decision = std::variant<Caller, Refusal>;

// Has what differs in tests.
struct AuthenticatorSurroundings {
  std::function<base::SystemTime()> wall_clock = &std::chrono::system_clock::now;
  std::function<base::SteadyTime()> steady_clock = &std::chrono::steady_clock::now;
  ClientAddresses::PeerOf peer_of = &ClientAddresses::peer_of;
};

// Says of each request who sends it, as the contract's `security` and the deployer's settings say.
// It is used by the thread of its io_context.
//
// The alternatives of `security` are tried in order, and the first that is met counts. An
// alternative without a scheme, `{}`, is tried last: it is met if no credential of the others was
// wrong. A wrong one is refused even then: its sender means to be somebody, and would get what
// anonymous clients get without a word of it. If no alternative is met, the answer is that of the
// one that came nearest, and the challenges are those of all.
class Authenticator {
 public:
  // Fails with `invalid` if the settings do not fit the contract: a scheme that an operation
  // requires has none, or one is not checked here; or with the error of keys, users or key sets
  // that are files or texts, which must be readable now. Those at a URL are fetched in the
  // background. `io`, `contract` and `log` must outlive the result.
  [[nodiscard]] static base::Result<std::unique_ptr<Authenticator>> make(
      boost::asio::io_context& io, const contract::Contract& contract, const Settings& settings,
      log::Log& log, AuthenticatorSurroundings surroundings = {});
  ~Authenticator();

  // Decides at once, or returns nothing if that needs a wait: then decide() must be called. Each
  // request is decided once, because failures are counted.
  [[nodiscard]] std::optional<Decision> decide_now(const contract::Security& security,
                                                   const http::RequestMessage& request);
  // Waits for a password's hash, or for an issuer's new keys, within a deadline of its own.
  [[nodiscard]] async::Awaitable<Decision> decide(const contract::Security& security,
                                                  const http::RequestMessage& request);

  // Returns the address of the client: that of the connection, or if it is one of a trusted proxy,
  // the last one in X-Forwarded-For that is not. It is empty if it cannot be known.
  [[nodiscard]] std::string client_address(const http::RequestMessage& request) const;
  // Returns why not all keys are there, or an empty text.
  [[nodiscard]] std::string not_ready_reason() const;
  // Appends the metrics in Prometheus' text format.
  void write_metrics(std::string& out) const;
  // Returns a sentence for each scheme that says which source is in force, for the log at start.
  [[nodiscard]] std::vector<std::string> sources() const;

 private:
  struct Data;
  explicit Authenticator(std::unique_ptr<Data> data);
  std::unique_ptr<Data> data_;
};

}  // namespace penstock::auth
