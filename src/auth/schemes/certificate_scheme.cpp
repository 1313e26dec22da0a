#include "auth/schemes/certificate_scheme.h"

#include "auth/schemes/quoted_text.h"
#include "base/utf8.h"

namespace penstock::auth {
namespace {

using State = Check::State;

constexpr std::string_view kSubject = "x-amzn-mtls-clientcert-subject";
constexpr std::string_view kChain = "x-amzn-mtls-clientcert";
constexpr size_t kSubjectBytesMax = 4096;

Check refused(std::string_view reason) {
  Check check;
  check.state = State::refused;
  check.fault = "is not accepted";
  check.reason = std::string(reason);
  return check;
}

}  // namespace

CertificateScheme::CertificateScheme(std::string_view name, const CertificateSettings& settings)
    : name_(name) {
  for (const CertificateSettings::Client& client : settings.clients) {
    if (client.subject == "*") {
      anybody_ = client;
      continue;
    }
    auto principal = std::make_shared<Principal>();
    principal->scheme = name_;
    principal->subject = client.name.empty() ? client.subject : client.name;
    principal->scopes = client.scopes;
    clients_.emplace(client.subject, std::move(principal));
  }
}

Check CertificateScheme::find(std::string_view subject) const {
  Check check;
  if (const auto known = clients_.find(subject); known != clients_.end()) {
    check.principal = known->second;
  } else if (anybody_ && subject.size() <= kSubjectBytesMax && base::is_utf8(subject)) {
    auto principal = std::make_shared<Principal>();
    principal->scheme = name_;
    principal->subject = anybody_->name.empty() ? std::string(subject) : anybody_->name;
    principal->scopes = anybody_->scopes;
    check.principal = std::move(principal);
  } else {
    return refused("no client has the certificate's subject");
  }
  check.state = State::accepted;
  return check;
}

std::optional<Check> CertificateScheme::check_now(const Attempt& attempt) {
  const Credential subject = read_single_header(kSubject, attempt.request());
  const bool has_chain = !attempt.request().header(kChain).empty();
  if (subject.state == Credential::State::absent && !has_chain) return Check{};
  Check check;
  if (!attempt.from_trusted_proxy()) {
    check = refused("headers of a certificate came from an address that is not a trusted proxy");
  } else if (subject.state == Credential::State::absent) {
    check = refused(
        "the load balancer passes certificates on and does not verify them; set mutual "
        "TLS of its listener to verify");
  } else if (subject.state == Credential::State::malformed) {
    check = refused("the subject of the certificate " + std::string(subject.fault));
    check.state = State::malformed;
  } else {
    check = find(subject.text);
  }
  if (check.state != State::accepted) {
    check.retry_after = attempt.wait_of_address();
    if (check.retry_after.count() > 0) check.state = State::too_many_failures;
  }
  return check;
}

std::string CertificateScheme::challenge(std::string_view realm) const {
  return "ClientCertificate realm=" + quoted_text(realm);
}

}  // namespace penstock::auth
