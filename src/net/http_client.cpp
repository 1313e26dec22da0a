#include "net/http_client.h"

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/error.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <mutex>

#include "base/ascii_case.h"
#include "net/wire.h"

namespace penstock::net {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using asio::ip::tcp;
using base::Error;
using base::ErrorCode;
using base::Result;
using base::same_in_any_case;
using boost::system::error_code;
using Clock = std::chrono::steady_clock;
using Allocator = base::WipingAllocator<char>;
using Body = beast::http::basic_string_body<char, std::char_traits<char>, Allocator>;
using ResponseParser = beast::http::response_parser<Body, Allocator>;

constexpr size_t kReadAhead = 64 * 1024;  // The client reads at most this many bytes at once.

std::string_view name(HttpMethod method) {
  switch (method) {
    case HttpMethod::get:
      return "GET";
    case HttpMethod::put:
      return "PUT";
    case HttpMethod::post:
      return "POST";
  }
  return "GET";
}

// Says whether a text has no character that ends a line or, without `spaces`, a target. With one a
// value could become another header or another request.
bool is_plain(std::string_view text, bool spaces) {
  return std::all_of(text.begin(), text.end(), [&](unsigned char c) {
    return (c > 0x20 && c != 0x7f) || (spaces && (c == ' ' || c == '\t'));
  });
}

bool is_writable(const HttpRequest& request, std::string_view host) {
  return !request.target.empty() && is_plain(request.target, false) && is_plain(host, false) &&
         std::all_of(request.headers.begin(), request.headers.end(), [](const auto& header) {
           return !header.first.empty() && is_plain(header.first, false) &&
                  header.first.find(':') == std::string::npos && is_plain(header.second, true);
         });
}

base::WipedText request_head(const HttpRequest& request, std::string_view host) {
  base::WipedText head;
  head.append(name(request.method))
      .append(" ")
      .append(request.target)
      .append(" HTTP/1.1\r\nHost: ")
      .append(host);
  for (const auto& [key, value] : request.headers) {
    head.append("\r\n").append(key).append(": ").append(value);
  }
  if (!request.body.empty() || request.method != HttpMethod::get) {
    head.append("\r\nContent-Length: ").append(std::to_string(request.body.size()));
  }
  head += "\r\n\r\n";
  return head;
}

// Says whether another reader could find another end of the answer's body. Beast decodes "chunked"
// alone, and takes a length that is given twice, or as a list, if all its numbers are equal.
bool has_doubtful_framing(const beast::http::fields& headers) {
  using beast::http::field;
  const size_t encodings = headers.count(field::transfer_encoding);
  const std::string_view encoding(headers[field::transfer_encoding]);
  const std::string_view length(headers[field::content_length]);
  return encodings > 1 || (encodings == 1 && !same_in_any_case(encoding, "chunked")) ||
         headers.count(field::content_length) > 1 || length.find(',') != std::string_view::npos;
}

std::string without_brackets(std::string host) {
  const bool has = host.size() > 2 && host.front() == '[' && host.back() == ']';
  return has ? host.substr(1, host.size() - 2) : host;
}

bool is_timeout(const error_code& error) {
  return error == beast::error::timeout || error == asio::error::timed_out;
}

}  // namespace

std::string_view HttpResponse::header(std::string_view wanted) const {
  for (const auto& [key, value] : headers) {
    if (same_in_any_case(key, wanted)) return value;
  }
  return {};
}

struct HttpClient::Connection {
  Connection(std::string host_name, uint16_t port_number, const ClientLimits& client_limits,
             const Transport& way)
      : host(without_brackets(std::move(host_name))),
        port(port_number),
        limits(client_limits),
        transport(way),
        buffer(limits.header_bytes_max + kReadAhead) {}

  Result<HttpResponse> request(const HttpRequest& request,
                               std::optional<Clock::time_point> deadline,
                               const std::stop_token& stop);

 private:
  Result<HttpResponse> request_within(const HttpRequest& request,
                                      std::optional<Clock::time_point> deadline);
  Result<> open(Clock::time_point deadline);
  void set_wire(std::unique_ptr<Wire> next);
  void interrupt();
  Result<tcp::resolver::results_type> resolve() const;
  [[nodiscard]] bool is_stale() { return buffer.size() > 0 || wire->is_stale(); }
  Result<HttpResponse> exchange(const HttpRequest& request,
                                std::optional<Clock::time_point> deadline,
                                bool& closed_without_answer);
  error_code receive(ResponseParser& parser, std::optional<Clock::time_point> deadline);
  Result<HttpResponse> take_response(ResponseParser& parser);
  Error failure(const error_code& error, std::string_view doing, bool retryable) const;
  [[nodiscard]] std::string authority(bool with_standard_port) const;

  Clock::time_point bounded(std::optional<Clock::time_point> deadline,
                            std::chrono::milliseconds limit) const {
    const auto own = Clock::now() + limit;
    return deadline ? std::min(*deadline, own) : own;
  }

  std::string host;
  uint16_t port;
  ClientLimits limits;
  const Transport& transport;
  std::unique_ptr<Wire> wire;  // Null while it is not connected. set_wire() changes it.
  std::mutex mutex;            // Another thread may look at these two with it: interrupt().
  bool interrupted = false;
  // This has the bytes that have arrived but are not yet parsed.
  beast::basic_flat_buffer<Allocator> buffer;
};

// Returns the host with its port. The Host header omits a port that is the scheme's default (RFC
// 9110 section 4.2.3).
std::string HttpClient::Connection::authority(bool with_standard_port) const {
  const std::string name = host.find(':') == std::string::npos ? host : "[" + host + "]";
  return port == transport.standard_port && !with_standard_port ? name
                                                                : name + ":" + std::to_string(port);
}

Error HttpClient::Connection::failure(const error_code& error, std::string_view doing,
                                      bool retryable) const {
  namespace http = beast::http;
  const std::string server = authority(true);
  const std::string detail = std::string(doing) + ": " + error.message();
  if (is_timeout(error)) {
    return {ErrorCode::timed_out, server + " did not answer in time", detail, retryable};
  }
  if (error == http::error::body_limit || error == http::error::header_limit ||
      error == http::error::buffer_overflow) {
    return {ErrorCode::too_large, "the answer of " + server + " is too large", detail};
  }
  const bool is_http =
      error.category() == http::make_error_code(http::error::bad_version).category();
  if (is_http && error != http::error::end_of_stream && error != http::error::partial_message) {
    return {ErrorCode::invalid, "the answer of " + server + " is not HTTP", detail};
  }
  if (!retryable) return {ErrorCode::unavailable, "the connection to " + server + " broke", detail};
  const std::string why = wire ? wire->explanation() : "";
  return {ErrorCode::unavailable, "no connection to " + server + (why.empty() ? "" : ": " + why),
          detail, true};
}

Result<tcp::resolver::results_type> HttpClient::Connection::resolve() const {
  error_code error;
  const auto address = asio::ip::make_address(host, error);
  const std::string service = std::to_string(port);
  if (!error) {
    return tcp::resolver::results_type::create(tcp::endpoint(address, port), host, service);
  }

#ifdef PENSTOCK_NO_RESOLVER
  // Files and DNS are built into a static libc, but the function of a service that asks nobody is
  // smaller without them.
  if (host == "localhost") {
    const tcp::endpoint loopback(asio::ip::address_v4::loopback(), port);
    return tcp::resolver::results_type::create(loopback, host, service);
  }
  return Error{ErrorCode::invalid,
               host + " is not an IP address, and this program cannot look up host names"};
#else
  // getaddrinfo cannot be interrupted. The system's resolver gives up after 5 s, twice for each
  // server (resolv.conf(5)).
  asio::io_context io{1};
  tcp::resolver resolver(io);
  auto found = resolver.resolve(host, service, error);
  if (error) return failure(error, "looking up " + host, true);
  return found;
#endif
}

Result<> HttpClient::Connection::open(Clock::time_point deadline) {
  auto endpoints = resolve();
  if (!endpoints) return endpoints.error();
  try {
    set_wire(transport.make(host));
  } catch (const boost::system::system_error& error) {
    return failure(error.code(), "preparing the connection", true);
  }
  buffer.clear();
  const error_code error = wire->open(*endpoints, deadline);
  if (!error) return {};
  auto failed = failure(error, "connecting", true);
  set_wire(nullptr);
  return failed;
}

Result<HttpResponse> HttpClient::Connection::request_within(
    const HttpRequest& request, std::optional<Clock::time_point> deadline) {
  if (!is_writable(request, host)) {
    return Error{ErrorCode::invalid,
                 "the request's target, its host or a header is empty or has characters that HTTP "
                 "does not allow"};
  }
  if (wire && is_stale()) set_wire(nullptr);
  const bool reused = wire != nullptr;
  if (!reused) {
    if (auto opened = open(bounded(deadline, limits.connect_timeout)); !opened) {
      return opened.error();
    }
  }
  bool closed_without_answer = false;
  auto response = exchange(request, deadline, closed_without_answer);
  if (response || !reused || !closed_without_answer || request.method == HttpMethod::post) {
    return response;
  }
  if (auto opened = open(bounded(deadline, limits.connect_timeout)); !opened) return opened.error();
  return exchange(request, deadline, closed_without_answer);
}

void HttpClient::Connection::set_wire(std::unique_ptr<Wire> next) {
  const std::lock_guard lock(mutex);
  wire.swap(next);
  if (interrupted && wire) wire->interrupt();
}

void HttpClient::Connection::interrupt() {
  const std::lock_guard lock(mutex);
  interrupted = true;
  if (wire) wire->interrupt();
}

Result<HttpResponse> HttpClient::Connection::request(const HttpRequest& request,
                                                     std::optional<Clock::time_point> deadline,
                                                     const std::stop_token& stop) {
  const std::stop_callback on_stop(stop, [this] { interrupt(); });
  if (stop.stop_requested()) {
    return Error{
        ErrorCode::unavailable, "the request was not sent: the program is stopping", {}, true};
  }
  return request_within(request, deadline);
}

Result<HttpResponse> HttpClient::Connection::exchange(const HttpRequest& request,
                                                      std::optional<Clock::time_point> deadline,
                                                      bool& closed_without_answer) {
  const auto close_and_fail = [&](const error_code& error, std::string_view doing) {
    auto failed = failure(error, doing, false);
    set_wire(nullptr);
    return failed;
  };

  const base::WipedText head = request_head(request, authority(false));
  const error_code sent =
      wire->write({asio::buffer(head), asio::buffer(request.body)},
                  deadline ? *deadline : bounded(deadline, limits.transfer_timeout));
  if (sent) {
    closed_without_answer =
        sent == asio::error::broken_pipe || sent == asio::error::connection_reset;
    return close_and_fail(sent, "sending");
  }
  ResponseParser parser;
  parser.eager(true);
  parser.header_limit(limits.header_bytes_max);
  parser.body_limit(limits.body_bytes_max);
  if (const error_code error = receive(parser, deadline)) {
    const bool nothing_came = !parser.got_some() && buffer.size() == 0;
    closed_without_answer = nothing_came && !is_timeout(error);
    return close_and_fail(error, nothing_came ? "waiting for the answer" : kReceivingAnswer);
  }
  return take_response(parser);
}

// Without a deadline, the wait for the response's first byte has no end; the rest has the transfer
// time-out.
error_code HttpClient::Connection::receive(ResponseParser& parser,
                                           std::optional<Clock::time_point> deadline) {
  std::optional<Clock::time_point> end = deadline;
  while (!parser.is_done()) {
    error_code error;
    if (buffer.size() + kReadAhead > buffer.max_size()) return beast::http::error::buffer_overflow;
    const size_t count = wire->read_some(buffer.prepare(kReadAhead), end, error);
    buffer.commit(count);
    if (error == asio::error::eof) {
      if (!parser.got_some()) return beast::http::error::end_of_stream;
      parser.put_eof(error);
      return error;
    }
    if (error) return error;
    if (!end) end = Clock::now() + limits.transfer_timeout;
    while (buffer.size() > 0 && !parser.is_done()) {
      const size_t read = parser.put(buffer.data(), error);
      buffer.consume(read);
      if (error == beast::http::error::need_more || (!error && read == 0)) break;
      if (error) return error;
    }
  }
  return {};
}

Result<HttpResponse> HttpClient::Connection::take_response(ResponseParser& parser) {
  if (!parser.keep_alive()) set_wire(nullptr);
  auto message = parser.release();
  // Interim responses answer requests with Expect or Upgrade, which this client never sends.
  if (message.result_int() < 200) {
    set_wire(nullptr);
    return Error{ErrorCode::invalid, "the answer of " + authority(true) +
                                         " has the interim status " +
                                         std::to_string(message.result_int())};
  }
  if (has_doubtful_framing(message)) {
    set_wire(nullptr);
    return Error{ErrorCode::invalid,
                 "the answer of " + authority(true) +
                     " has a transfer coding other than chunked, or more than one length"};
  }
  HttpResponse response{message.result_int(), {}, std::move(message.body())};
  for (const auto& field : message) {
    response.headers.emplace_back(field.name_string(), base::WipedText(field.value()));
  }
  return response;
}

HttpClient::HttpClient(std::string host, uint16_t port, ClientLimits limits,
                       const Transport& transport)
    : connection_(std::make_unique<Connection>(std::move(host), port, limits, transport)) {}
HttpClient::HttpClient(HttpClient&&) noexcept = default;
HttpClient& HttpClient::operator=(HttpClient&&) noexcept = default;
HttpClient::~HttpClient() = default;

Result<HttpResponse> HttpClient::request(const HttpRequest& request,
                                         std::optional<std::chrono::milliseconds> timeout,
                                         const std::stop_token& stop) {
  std::optional<Clock::time_point> deadline;
  if (timeout) deadline = Clock::now() + *timeout;
  return connection_->request(request, deadline, stop);
}

}  // namespace penstock::net
