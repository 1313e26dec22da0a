#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "async/awaitable.h"
#include "async/deadline.h"
#include "base/result.h"
#include "base/wiped_text.h"
#include "resources/start.h"

// An upstream is a server of others that a handler asks by HTTP. This room is for handlers that
// wait; what blocks a thread of its own uses net/http_client.h.
namespace penstock::upstream {

// Holds names and values in the order in which they are sent or were received. Values may be
// secrets.
using Headers = std::vector<std::pair<std::string, base::WipedText>>;

struct Request {
  std::string method = "GET";
  std::string target = "/";  // The path with the query; see percent_encoded().
  Headers headers = {};      // The client adds Host, User-Agent and Content-Length.
  base::WipedText body = {};
  // Says whether the request may be sent again after the server may have acted on it. Without a
  // word GET, HEAD, PUT, DELETE, OPTIONS and TRACE may (RFC 9110 section 9.2.2).
  std::optional<bool> repeatable = {};
};

// Returns the text as one part of a path or one value of a query: everything but the unreserved
// characters of RFC 3986 section 2.3 becomes %XX, also a slash.
[[nodiscard]] std::string percent_encoded(std::string_view text);

struct Response {
  unsigned status = 0;
  Headers headers = {};
  base::WipedText body = {};
  // An attempt before the one that was answered so may have acted: it was sent and had no answer,
  // or the upstream failed.
  bool unsure = false;

  // Returns the first value of the header of that name, in any case of letters, or an empty view.
  [[nodiscard]] std::string_view header(std::string_view name) const;
};

// Limits what one client takes, and how it tries again. The numbers are per client.
struct Settings {
  size_t connections_max = 32;  // Open at once; a further request waits for one.
  size_t waiting_max = 256;     // Requests that wait for a connection. A further one fails.
  size_t idle_max = 16;         // Kept alive without a request.
  std::chrono::milliseconds idle_time{30'000};        // A kept connection is closed after this.
  std::chrono::milliseconds connect_timeout{2'000};   // With the name's lookup and TLS.
  std::chrono::milliseconds attempt_timeout{10'000};  // One attempt, to the last byte.
  size_t header_bytes_max = 16 * 1024;
  size_t body_bytes_max = 8 * 1024 * 1024;
  // A request that has failed and may be repeated is tried so often, with a pause of 50 ms, 100 ms,
  // … times a random share between them. `Retry-After` makes the pause longer.
  int attempts_max = 3;
  // Retries are at most this share of the requests (a token bucket of 10), so that an upstream
  // that is down does not get three times the load.
  double retry_share = 0.1;
  // After so many failures in a row requests fail at once, for `broken_time`; then one is
  // sent. 0 never does so.
  int failures_max = 20;
  std::chrono::milliseconds broken_time{1'000};
};

// Says what the answer of an attempt means.
enum class Verdict {
  final,        // It is the result.
  failed,       // The upstream may have acted, and failed: it is tried again if that is allowed.
  did_nothing,  // The upstream has done nothing, and may later: it is tried again in any case.
};

// Makes and judges the attempts of one request, for protocols above HTTP. Both functions are called
// while Client::send() runs.
struct Attempts {
  // Makes the request of the next attempt, which may differ: a signature has its time.
  std::function<base::Result<Request>()> make;
  std::function<Verdict(const Response& response)> judge;
};

// Asks one upstream by HTTP/1.1, over connections that it keeps and shares between requests. All
// calls are for the thread of Start::io. Every wait ends at the request's deadline, and if the
// coroutine is cancelled, which is thrown on (async/awaitable.h). It follows no redirects. The
// bytes of answers under way are bounded by connections_max times body_bytes_max.
class Client {
 public:
  // Makes a client of "https://host:port/prefix" or "http://…"; nothing is connected yet. `name`
  // names the upstream in messages and metrics. Fails with `invalid`.
  [[nodiscard]] static base::Result<std::unique_ptr<Client>> make(const resources::Start& start,
                                                                  std::string name,
                                                                  std::string_view url,
                                                                  Settings settings = {});
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;
  // Closes the kept connections. Requests under way end by themselves.
  ~Client();

  // Sends the request and returns the response, whatever its status; 429, 502, 503 and 504 are
  // tried again first (429 even if the request is not repeatable, as nothing was done). Fails with
  // `unavailable` (no connection, one that broke, a certificate that is not trusted, too many
  // requests that wait, no connection that has become free in time, or the circuit is broken),
  // `timed_out`, `too_large` or `invalid` (not HTTP). `retryable` says that the upstream cannot
  // have seen any attempt of the request. Messages begin with the upstream's name, and have no
  // value of the request.
  [[nodiscard]] async::Awaitable<base::Result<Response>> send(Request request,
                                                              async::SteadyTime deadline);
  // Does the same for requests that are made again for each attempt. `repeatable` says what it does
  // in Request. What Attempts::make fails with is returned.
  [[nodiscard]] async::Awaitable<base::Result<Response>> send(Attempts attempts, bool repeatable,
                                                              async::SteadyTime deadline);

 private:
  class Sender;
  explicit Client(std::shared_ptr<Sender> sender);
  std::shared_ptr<Sender> sender_;  // A request under way has it, too.
};

}  // namespace penstock::upstream
