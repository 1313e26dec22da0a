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

// Fetches credentials, and may block for it. It is asked for each request, unless what it gave last
// has an end that is not near.
using CredentialSource = std::function<base::Result<Credentials>(std::stop_token)>;

// A source that asks a credential chain of its own, with the variables of `environment`.
[[nodiscard]] CredentialSource credential_chain_of(const base::Environment& environment);

// "arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE" in parts; views into the text.
struct Arn {
  std::string_view service = {};
  std::string_view region = {};
  std::string_view account = {};
  std::string_view resource = {};

  // The parts of `text`; nothing if it is no ARN. Only what has dashes, letters and digits is taken
  // for partition, region and account.
  [[nodiscard]] static std::optional<Arn> parse(std::string_view text);
};

// The patience with a service: 20 s an attempt are enough for 16 MiB at 1 MB/s.
inline constexpr Patience kServicePatience{.timeout = std::chrono::seconds(20)};

// Sends signed requests to one service of AWS, or to what stands for it (moto, LocalStack). Its
// calls block; when told to stop, they end with the request that is under way. It is for one thread
// at a time.
class ServiceClient {
 public:
  struct Call {
    net::HttpMethod method = net::HttpMethod::post;
    std::string path = "/";  // Before any encoding.
    Parameters query = {};
    Parameters headers = {};
    std::string_view body = {};
    // What is asked, for errors: the action as IAM names it, "sqs:SendMessage", and the ARN it is
    // asked of.
    std::string action = {};
    std::string resource = {};
    std::chrono::milliseconds more_time{
        0};  // On top of the patience, if the service may take its time.
    uint64_t answer_bytes_max = kDocumentBytesMax;
  };

  // Error: invalid, if there is no region, or a variable has no URL.
  [[nodiscard]] static base::Result<ServiceClient> at(std::string_view name,
                                                      const std::string& region,
                                                      CredentialSource credentials,
                                                      const base::Environment& environment,
                                                      Patience patience = kServicePatience);

  // Returns the body of the answer, which has a status of 2xx. What fails on the way is tried
  // again, so the service may have acted twice. Errors, which say what was asked of whom, the
  // answer, and what to do: those of the credentials and of net::HttpClient; not_found (no such
  // queue, bucket, key), refused, unavailable (5xx, throttled, expired credentials).
  [[nodiscard]] base::Result<std::string> call(const Call& call, std::stop_token stop);

  [[nodiscard]] const ServiceEndpoint& endpoint() const { return endpoint_; }
  // Sets another host for the same service. It must come before the first call.
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

// What an error document says, JSON of SQS or XML of S3, as far as it does.
struct ServiceError {
  std::string code = {};
  std::string message = {};
  std::string region = {};  // The bucket's own one.
};
[[nodiscard]] ServiceError parse_service_error(std::string_view body);

}  // namespace penstock::aws
