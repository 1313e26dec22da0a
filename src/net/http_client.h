#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace penstock::net {

struct Transport;  // net/wire.h; kTls is in net/tls.h.
extern const Transport kPlain;

struct ClientLimits {
  std::chrono::milliseconds connect_timeout{2'000};
  // Bounds the sending and the receiving, but not the wait for the answer's first byte, of a
  // request without a timeout.
  std::chrono::milliseconds transfer_timeout{10'000};
  uint32_t header_bytes_max = 16 * 1024;
  // A Lambda event is at most 6 MB (AWS, "Lambda quotas", synchronous payload).
  uint64_t body_bytes_max = 8 * 1024 * 1024;
};

using HttpHeaders = std::vector<std::pair<std::string, std::string>>;

enum class HttpMethod { get, put, post };

struct HttpRequest {
  HttpMethod method = HttpMethod::get;
  std::string target = "/";
  HttpHeaders headers = {};    // Host and Content-Length are added.
  std::string_view body = {};  // Borrowed for the call.
};

struct HttpResponse {
  unsigned status = 0;
  HttpHeaders headers;
  std::string body;

  // The first value of that name in any case; empty if absent.
  [[nodiscard]] std::string_view header(std::string_view name) const;
};

// Calls one server by HTTP/1.1 over one connection, which is kept between requests. Blocking; for
// one thread.
class HttpClient {
 public:
  // `host` is a name or an address; IPv6 may have its brackets. `transport` outlives the client.
  HttpClient(std::string host, uint16_t port, ClientLimits limits = {},
             const Transport& transport = kPlain);
  HttpClient(HttpClient&&) noexcept;
  HttpClient& operator=(HttpClient&&) noexcept;
  ~HttpClient();

  // Any status of the server is a response. `timeout` covers everything from the connecting to the
  // last byte; without one the wait for the answer has no end, all else has the bounds of
  // ClientLimits.
  //
  // A kept connection that the server has closed meanwhile is opened anew. If the closing shows
  // only after the request was sent, and nothing of an answer came, a GET or PUT is sent once more,
  // a POST is not: the server may have acted on it (RFC 9110 section 9.2.2).
  //
  // Errors: unavailable (no connection, or it broke; a certificate that is not trusted, too),
  // timed_out, too_large, invalid (the request cannot be written as HTTP, or the answer is not
  // HTTP). `retryable` says that the server cannot have seen the request.
  [[nodiscard]] base::Result<HttpResponse> request(
      const HttpRequest& request, std::optional<std::chrono::milliseconds> timeout);

 private:
  struct Connection;
  std::unique_ptr<Connection> connection_;
};

}  // namespace penstock::net
