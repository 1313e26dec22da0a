#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/wiped_text.h"

// This file declares a blocking HTTP/1.1 client. An HttpClient owns one connection, a Wire
// (wire.h), which it makes with a Transport: plain TCP, or TLS (tls.h). A request and its response
// are plain structs. All of its memory is wiped, because requests and responses may contain
// credentials. The client never logs and never retries, except where request() says so.
namespace penstock::net {

// Says how the client connects (wire.h). kPlain is TCP; kTls is in tls.h.
struct Transport;
extern const Transport kPlain;

struct ClientLimits {
  // A connection, with its TLS handshake, must be made within this time.
  std::chrono::milliseconds connect_timeout{2'000};
  // Without a timeout, sending a request may take at most this long, and so may the response after
  // its first byte. The wait for the first byte has no limit.
  std::chrono::milliseconds transfer_timeout{10'000};
  // The response's status line and headers may have at most this many bytes.
  uint32_t header_bytes_max = 16 * 1024;
  // The response's body may have at most this many bytes. A Lambda event has at most 6 MB (AWS,
  // "Lambda quotas", synchronous payload).
  uint64_t body_bytes_max = 8 * 1024 * 1024;
};

// This holds names and values, in the order in which they are sent or were received. Values may be
// credentials.
using HttpHeaders = std::vector<std::pair<std::string, base::WipedText>>;

enum class HttpMethod { get, put, post };

// Describes a request. `target` is the path with the query, already percent-encoded.
struct HttpRequest {
  HttpMethod method = HttpMethod::get;
  std::string target = "/";
  HttpHeaders headers = {};    // The client adds Host and Content-Length.
  std::string_view body = {};  // It must stay valid during the call.
};

struct HttpResponse {
  unsigned status = 0;
  HttpHeaders headers;
  base::WipedText body;

  // Returns the first value of the header of that name, in upper or lower case, or an empty view if
  // there is none. The view is valid as long as the response.
  [[nodiscard]] std::string_view header(std::string_view name) const;
};

// The `detail` of an error begins so if the answer had begun to arrive.
inline constexpr std::string_view kReceivingAnswer = "receiving the answer";

// Calls one server by HTTP/1.1 over one connection, which it keeps between requests. Its calls
// block; only one thread may use it.
class HttpClient {
 public:
  // `host` is a name or an IP address; an IPv6 address may have brackets. It does not connect yet.
  // `transport` must outlive the client.
  HttpClient(std::string host, uint16_t port, ClientLimits limits = {},
             const Transport& transport = kPlain);
  HttpClient(HttpClient&&) noexcept;
  HttpClient& operator=(HttpClient&&) noexcept;
  ~HttpClient();

  // Sends a request and returns the response, whatever its status. `timeout` covers everything from
  // connecting to the last byte. Without it the wait for the response has no end, and everything
  // else has the time-outs of ClientLimits.
  //
  // If the server has closed the kept connection, the client opens another one. If it notices this
  // only after it has sent the request, and no byte of a response has come, it sends a GET or a PUT
  // once more. It does not repeat a POST, because the server may have acted on it (RFC 9110 section
  // 9.2.2).
  //
  // Fails with `unavailable` (no connection, a connection that broke, or a certificate that is not
  // trusted), `timed_out`, `too_large` (the response exceeds ClientLimits) or `invalid` (the
  // request has characters that HTTP does not allow, the response is not HTTP, or two readers could
  // find different ends of its body). `retryable` says that the server cannot have seen the
  // request. A header of the response that is folded over lines is read as one line, as a client
  // must do (RFC 9112 section 5.2).
  //
  // After a request to stop it fails soon with `unavailable`, whatever the server does, and the
  // client must not be used again. Only the lookup of the host's name cannot be ended early.
  [[nodiscard]] base::Result<HttpResponse> request(const HttpRequest& request,
                                                   std::optional<std::chrono::milliseconds> timeout,
                                                   const std::stop_token& stop = {});

 private:
  struct Connection;
  std::unique_ptr<Connection> connection_;
};

}  // namespace penstock::net
