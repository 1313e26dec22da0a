#include "upstream/kept_connection.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <array>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/write.hpp>
#include <utility>

#include "net/authorities.h"

namespace penstock::upstream {
namespace {

namespace asio = boost::asio;
namespace ssl = asio::ssl;
using base::Error;
using base::ErrorCode;
using base::Result;
using boost::system::error_code;

// Says which certificate is expected. An address is not sent as a name (RFC 6066 section 3).
bool expect_host(SSL* handle, const std::string& host) {
  error_code no_address;
  asio::ip::make_address(host, no_address);
  if (!no_address) {
    return X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(handle), host.c_str()) == 1;
  }
  return SSL_set_tlsext_host_name(handle, host.c_str()) == 1 &&
         SSL_set1_host(handle, host.c_str()) == 1;
}

}  // namespace

ssl::context client_context() {
  ssl::context context(ssl::context::tls_client);
  SSL_CTX* handle = context.native_handle();
  SSL_CTX_set_min_proto_version(handle, TLS1_2_VERSION);
  net::trust_authorities(context);
  context.set_verify_mode(ssl::verify_peer);
  // What was decrypted may be secret, and is wiped in OpenSSL's buffer after it was read.
  SSL_CTX_set_options(handle, SSL_OP_CLEANSE_PLAINTEXT);
  // A kept connection without a request has no buffers.
  SSL_CTX_set_mode(handle, SSL_MODE_RELEASE_BUFFERS);
  static constexpr std::array<unsigned char, 9> kHttp11{8, 'h', 't', 't', 'p', '/', '1', '.', '1'};
  SSL_CTX_set_alpn_protos(handle, kHttp11.data(), kHttp11.size());
  return context;
}

KeptConnection::KeptConnection(Socket socket)
    : socket_(std::move(socket)), timer_(socket_.get_executor()) {}

KeptConnection::~KeptConnection() {
  close();
}

void KeptConnection::close() {
  error_code ignored;
  socket_.close(ignored);
}

void KeptConnection::arm(async::SteadyTime deadline) {
  expired_ = false;
  timer_.expires_at(deadline);
  timer_.async_wait(lifetime_.guard([this](const error_code& error) {
    // The timer may have been set again after this was queued.
    if (error || timer_.expiry() > async::SteadyTime::clock::now()) return;
    expired_ = true;
    close();
  }));
}

void KeptConnection::disarm() {
  timer_.expires_at(async::SteadyTime::max());
}

Error KeptConnection::broken(const error_code& error, const char* doing) const {
  if (expired_) return {ErrorCode::timed_out, "has not answered in time", doing};
  return {ErrorCode::unavailable, "has broken the connection",
          std::string(doing) + ": " + error.message()};
}

async::Awaitable<Result<>> KeptConnection::secure(ssl::context& context, const std::string& host,
                                                  async::SteadyTime deadline) {
  tls_.emplace(socket_, context);
  SSL* handle = tls_->native_handle();
  if (!expect_host(handle, host)) {
    co_return Error{ErrorCode::unavailable, "has a name that no certificate can have"};
  }
  arm(deadline);
  const auto [error] =
      co_await tls_->async_handshake(ssl::stream_base::client, async::use_awaitable_tuple);
  disarm();
  if (!error) co_return Result<>();
  if (expired_) co_return broken(error, "the TLS handshake");
  const long verdict = SSL_get_verify_result(handle);
  if (verdict != X509_V_OK) {
    co_return Error{ErrorCode::unavailable, "has a certificate that is not trusted",
                    X509_verify_cert_error_string(verdict)};
  }
  co_return Error{ErrorCode::unavailable, "has not agreed on TLS", error.message()};
}

async::Awaitable<KeptConnection::Moved> KeptConnection::write(std::string_view head,
                                                              std::string_view body) {
  const std::array<asio::const_buffer, 2> parts{asio::buffer(head), asio::buffer(body)};
  if (tls_) {
    const auto [error, bytes] =
        co_await asio::async_write(*tls_, parts, async::use_awaitable_tuple);
    co_return Moved{error, bytes};
  }
  const auto [error, bytes] =
      co_await asio::async_write(socket_, parts, async::use_awaitable_tuple);
  co_return Moved{error, bytes};
}

async::Awaitable<KeptConnection::Moved> KeptConnection::read_some(asio::mutable_buffer place) {
  if (tls_) {
    const auto [error, bytes] = co_await tls_->async_read_some(place, async::use_awaitable_tuple);
    co_return Moved{error, bytes};
  }
  const auto [error, bytes] = co_await socket_.async_read_some(place, async::use_awaitable_tuple);
  co_return Moved{error, bytes};
}

async::Awaitable<Result<>> KeptConnection::exchange(std::string_view head, std::string_view body,
                                                    ResponseReader& reader,
                                                    async::SteadyTime deadline,
                                                    Progress& progress) {
  arm(deadline);
  const Moved written = co_await write(head, body);
  progress.sent = written.bytes > 0;
  if (written.error && (expired_ || written.bytes == 0)) {
    co_return broken(written.error, "sending the request");
  }
  auto read = co_await read_response(reader, progress);
  disarm();
  // Without an answer, the reason is what has ended the sending.
  if (!read && written.error && !progress.answered) {
    co_return broken(written.error, "sending the request");
  }
  co_return read;
}

async::Awaitable<Result<>> KeptConnection::read_response(ResponseReader& reader,
                                                         Progress& progress) {
  while (!reader.is_whole()) {
    const Moved got = co_await read_some(reader.space());
    if (got.bytes > 0) progress.answered = true;
    if (auto read = reader.received(got.bytes); !read) co_return read;
    if (reader.is_whole()) break;
    if (got.error == asio::error::eof) {
      co_return reader.ended();
    }
    if (got.error) co_return broken(got.error, "receiving the answer");
  }
  co_return Result<>();
}

bool KeptConnection::is_stale() {
  // It must try to read, because only TLS knows whether arrived bytes are for the client or for
  // TLS itself. Session tickets and new keys may come at any time (RFC 8446 section 4.6), and the
  // end of the connection may have been read together with the last response.
  char byte = 0;
  error_code error;
  socket_.non_blocking(true, error);
  if (error) return true;
  if (tls_) {
    tls_->read_some(asio::buffer(&byte, 1), error);
  } else {
    socket_.read_some(asio::buffer(&byte, 1), error);
  }
  return error != asio::error::would_block;
}

}  // namespace penstock::upstream
