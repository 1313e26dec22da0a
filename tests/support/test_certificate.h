#pragma once

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <memory>
#include <stdexcept>
#include <string>

namespace penstock::test {

// TestCertificate is a key of P-256 with a self-signed certificate, which is its own certificate
// authority.
class TestCertificate {
 public:
  struct Options {
    const char* names = "DNS:localhost,IP:127.0.0.1";
    long from_s = -3600;  // Seconds from now.
    long to_s = 24 * 3600;
  };

  TestCertificate() : TestCertificate(Options{}) {}
  explicit TestCertificate(const Options& options)
      : key_(EVP_EC_gen("P-256")), certificate_(X509_new()) {
    X509* x = certificate_.get();
    X509_set_version(x, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(x), 1);
    X509_gmtime_adj(X509_getm_notBefore(x), options.from_s);
    X509_gmtime_adj(X509_getm_notAfter(x), options.to_s);
    X509_set_pubkey(x, key_.get());
    X509_NAME* name = X509_get_subject_name(x);
    const auto* text = reinterpret_cast<const unsigned char*>("penstock test");
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, text, -1, -1, 0);
    X509_set_issuer_name(x, name);
    extend(NID_basic_constraints, "critical,CA:TRUE");
    extend(NID_subject_alt_name, options.names);
    if (X509_sign(x, key_.get(), EVP_sha256()) == 0) {
      throw std::runtime_error("OpenSSL cannot sign the test's certificate");
    }
  }

  [[nodiscard]] std::string certificate_pem() const {
    return pem([this](BIO* out) { return PEM_write_bio_X509(out, certificate_.get()); });
  }
  // Returns the key as PKCS #8, without a password.
  [[nodiscard]] std::string key_pem() const {
    return pem([this](BIO* out) {
      return PEM_write_bio_PrivateKey(out, key_.get(), nullptr, nullptr, 0, nullptr, nullptr);
    });
  }

 private:
  template <auto release>
  struct Release {
    template <class T>
    void operator()(T* handle) const {
      release(handle);
    }
  };

  void extend(int nid, const char* value) {
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, certificate_.get(), certificate_.get(), nullptr, nullptr, 0);
    const std::unique_ptr<X509_EXTENSION, Release<X509_EXTENSION_free>> extension(
        X509V3_EXT_nconf_nid(nullptr, &context, nid, value));
    X509_add_ext(certificate_.get(), extension.get(), -1);
  }

  template <class Write>
  static std::string pem(Write write) {
    const std::unique_ptr<BIO, Release<BIO_free_all>> out(BIO_new(BIO_s_mem()));
    write(out.get());
    char* text = nullptr;
    const long length = BIO_get_mem_data(out.get(), &text);
    return {text, static_cast<size_t>(length)};
  }

  std::unique_ptr<EVP_PKEY, Release<EVP_PKEY_free>> key_;
  std::unique_ptr<X509, Release<X509_free>> certificate_;
};

}  // namespace penstock::test
