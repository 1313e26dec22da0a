#pragma once

#include <map>
#include <string>
#include <string_view>

#include "auth/auth_settings.h"
#include "auth/schemes/scheme.h"

namespace penstock::auth {

// Takes the certificates that an Application Load Balancer has verified (mutual TLS in its verify
// mode), by the headers that it adds to a request: the subject is in
// X-Amzn-Mtls-Clientcert-Subject, as RFC 2253 writes it (AWS, "Mutual authentication with TLS in
// Application Load Balancers", "HTTP headers and mutual TLS"). In passthrough mode the balancer
// sends X-Amzn-Mtls-Clientcert with a certificate that nobody has verified: it is refused.
//
// A balancer that has no mutual TLS passes on such headers of a client, so that a scheme of this
// kind must only be set where the listener verifies. Headers of other proxies, such as Envoy's
// X-Forwarded-Client-Cert, are not read.
class CertificateScheme : public Scheme {
 public:
  CertificateScheme(std::string_view name, const CertificateSettings& settings);

  [[nodiscard]] std::optional<Check> check_now(const Attempt& attempt) override;
  [[nodiscard]] std::string credential() const override {
    return "the client certificate that the load balancer verifies";
  }
  [[nodiscard]] std::string place() const override { return "certificate"; }
  // No challenge is registered for certificates, but a 401 must have one (RFC 9110 section 15.5.2).
  [[nodiscard]] std::string challenge(std::string_view realm) const override;

 private:
  [[nodiscard]] Check find(std::string_view subject) const;

  std::string name_;
  std::map<std::string, Caller::Shared, std::less<>> clients_;  // By their subjects.
  // Is set if each certificate is taken that the balancer has verified.
  std::optional<CertificateSettings::Client> anybody_;
};

}  // namespace penstock::auth
