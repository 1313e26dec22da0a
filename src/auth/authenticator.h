#pragma once

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "async/awaitable.h"
#include "auth/principal.h"
#include "auth/settings.h"
#include "base/result.h"
#include "contract/openapi/contract.h"
#include "http/server/message.h"
#include "log/log.h"

namespace penstock::auth {

// What has become of a request's credentials, for metrics and the log. name_of() has the words.
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

// Says why a request is not let through, and what its client is told.
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

// Says of each request who sends it, as the contract's `security` and the deployer's settings say.
// It is used by the thread of its io_context.
class Authenticator {
 public:
  // Fails with `invalid` if the settings do not fit the contract: a scheme that an operation
  // requires has none, or the settings name one that the contract does not have. Keys, users and
  // key sets that are files or texts must be readable now; those at a URL are fetched in the
  // background. `io`, `contract` and `log` must outlive the result.
  [[nodiscard]] static base::Result<std::unique_ptr<Authenticator>> make(
      boost::asio::io_context& io, const contract::Contract& contract, const Settings& settings,
      log::Log& log);
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
