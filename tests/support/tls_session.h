#pragma once

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>

#include <memory>
#include <string>

#include "support/scripted_server.h"
#include "support/test_certificate.h"

namespace penstock::test {

// TlsSession is the server's side of one connection by TLS.
class TlsSession {
 public:
  TlsSession(const ScriptedConnection& connection, const TestCertificate& certificate,
             int version = 0)
      : context_(SSL_CTX_new(TLS_server_method()), SSL_CTX_free), session_(nullptr, SSL_free) {
    const std::string chain = certificate.certificate_pem(), key = certificate.key_pem();
    const std::unique_ptr<BIO, decltype(&BIO_free_all)> chain_bio(BIO_new_mem_buf(chain.data(), -1),
                                                                  BIO_free_all);
    const std::unique_ptr<BIO, decltype(&BIO_free_all)> key_bio(BIO_new_mem_buf(key.data(), -1),
                                                                BIO_free_all);
    X509* x509 = PEM_read_bio_X509(chain_bio.get(), nullptr, nullptr, nullptr);
    EVP_PKEY* pkey = PEM_read_bio_PrivateKey(key_bio.get(), nullptr, nullptr, nullptr);
    SSL_CTX_use_certificate(context_.get(), x509);
    SSL_CTX_use_PrivateKey(context_.get(), pkey);
    X509_free(x509);
    EVP_PKEY_free(pkey);
    if (version != 0) SSL_CTX_set_max_proto_version(context_.get(), version);
    session_.reset(SSL_new(context_.get()));
    SSL_set_fd(session_.get(), connection.fd());
    accepted_ = SSL_accept(session_.get()) == 1;
    if (!accepted_) ERR_clear_error();
  }

  [[nodiscard]] bool accepted() const { return accepted_; }
  [[nodiscard]] std::string server_name() const {
    const char* name = SSL_get_servername(session_.get(), TLSEXT_NAMETYPE_host_name);
    return name == nullptr ? "" : name;
  }
  std::string read_request() {
    std::string text;
    char part[1024];
    int count = 0;
    while (text.find("\r\n\r\n") == std::string::npos &&
           (count = SSL_read(session_.get(), part, sizeof part)) > 0) {
      text.append(part, static_cast<size_t>(count));
    }
    return text;
  }
  // Returns false if the client has gone.
  bool send(const std::string& text) {
    const int size = static_cast<int>(text.size());
    const bool sent = size == 0 || SSL_write(session_.get(), text.data(), size) == size;
    if (!sent) ERR_clear_error();
    return sent;
  }
  void close_notify() { SSL_shutdown(session_.get()); }
  // Sends what a server may send at any time (RFC 8446 section 4.6): a session ticket, and new
  // keys, which the client answers with its own. Returns false if it could not.
  bool send_ticket_and_key_update() {
    return SSL_new_session_ticket(session_.get()) == 1 && SSL_do_handshake(session_.get()) == 1 &&
           SSL_key_update(session_.get(), SSL_KEY_UPDATE_REQUESTED) == 1 &&
           SSL_do_handshake(session_.get()) == 1;
  }

 private:
  std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context_;
  std::unique_ptr<SSL, decltype(&SSL_free)> session_;
  bool accepted_ = false;
};

}  // namespace penstock::test
