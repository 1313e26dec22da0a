#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "async/awaitable.h"
#include "async/deadline.h"
#include "base/result.h"

// Remembers the first answers of requests with an `Idempotency-Key`
// (draft-ietf-httpapi-idempotency-key-header).
namespace penstock::idempotency {

// Holds what is remembered of an answer. A repetition gets all of it.
struct StoredAnswer {
  unsigned status = 0;
  std::string content_type = {};  // Empty if there is no body.
  std::vector<std::pair<std::string, std::string>> headers = {};
  std::string body = {};
};

// The texts of an answer that is stored have at most this many bytes in sum. So an entry fits into
// an item of DynamoDB, which has at most 400 KB.
inline constexpr size_t kAnswerBytesMax = 256 * 1024;

// Returns how many bytes the texts of the answer have.
[[nodiscard]] size_t bytes_of(const StoredAnswer& answer);

// Returns the answer as one text, for stores that keep it so, and makes an answer of such a text.
// It is JSON in UTF-8, whatever bytes the body has, and has no NUL. answer_of() fails with
// `invalid` for what answer_text() does not write.
[[nodiscard]] std::string answer_text(const StoredAnswer& answer);
[[nodiscard]] base::Result<StoredAnswer> answer_of(std::string_view text);

// Asks for a key on behalf of one request. It is the same object in all calls for this request.
struct Claim {
  std::string key;          // 64 digits in hex: who sends, the operation and the key, hashed.
  std::string fingerprint;  // 64 digits in hex: the method, the target and the body, hashed.
  // This is a UUID that no other claim has, 36 characters. A store whose client repeats a call, as
  // it has lost the answer, finds its own claim by them.
  std::string holder;
  // After this time another request may take the key, so that a process that has died does not hold
  // it for ever. It is longer than any request takes.
  std::chrono::seconds lease{};
  // After this time the entry is forgotten, as if the key had never been used.
  std::chrono::seconds keep{};
};

// Says what a store knows of a key.
struct Entry {
  enum class State {
    // The key was not used, or has been forgotten. The caller has it now, until its lease ends.
    fresh,
    // An earlier request with this key and this fingerprint ended without an answer that is known:
    // its lease has ended, or it was released as `unknown`. Its events may be stored. The caller
    // has the key now, and publishes with the same event ids.
    unknown,
    // Another request with this key and this fingerprint is being handled.
    running,
    // `answer` is the first one's.
    finished,
    // The key was used for a request with another fingerprint. It is as it was: not even a lease
    // that has ended changes hands.
    different,
  };
  State state = State::fresh;
  std::optional<StoredAnswer> answer = {};  // Only of a finished one.
};

// Keeps entries by their keys, for all tasks of a service. All calls are for the thread of the
// resources. Each fails with `unavailable` or `timed_out` if the store cannot be reached or asked;
// then nobody knows whether it was done.
//
// An entry has: the fingerprint, the holder with the end of its lease, or none, the answer, or
// none, and the time when it is forgotten. A lease that has ended counts as none. A claim is the
// holder's if the entry has its `holder`, and the lease has not been taken by another since.
class Store {
 public:
  virtual ~Store() = default;

  // Takes the key for the claim, or says what is known of it. It does so at once:
  //   no entry, or one whose time has passed → an entry with the claim's fingerprint, held by the
  //     claim, to be forgotten after `keep`; fresh
  //   another fingerprint → different
  //   an answer → finished
  //   held by this claim → fresh (a repetition of this call; `unknown` is as good)
  //   held by another → running
  //   held by none → held by the claim; unknown
  [[nodiscard]] virtual async::Awaitable<base::Result<Entry>> begin(const Claim& claim,
                                                                    async::SteadyTime deadline) = 0;

  // Stores the answer, which is forgotten after the claim's `keep` from now. Does nothing, which is
  // no failure, if the claim does not hold the entry any longer: then the one that has it has the
  // same events, and an answer as good.
  [[nodiscard]] virtual async::Awaitable<base::Result<>> finish(const Claim& claim,
                                                                const StoredAnswer& answer,
                                                                async::SteadyTime deadline) = 0;

  // Says what is left of an entry that is released without an answer.
  enum class Left {
    nothing,  // Nothing was stored: the entry is deleted, so that the next request is `fresh`.
    unknown,  // Nobody knows, or the answer could not be kept: held by none.
  };
  // Ends the claim's hold. Does nothing, which is no failure, if the claim does not hold the entry.
  [[nodiscard]] virtual async::Awaitable<base::Result<>> release(const Claim& claim, Left left,
                                                                 async::SteadyTime deadline) = 0;
};

}  // namespace penstock::idempotency
