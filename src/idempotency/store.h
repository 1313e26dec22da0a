#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "async/awaitable.h"
#include "async/deadline.h"
#include "base/result.h"

// Remembers the first answers of requests with an `Idempotency-Key`
// (draft-ietf-httpapi-idempotency-key-header).
namespace penstock::idempotency {

// What is remembered of an answer.
struct StoredAnswer {
  unsigned status = 0;
  std::string content_type = {};
  std::vector<std::pair<std::string, std::string>> headers = {};
  std::string body = {};
};

// What a store knows of a key.
struct Entry {
  enum class State {
    fresh,     // Nobody has used the key: it is now the caller's, until its lease ends.
    running,   // Another request with this key is being handled.
    finished,  // `answer` is the first one's.
    // The first one's event may be stored or not (504). The caller has the lease now, and publishes
    // with the same event ids.
    unknown,
  };
  State state = State::fresh;
  std::string fingerprint = {};  // Of the first request.
  std::optional<StoredAnswer> answer = {};
};

// Keeps entries by their keys, for all tasks of a service. A key here is a hash of who has sent the
// request, of its operation and of its Idempotency-Key. All calls are for the thread of the
// resources.
class Store {
 public:
  virtual ~Store() = default;

  // Takes the key for the caller, or says what is known of it. A lease ends after `lease`, so that
  // a process that has died does not hold the key; the entry is forgotten after `keep`. Fails with
  // `unavailable` or `timed_out`; then the request is not handled.
  [[nodiscard]] virtual async::Awaitable<base::Result<Entry>> begin(
      const std::string& key, const std::string& fingerprint, std::chrono::seconds lease,
      std::chrono::seconds keep, async::SteadyTime deadline) = 0;
  // Stores the answer, if the caller still has the lease.
  [[nodiscard]] virtual async::Awaitable<base::Result<>> finish(const std::string& key,
                                                                const StoredAnswer& answer,
                                                                std::chrono::seconds keep,
                                                                async::SteadyTime deadline) = 0;
  // Ends the lease: nothing was stored, so that a next request begins anew (`fresh`), or nobody
  // knows (`unknown`).
  [[nodiscard]] virtual async::Awaitable<base::Result<>> release(const std::string& key,
                                                                 Entry::State state,
                                                                 async::SteadyTime deadline) = 0;
};

}  // namespace penstock::idempotency
