#include "net/http_client.h"

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/error.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <cctype>
#include <cerrno>

namespace penstock::net {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using asio::ip::tcp;
using base::Error;
using base::ErrorCode;
using base::Result;
using boost::system::error_code;
using Clock = std::chrono::steady_clock;
using ResponseParser = beast::http::response_parser<beast::http::string_body>;

constexpr size_t kReadAhead = 64 * 1024;  // Beast reads at most this much at once.

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

bool same_in_any_case(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

// Text that ends a line or a target would let a value become another header or another request.
bool is_plain(std::string_view text, bool spaces) {
  return std::all_of(text.begin(), text.end(), [&](unsigned char c) {
    return (c > 0x20 && c != 0x7f) || (spaces && (c == ' ' || c == '\t'));
  });
}

bool is_writable(const HttpRequest& request) {
  return !request.target.empty() && is_plain(request.target, false) &&
         std::all_of(request.headers.begin(), request.headers.end(), [](const auto& header) {
           return !header.first.empty() && is_plain(header.first, false) &&
                  header.first.find(':') == std::string::npos && is_plain(header.second, true);
         });
}

std::string request_head(const HttpRequest& request, std::string_view host) {
  std::string head;
  head.append(name(request.method))
      .append(" ")
      .append(request.target)
      .append(" HTTP/1.1\r\nHost: ")
      .append(host);
  for (const auto& [key, value] : request.headers) head.append("\r\n").append(key).append(": ").append(value);
  if (!request.body.empty() || request.method != HttpMethod::get) {
    head.append("\r\nContent-Length: ").append(std::to_string(request.body.size()));
  }
  head += "\r\n\r\n";
  return head;
}

}  // namespace

std::string_view HttpResponse::header(std::string_view wanted) const {
  for (const auto& [key, value] : headers) {
    if (same_in_any_case(key, wanted)) return value;
  }
  return {};
}

struct HttpClient::Connection {
  Connection(std::string host_name, uint16_t port_number, const ClientLimits& client_limits)
      : host(std::move(host_name)),
        port(port_number),
        limits(client_limits),
        buffer(limits.header_bytes_max + kReadAhead) {}

  Result<HttpResponse> request(const HttpRequest& request, std::optional<Clock::time_point> deadline);

 private:
  Result<> open(Clock::time_point deadline);
  Result<tcp::resolver::results_type> resolve();
  bool is_stale();
  Result<HttpResponse> exchange(const HttpRequest& request, std::optional<Clock::time_point> deadline,
                                bool& closed_without_answer);
  Result<HttpResponse> take(ResponseParser& parser);
  Error failure(const error_code& error, std::string_view doing, bool retryable) const;

  Clock::time_point bounded(std::optional<Clock::time_point> deadline,
                            std::chrono::milliseconds limit) const {
    const auto own = Clock::now() + limit;
    return deadline ? std::min(*deadline, own) : own;
  }

  // Runs what has been started until it is done; tcp_stream's own timer ends it at the deadline.
  void finish() {
    io.restart();
    io.run();
  }

  std::string host;
  uint16_t port;
  ClientLimits limits;
  asio::io_context io{1};
  std::optional<beast::tcp_stream> stream;
  beast::flat_buffer buffer;
};

Error HttpClient::Connection::failure(const error_code& error, std::string_view doing, bool retryable) const {
  namespace http = beast::http;
  const std::string server = host + ":" + std::to_string(port);
  const std::string detail = std::string(doing) + ": " + error.message();
  if (error == beast::error::timeout || error == asio::error::timed_out) {
    return {ErrorCode::timed_out, server + " did not answer in time", detail, retryable};
  }
  if (error == http::error::body_limit || error == http::error::header_limit ||
      error == http::error::buffer_overflow) {
    return {ErrorCode::too_large, "the answer of " + server + " is too large", detail};
  }
  const bool is_http = error.category() == http::make_error_code(http::error::bad_version).category();
  if (is_http && error != http::error::end_of_stream && error != http::error::partial_message) {
    return {ErrorCode::invalid, "the answer of " + server + " is not HTTP", detail};
  }
  return {ErrorCode::unavailable, "no connection to " + server, detail, retryable};
}

Result<tcp::resolver::results_type> HttpClient::Connection::resolve() {
  error_code error;
  const auto address = asio::ip::make_address(host, error);
  const std::string service = std::to_string(port);
  if (!error) return tcp::resolver::results_type::create(tcp::endpoint(address, port), host, service);

  // getaddrinfo cannot be interrupted; the system's resolver gives up by itself (resolv.conf(5): 5 s, twice a
  // server).
  tcp::resolver resolver(io);
  auto found = resolver.resolve(host, service, error);
  if (error) return failure(error, "looking up " + host, true);
  return found;
}

Result<> HttpClient::Connection::open(Clock::time_point deadline) {
  auto endpoints = resolve();
  if (!endpoints) return endpoints.error();
  stream.emplace(io);
  buffer.clear();
  error_code error;
  stream->expires_at(deadline);
  stream->async_connect(*endpoints, [&](const error_code& e, const tcp::endpoint&) { error = e; });
  finish();
  if (!error) stream->socket().set_option(tcp::no_delay(true), error);
  if (!error) return {};
  stream.reset();
  return failure(error, "connecting", true);
}

// Whether the server has closed the kept connection, or sent something that nobody asked for.
bool HttpClient::Connection::is_stale() {
  char byte = 0;
  const ssize_t count = ::recv(stream->socket().native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return buffer.size() > 0 || count >= 0 || (errno != EAGAIN && errno != EWOULDBLOCK);
}

Result<HttpResponse> HttpClient::Connection::request(const HttpRequest& request,
                                                     std::optional<Clock::time_point> deadline) {
  if (!is_writable(request)) return Error{ErrorCode::invalid, "a request that cannot be written as HTTP"};
  if (stream && is_stale()) stream.reset();
  const bool reused = stream.has_value();
  if (!reused) {
    if (auto opened = open(bounded(deadline, limits.connect_timeout)); !opened) return opened.error();
  }
  bool closed_without_answer = false;
  auto response = exchange(request, deadline, closed_without_answer);
  if (response || !reused || !closed_without_answer || request.method == HttpMethod::post) return response;
  if (auto opened = open(bounded(deadline, limits.connect_timeout)); !opened) return opened.error();
  return exchange(request, deadline, closed_without_answer);
}

Result<HttpResponse> HttpClient::Connection::exchange(const HttpRequest& request,
                                                      std::optional<Clock::time_point> deadline,
                                                      bool& closed_without_answer) {
  error_code error;
  const auto note = [&](const error_code& e, size_t) { error = e; };
  const auto give_up = [&](std::string_view doing) {
    stream.reset();
    return failure(error, doing, false);
  };

  const std::string head = request_head(request, host + ":" + std::to_string(port));
  const std::array<asio::const_buffer, 2> parts{asio::buffer(head), asio::buffer(request.body)};
  stream->expires_at(deadline ? *deadline : bounded(deadline, limits.transfer_timeout));
  asio::async_write(*stream, parts, note);
  finish();
  if (error) {
    closed_without_answer = error == asio::error::broken_pipe || error == asio::error::connection_reset;
    return give_up("sending");
  }

  ResponseParser parser;
  parser.header_limit(limits.header_bytes_max);
  parser.body_limit(limits.body_bytes_max);
  deadline ? stream->expires_at(*deadline) : stream->expires_never();
  beast::http::async_read_some(*stream, buffer, parser, note);
  finish();
  if (error) {
    closed_without_answer =
        !parser.got_some() && buffer.size() == 0 &&
        (error == beast::http::error::end_of_stream || error == asio::error::connection_reset);
    return give_up("waiting for the answer");
  }

  if (!parser.is_done()) {
    stream->expires_at(deadline ? *deadline : bounded(deadline, limits.transfer_timeout));
    beast::http::async_read(*stream, buffer, parser, note);
    finish();
    if (error) return give_up("receiving the answer");
  }
  return take(parser);
}

Result<HttpResponse> HttpClient::Connection::take(ResponseParser& parser) {
  if (!parser.keep_alive()) stream.reset();
  auto message = parser.release();
  if (message.result_int() < 200) {  // Interim answers come to those who send Expect or Upgrade; we never do.
    stream.reset();
    return Error{ErrorCode::invalid, "an interim answer that was not asked for"};
  }
  HttpResponse response{message.result_int(), {}, std::move(message.body())};
  for (const auto& field : message) {
    response.headers.emplace_back(std::string(field.name_string()), std::string(field.value()));
  }
  return response;
}

HttpClient::HttpClient(std::string host, uint16_t port, ClientLimits limits)
    : connection_(std::make_unique<Connection>(std::move(host), port, limits)) {}
HttpClient::HttpClient(HttpClient&&) noexcept = default;
HttpClient& HttpClient::operator=(HttpClient&&) noexcept = default;
HttpClient::~HttpClient() = default;

Result<HttpResponse> HttpClient::request(const HttpRequest& request,
                                         std::optional<std::chrono::milliseconds> timeout) {
  std::optional<Clock::time_point> deadline;
  if (timeout) deadline = Clock::now() + *timeout;
  return connection_->request(request, deadline);
}

}  // namespace penstock::net
