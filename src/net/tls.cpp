#include "net/tls.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/impl/src.hpp>  // Only here: src/asio compiles Asio without its TLS part.
#include <boost/asio/ssl/stream.hpp>

#include "net/authorities.h"
#include "net/wire_over.h"

namespace penstock::net {
namespace {

namespace ssl = boost::asio::ssl;
using boost::asio::mutable_buffer;

ssl::context make_context() {
  ssl::context context(ssl::context::tls_client);
  SSL_CTX_set_min_proto_version(context.native_handle(), TLS1_2_VERSION);
  trust_authorities(context);
  context.set_verify_mode(ssl::verify_peer);
  // What was decrypted may be credentials, and is wiped in OpenSSL's buffer after it was read.
  SSL_CTX_set_options(context.native_handle(), SSL_OP_CLEANSE_PLAINTEXT);
  return context;
}

class TlsWire final : public WireOver<ssl::stream<boost::beast::tcp_stream>> {
 public:
  explicit TlsWire(const std::string& host, ssl::context context = make_context())
      : WireOver(context) {
    boost::system::error_code no_address;
    boost::asio::ip::make_address(host, no_address);
    SSL* handle = stream_.native_handle();
    // The name lets the server choose its certificate and lets the client check it. An IP address
    // is not sent as a name (RFC 6066 section 3).
    const bool set = no_address
                         ? SSL_set_tlsext_host_name(handle, host.c_str()) == 1 &&
                               SSL_set1_host(handle, host.c_str()) == 1
                         : X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(handle), host.c_str()) == 1;
    usable_ = set;
  }

  Error open(const Endpoints& endpoints, Deadline deadline) override {
    if (!usable_) return boost::asio::error::invalid_argument;
    if (const Error error = WireOver::open(endpoints, deadline)) return error;
    Error error;
    tcp().expires_at(deadline);
    stream_.async_handshake(ssl::stream_base::client, [&](const Error& e) { error = e; });
    wait_for_operation();
    if (error) explain(error);
    return error;
  }

  std::string explanation() const override { return explanation_; }

 private:
  void explain(const Error& error) {
    const long verdict = SSL_get_verify_result(stream_.native_handle());
    explanation_ = verdict == X509_V_OK ? "the TLS handshake failed: " + error.message()
                                        : std::string("its certificate is not trusted: ") +
                                              X509_verify_cert_error_string(verdict);
  }

  bool usable_ = false;
  std::string explanation_;
};

}  // namespace

const Transport kTls{.standard_port = 443,
                     .make = [](const std::string& host) -> std::unique_ptr<Wire> {
                       return std::make_unique<TlsWire>(host);
                     }};

}  // namespace penstock::net
