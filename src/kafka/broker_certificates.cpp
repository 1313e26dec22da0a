#include "kafka/broker_certificates.h"

#include <openssl/asn1.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <memory>

namespace penstock::kafka {
namespace {

struct FreeCertificate {
  void operator()(X509* certificate) const { X509_free(certificate); }
};

std::optional<base::SystemTime> end_of(std::span<const unsigned char> der) {
  const unsigned char* begin = der.data();
  const std::unique_ptr<X509, FreeCertificate> certificate(
      d2i_X509(nullptr, &begin, static_cast<long>(der.size())));
  std::tm time{};
  if (!certificate || ASN1_TIME_to_tm(X509_get0_notAfter(certificate.get()), &time) != 1) {
    return std::nullopt;
  }
  return std::chrono::system_clock::from_time_t(::timegm(&time));
}

// Runs on librdkafka's threads. Its result is OpenSSL's verdict, which it must not change.
int verify(rd_kafka_t* /*client*/, const char* /*broker*/, int32_t broker, int* verdict, int depth,
           const char* der, size_t size, char* why, size_t why_size, void* certificates) {
  if (*verdict != X509_V_OK) {
    std::snprintf(why, why_size, "%s", X509_verify_cert_error_string(*verdict));
    return 0;
  }
  static_cast<BrokerCertificates*>(certificates)
      ->shown(broker, depth, {reinterpret_cast<const unsigned char*>(der), size});
  return 1;
}

}  // namespace

base::Result<> BrokerCertificates::watch(rd_kafka_conf_t* conf) {
  rd_kafka_conf_set_opaque(conf, this);
  if (rd_kafka_conf_set_ssl_cert_verify_cb(conf, verify) == RD_KAFKA_CONF_OK) return {};
  return base::Error{.code = base::ErrorCode::internal,
                     .message = "librdkafka was built without TLS, which MSK IAM needs"};
}

void BrokerCertificates::shown(int32_t broker, int depth, std::span<const unsigned char> der) {
  const auto end = end_of(der);
  if (!end) return;
  const std::lock_guard lock(mutex_);
  const std::pair key(broker, depth);
  if (ends_.size() < kEntriesMax || ends_.contains(key)) ends_[key] = *end;
}

std::optional<base::SystemTime> BrokerCertificates::first_end() const {
  const std::lock_guard lock(mutex_);
  const auto first = std::min_element(
      ends_.begin(), ends_.end(),
      [](const auto& one, const auto& other) { return one.second < other.second; });
  if (first == ends_.end()) return std::nullopt;
  return first->second;
}

}  // namespace penstock::kafka
