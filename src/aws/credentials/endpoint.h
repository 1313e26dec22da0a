#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "aws/credentials/credential_documents.h"
#include "aws/credentials/credential_sources.h"
#include "base/redaction.h"
#include "base/result.h"
#include "base/wiped_text.h"
#include "net/http_client.h"
#include "net/url.h"

// This file declares requests to the endpoints of AWS, or of an emulator in its place.
namespace penstock::aws {

using net::Url;

// Says where a service is.
struct ServiceEndpoint {
  Url url;
  std::string region;   // The region to sign for. It is us-east-1 if no region was given.
  bool is_own = false;  // True if a variable gives the URL, so that it may be an emulator.
};

// Returns the endpoint of a service such as "sts" or "sqs": AWS_ENDPOINT_URL_STS, AWS_ENDPOINT_URL,
// or AWS's host in the region (AWS SDKs reference guide, "Service-specific endpoints"). Fails with
// `invalid` if a variable is not a URL. Without a variable it also fails with `invalid` if the
// region is empty or not the name of one. With a variable any region is accepted.
[[nodiscard]] base::Result<ServiceEndpoint> service_endpoint(const Surroundings& surroundings,
                                                             std::string_view service,
                                                             const std::string& region);

// Holds an endpoint's answer.
struct Answer {
  unsigned status = 0;
  // It may have credentials or repeat those of the request, so it is only for parsers. What becomes
  // part of a message passes secrets.shown().
  base::WipedText body;
  // This is how far this machine's clock is behind the server's `Date`, if it sent one. It is
  // negative if this clock is ahead.
  std::optional<std::chrono::seconds> clock_lag;
  // These are the secrets of the request.
  base::Redaction secrets = {};
};

// Says how long and how often to try.
struct Patience {
  std::chrono::milliseconds timeout;  // For one attempt, from connecting to the last byte.
  int attempts = 3;                   // There is at least one.
};

// Sends a request and returns the answer, whatever its status. Of `url` it uses only the server;
// the target is that of the request. It tries again, after 0.1 s, 0.2 s, …, if the request failed
// with `unavailable` or `timed_out`, or was answered with status 5xx or 429. So the server may act
// on a request more than once. It returns the result of the last attempt. It blocks; a request to
// stop ends it soon. `secrets` are the secrets that the request contains; those
// of its header Authorization are added to them.
//
// Fails as net::HttpClient::request() does, with `too_large` if the answer has more than
// `answer_bytes_max` bytes, and with `unavailable` if it was asked to stop before the first
// attempt. The message begins with the URL's text().
[[nodiscard]] base::Result<Answer> fetch(const Url& url, const net::HttpRequest& request,
                                         base::Redaction secrets, Patience patience,
                                         std::stop_token stop,
                                         uint64_t answer_bytes_max = kDocumentBytesMax);

// Returns the error for an answer that refuses: "https://… answered 403: AccessDenied: …", with a
// hint if the clock may be the reason. `said` is the server's explanation, which may be empty; it
// loses the answer's secrets and what controls a terminal. The code is `unavailable` for status 5xx
// and 429, and `refused` for any other.
[[nodiscard]] base::Error refusal(const Url& url, const Answer& answer, std::string_view said);

// Returns "; this machine's clock is 412 s behind", or "ahead", if it is off by kClockLagNotable or
// more, and otherwise an empty text.
[[nodiscard]] std::string clock_sentence(std::optional<std::chrono::seconds> lag);

// A message says so if the clock is off by this much. AWS refuses signatures that are 5 minutes off
// (AWS, "Troubleshoot Signature Version 4 signing").
inline constexpr std::chrono::seconds kClockLagNotable{30};

}  // namespace penstock::aws
