#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "aws/credentials/credential_documents.h"
#include "aws/credentials/credential_sources.h"
#include "base/result.h"
#include "net/http_client.h"

// Requests to endpoints of AWS, or of what stands for it.
namespace penstock::aws {

struct Url {
  bool tls = true;
  std::string host;  // Without the brackets of an IPv6 address.
  uint16_t port = 443;
  std::string target = "/";

  // http or https, no user, no fragment.
  [[nodiscard]] static base::Result<Url> parse(std::string_view text);
  // "https://sts.eu-west-1.amazonaws.com", without the target, which may say too much.
  [[nodiscard]] std::string text() const;
  // As the header Host has it: without the scheme, and without the scheme's own port.
  [[nodiscard]] std::string authority() const;
};

struct ServiceEndpoint {
  Url url;
  std::string region;   // To sign for.
  bool is_own = false;  // A variable says where, so it may be no AWS.
};

// Where a service of AWS is ("sts", "sqs"): AWS_ENDPOINT_URL_STS, AWS_ENDPOINT_URL, or AWS's own
// host in the region (AWS SDKs reference guide, "Service-specific endpoints"). Error: invalid.
[[nodiscard]] base::Result<ServiceEndpoint> service_endpoint(const Surroundings& surroundings,
                                                             std::string_view service,
                                                             const std::string& region);

struct Answer {
  unsigned status = 0;
  std::string body;
  // How far our clock is behind the server's `Date`.
  std::optional<std::chrono::seconds> clock_lag;
};

struct Patience {
  std::chrono::milliseconds timeout;  // Of one attempt, from the connecting to the last byte.
  int attempts = 3;
};

// Tries again, after 0.1 s, 0.2 s, …, what has failed on the way or with a status of 5xx or 429.
// The error, or the answer, is that of the last attempt. A longer answer is the error too_large.
[[nodiscard]] base::Result<Answer> fetch(const Url& url, const net::HttpRequest& request,
                                         Patience patience, std::stop_token stop,
                                         uint64_t answer_bytes_max = kDocumentBytesMax);

// An answer that is none: "https://… answered 403: AccessDenied: …", with the clock if that may be
// why.
[[nodiscard]] base::Error refusal(const Url& url, const Answer& answer, std::string_view said);

// "; this machine's clock is 412 s behind" if it is off by more than kClockLagNotable, else empty.
[[nodiscard]] std::string clock_sentence(std::optional<std::chrono::seconds> lag);

// AWS refuses signatures that are 5 minutes off (AWS, "Troubleshoot Signature Version 4 signing").
inline constexpr std::chrono::seconds kClockLagNotable{30};

}  // namespace penstock::aws
