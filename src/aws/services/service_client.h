#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "aws/credentials.h"
#include "aws/credentials/endpoint.h"
#include "aws/sigv4.h"
#include "base/configuration.h"
#include "base/result.h"

namespace penstock::aws {

// Fetches credentials and may block meanwhile. A ServiceClient calls it before each of its calls,
// on the same thread, unless its last credentials expire at a known time that is not near. If that
// fails, it uses the last ones until they have expired.
using CredentialSource = std::function<base::Result<Credentials>(std::stop_token)>;

// Returns a source with its own credential chain, which reads the variables of a copy of
// `environment`. Copies of the source share the chain, so one thread at a time may use them all.
[[nodiscard]] CredentialSource credential_chain_of(const base::Environment& environment);

// Holds the parts of "arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE", as views into the text.
struct Arn {
  std::string_view partition = {};
  std::string_view service = {};
  std::string_view region = {};
  std::string_view account = {};
  std::string_view resource = {};

  // Splits an ARN. Returns nothing if `text` is not one, or if a part other than the resource has
  // characters other than letters, digits and dashes. The text must outlive the result.
  [[nodiscard]] static std::optional<Arn> parse(std::string_view text);
};

// A client waits 20 s for a service in each attempt, which is enough for 16 MiB at 1 MB/s.
inline constexpr Patience kServicePatience{.timeout = std::chrono::seconds(20)};

// Sends signed requests to one service of AWS, or to an emulator (moto, LocalStack). Its calls
// block; after a request to stop they end with the HTTP request under way. One thread at a time may
// use it.
class ServiceClient {
 public:
  // Describes one call of the service.
  struct Call {
    net::HttpMethod method = net::HttpMethod::post;
    std::string path = "/";      // Not yet encoded. It follows the path of the endpoint.
    Parameters query = {};       // Not yet encoded.
    Parameters headers = {};     // Besides Host, Content-Length and those of the signature.
    std::string_view body = {};  // It must outlive the call.
    // Messages name the action in IAM's words, such as "sqs:SendMessage", and the ARN of the
    // resource.
    std::string action = {};
    std::string resource = {};
    // The service may take this much longer to answer than the client's usual time-out.
    std::chrono::milliseconds more_time{0};
    // A longer answer is the error `too_large`.
    uint64_t answer_bytes_max = kDocumentBytesMax;
  };

  // Makes a client of the service `name`, such as "sqs". It makes no request yet, and does not need
  // `environment` afterwards. Fails with `invalid` if a variable with an endpoint is not a plain
  // URL, or if no variable has the endpoint and the region is missing or wrong.
  [[nodiscard]] static base::Result<ServiceClient> at(std::string_view name,
                                                      const std::string& region,
                                                      CredentialSource credentials,
                                                      const base::Environment& environment,
                                                      Patience patience = kServicePatience);

  // Calls the service and returns the body of its answer with status 2xx. It repeats a request as
  // fetch() does, so the service may act more than once. Fails as fetch() and the source of
  // credentials do, with `not_found` (no such queue, bucket or key), with `unavailable` (status
  // 5xx, throttled, expired credentials), and with `refused` (any other answer, and no source of
  // credentials that is set up). The message says what was called, what was answered and what to
  // do.
  [[nodiscard]] base::Result<std::string> call(const Call& call, std::stop_token stop);

  // Returns where the service is. The reference is valid as long as the client stays where it is.
  [[nodiscard]] const ServiceEndpoint& endpoint() const { return endpoint_; }
  // Sets another host for the same service. It must be called before the first call().
  void set_host(std::string host) { endpoint_.url.host = std::move(host); }

 private:
  ServiceClient(std::string name, ServiceEndpoint endpoint, CredentialSource credentials,
                Patience patience)
      : name_(std::move(name)),
        endpoint_(std::move(endpoint)),
        source_(std::move(credentials)),
        patience_(patience) {}
  base::Result<> refresh(std::stop_token stop);
  net::HttpRequest signed_request(const Call& call) const;
  base::Error failure(const Call& call, const Answer& answer);

  std::string name_;
  ServiceEndpoint endpoint_;
  CredentialSource source_;
  Patience patience_;
  std::optional<Credentials> credentials_;
};

// Holds the content of an error document. Missing parts are empty.
struct ServiceError {
  std::string code = {};
  std::string message = {};
  std::string region = {};  // The region of the bucket, from S3.
};
// Reads an error document: JSON, as SQS sends it, or XML, as S3 does. It cannot fail: if the body
// is neither, all parts are empty.
[[nodiscard]] ServiceError parse_service_error(std::string_view body);

}  // namespace penstock::aws
