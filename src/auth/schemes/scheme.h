#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "async/awaitable.h"
#include "auth/client_addresses.h"
#include "auth/failures.h"
#include "auth/principal.h"
#include "auth/request_credentials.h"
#include "base/time_text.h"
#include "http/server/message.h"

namespace penstock::auth {

// Is one request that is being decided on. What costs a system call is looked up when it is needed,
// and once.
class Attempt {
 public:
  // All must outlive it.
  Attempt(const http::RequestMessage& request, base::SystemTime now, base::SteadyTime steady_now,
          const ClientAddresses& addresses, const Failures& failures)
      : request_(request),
        now_(now),
        steady_now_(steady_now),
        addresses_(addresses),
        failures_(failures) {}

  [[nodiscard]] const http::RequestMessage& request() const { return request_; }
  [[nodiscard]] base::SystemTime now() const { return now_; }
  [[nodiscard]] base::SteadyTime steady_now() const { return steady_now_; }
  [[nodiscard]] const Failures& failures() const { return failures_; }
  [[nodiscard]] bool from_trusted_proxy() const;
  // Returns the text by which the client's failures are counted.
  [[nodiscard]] const std::string& address() const;
  // Returns how long no credential of the client's address is tried any more; 0 if one is.
  [[nodiscard]] std::chrono::seconds wait_of_address() const;

 private:
  const http::RequestMessage& request_;
  base::SystemTime now_;
  base::SteadyTime steady_now_;
  const ClientAddresses& addresses_;
  const Failures& failures_;
  mutable std::optional<bool> from_trusted_proxy_;
  mutable std::optional<std::string> address_;
};

// Says what has become of the credential of one scheme. The order is the one in which a failure
// counts for the answer, where several needs of an alternative are not met: the first ones are
// worst, since nothing else that the client could do would help.
struct Check {
  enum class State : uint8_t {
    too_many_failures,
    refused,
    malformed,
    missing,
    no_keys,
    too_busy,
    accepted,
  };

  State state = State::missing;
  Caller::Shared principal = {};
  // Is for the client, as the rest of a sentence about the credential: "has expired". It says
  // nothing that helps to make a better one.
  std::string_view fault = {};
  std::string reason = {};  // For the log. It has no part of a credential.
  std::string user = {};    // Whose failure it is, beside the address's.
  std::chrono::seconds retry_after{0};
};

// Checks the credentials of one security scheme. The server's thread makes all calls.
class Scheme {
 public:
  Scheme() = default;
  Scheme(const Scheme&) = delete;
  Scheme& operator=(const Scheme&) = delete;
  virtual ~Scheme() = default;

  // Returns the result, or nothing if that needs a wait. Then nothing has happened yet.
  [[nodiscard]] virtual std::optional<Check> check_now(const Attempt& attempt) = 0;
  // Waits for the result, within a deadline of its own. It is called after check_now() has returned
  // nothing.
  [[nodiscard]] virtual async::Awaitable<Check> check(const Attempt& attempt);

  // Returns the credential as a part of a sentence: "the API key in the header x-api-key".
  [[nodiscard]] virtual std::string credential() const = 0;
  // Returns the place of the credential. Two schemes with the same place read the same credential.
  [[nodiscard]] virtual std::string place() const = 0;
  // Returns a challenge without the parameters of a failure, such as `Bearer realm="orders"`.
  [[nodiscard]] virtual std::string challenge(std::string_view realm) const = 0;
  // Says whether the challenge may have `error`, `error_description` and `scope` (RFC 6750 section
  // 3).
  [[nodiscard]] virtual bool has_error_parameters() const { return false; }
};

}  // namespace penstock::auth
