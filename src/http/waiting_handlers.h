#pragma once

#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "async/awaitable.h"
#include "async/deadline.h"
#include "http/handled_operations.h"
#include "http/handler.h"
#include "http/request_validator.h"
#include "http/server/message.h"

namespace penstock::http {

// Runs the handlers that wait for others, each within the limits of its operation
// (contract/openapi/handler_limits.h). Each has a coroutine of its own, so that its client gets an
// answer at the deadline whatever the handler does. A handler whose client does not wait for it any
// more is cancelled: what it awaits throws boost::system::system_error with operation_aborted.
// Until it has ended it counts as in flight, and what it sees of its request lives. It belongs to
// the thread of the server.
class WaitingHandlers {
 public:
  // Says how the wait for a handler has ended.
  enum class End : uint8_t {
    answered,
    failed,  // It has thrown something.
    late,    // Its deadline has passed.
    left,    // The client has left.
  };
  struct Outcome {
    End end = End::answered;
    std::optional<Answer> answer = {};
    std::exception_ptr failure = {};
    // These are those of the request.
    std::string_view route = {};
    const contract::Operation* operation = nullptr;
    bool head = false;
  };

  // So much memory of calls that have ended is kept for the next ones.
  static constexpr size_t kSpareCallsMax = 256;

  // `operations` must outlive this object, and not change. The bodies of the requests in flight may
  // have `body_bytes_max` in sum; a request beyond is refused as those beyond its limit are.
  WaitingHandlers(const HandledOperations& operations, size_t body_bytes_max);
  WaitingHandlers(const WaitingHandlers&) = delete;
  WaitingHandlers& operator=(const WaitingHandlers&) = delete;
  // Calls whose coroutines are still there keep their memory.
  ~WaitingHandlers();

  // Takes over the request of a handler that waits. Returns why it may not run now, or an empty
  // text: then run() must follow before the next begin(), or the request is forgotten.
  [[nodiscard]] std::string_view begin(const RequestMessage& message, const ValidRequest& valid);
  // Runs the handler of the last begin() until it answers, its deadline passes or the client
  // leaves.
  [[nodiscard]] async::Awaitable<Outcome> run(const RequestMessage& message);

  // From now on no deadline is later than this one.
  void end_by(async::SteadyTime deadline);
  // Cancels all handlers.
  void cancel();
  // Returns how many have not ended.
  [[nodiscard]] size_t in_flight() const;
  // Appends metrics in Prometheus' text format. There are none without such handlers.
  void write_metrics(std::string& out) const;

 private:
  struct Counts;
  struct Call;
  struct Shared;
  class Running;
  class Waiter;

  static async::Awaitable<> run_handler(Running running, Call& call);

  std::shared_ptr<Shared> shared_;
};

}  // namespace penstock::http
