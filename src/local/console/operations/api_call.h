#pragma once

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "async/awaitable.h"
#include "base/result.h"

namespace penstock::local {

// Describes a request to the service's API. Host, Connection and Content-Length are not among its
// headers.
struct ApiCall {
  std::string method;  // Upper-case letters.
  std::string target;  // Begins with a slash, and has only printable ASCII characters.
  std::vector<std::pair<std::string, std::string>> headers = {};
  std::optional<std::string> body = {};
};

// Holds the API's answer.
struct ApiAnswer {
  unsigned status = 0;
  std::vector<std::pair<std::string, std::string>> headers = {};
  std::string body = {};  // Its first part.
  bool cut = false;       // Whether `body` has only the first part.
  std::chrono::nanoseconds duration{0};
};

// Returns why the console does not send this header, as a sentence, or an empty text. It sends none
// that would make another message of the request, or is about the connection.
[[nodiscard]] std::string problem_of_header(const std::string& name, const std::string& value);

// Sends a request to this port of this machine (127.0.0.1) over a new connection, and returns the
// answer, whatever its status, with at most `body_bytes_max` bytes of its body. Redirections are
// not followed. The error is `unavailable` (nothing listens there, or the connection broke),
// `timed_out` or `internal` (the answer is not HTTP).
async::Awaitable<base::Result<ApiAnswer>> call_api(boost::asio::io_context& io, uint16_t port,
                                                   ApiCall call, std::chrono::milliseconds patience,
                                                   size_t body_bytes_max, std::stop_token stop);

}  // namespace penstock::local
