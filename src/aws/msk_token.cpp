#include "aws/msk_token.h"

#include <openssl/evp.h>

#include <algorithm>

#include "aws/region.h"
#include "aws/sigv4.h"
#include "aws/times.h"

namespace penstock::aws {
namespace {

// Names this program in AWS's logs. MSK expects it in the URL, but not in the signature.
constexpr std::string_view kUserAgent = "penstock-msk-iam/1";

// Encodes as RFC 4648 section 5 defines it, without padding.
base::WipedText base64url(std::string_view bytes) {
  base::WipedText out((bytes.size() + 2) / 3 * 4 + 1, '\0');  // EVP_EncodeBlock() ends with a NUL.
  const int length = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                                     reinterpret_cast<const unsigned char*>(bytes.data()),
                                     static_cast<int>(bytes.size()));
  out.resize(static_cast<size_t>(length));
  while (!out.empty() && out.back() == '=') out.pop_back();
  std::replace(out.begin(), out.end(), '+', '-');
  std::replace(out.begin(), out.end(), '/', '_');
  return out;
}

}  // namespace

std::string signing_host(const MskCluster& cluster) {
  if (!cluster.host.empty()) return cluster.host;
  return "kafka." + cluster.region + "." + std::string(dns_suffix(cluster.region));
}

base::Result<MskToken> sign_msk_token(const Credentials& credentials, const MskCluster& cluster,
                                      base::SystemTime now) {
  using std::chrono::seconds;
  seconds lifetime = kMskTokenLifetimeMax;
  const auto signed_at = std::chrono::floor<seconds>(now);
  if (credentials.expiration) {
    lifetime = std::min(lifetime, std::chrono::floor<seconds>(*credentials.expiration - signed_at));
  }
  if (lifetime <= seconds(0)) {
    return base::Error{.code = base::ErrorCode::unavailable,
                       .message = "the credentials from the " + credentials.source +
                                  " expired at " + timestamp(*credentials.expiration),
                       .retryable = true};
  }
  const Scope scope{.region = cluster.region, .service = "kafka-cluster", .time = signed_at};
  const base::WipedText url = presign(signing_host(cluster), {{"Action", "kafka-cluster:Connect"}},
                                      credentials, scope, lifetime) +
                              "&User-Agent=" + uri_encode(kUserAgent);
  return MskToken{.value = Secret(base64url(url)), .expires = signed_at + lifetime};
}

}  // namespace penstock::aws
