#include "kafka/broker_certificates.h"

#include <gtest/gtest.h>

#include <chrono>
#include <vector>

#include "support/test_certificate.h"

namespace penstock::kafka {
namespace {

using std::chrono::seconds;
using std::chrono::system_clock;

std::vector<unsigned char> certificate(long seconds_left) {
  const test::TestCertificate made({.to_s = seconds_left});
  const std::string pem = made.certificate_pem();
  BIO* in = BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()));
  X509* read = PEM_read_bio_X509(in, nullptr, nullptr, nullptr);
  unsigned char* der = nullptr;
  const int size = i2d_X509(read, &der);
  std::vector<unsigned char> bytes(der, der + size);
  OPENSSL_free(der);
  X509_free(read);
  BIO_free(in);
  return bytes;
}

TEST(BrokerCertificates, TellTheFirstEnd) {
  BrokerCertificates certificates;
  EXPECT_EQ(certificates.first_end(), std::nullopt);
  certificates.shown(1, 0, certificate(3600));
  certificates.shown(1, 1, certificate(86'400));
  certificates.shown(2, 0, certificate(7200));
  const auto left = [&] { return *certificates.first_end() - system_clock::now(); };
  EXPECT_LE(left(), seconds(3600));
  EXPECT_GT(left(), seconds(3000));
  certificates.shown(1, 0, certificate(90'000));  // It was renewed.
  EXPECT_GT(left(), seconds(6600));
}

TEST(BrokerCertificates, IgnoreWhatIsNoCertificate) {
  BrokerCertificates certificates;
  std::vector<unsigned char> bytes = certificate(3600);
  certificates.shown(1, 0, {});
  for (size_t size = 1; size < bytes.size(); size += 7) {
    certificates.shown(1, 0, std::span(bytes).first(size));
  }
  EXPECT_EQ(certificates.first_end(), std::nullopt);
}

TEST(BrokerCertificates, KeepABoundedNumber) {
  BrokerCertificates certificates;
  const auto late = certificate(86'400);
  for (int i = 0; i < static_cast<int>(BrokerCertificates::kEntriesMax); ++i) {
    certificates.shown(i, 0, late);
  }
  certificates.shown(-1, 0, certificate(3600));
  EXPECT_GT(*certificates.first_end() - system_clock::now(), seconds(80'000));
  certificates.shown(0, 0, certificate(3600));
  EXPECT_LE(*certificates.first_end() - system_clock::now(), seconds(3600));
}

}  // namespace
}  // namespace penstock::kafka
