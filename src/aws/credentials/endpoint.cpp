#include "aws/credentials/endpoint.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>

#include "aws/region.h"
#include "aws/times.h"
#include "net/tls.h"

namespace penstock::aws {
namespace {

using base::Error;
using base::ErrorCode;
using base::Result;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr milliseconds kBackoff{100};

std::optional<seconds> clock_lag(const net::HttpResponse& response) {
  const auto date = parse_http_date(response.header("date"));
  if (!date) return std::nullopt;
  return std::chrono::round<seconds>(*date - std::chrono::system_clock::now());
}

bool worth_another_try(const Result<net::HttpResponse>& response) {
  if (!response) {
    return response.error().code == ErrorCode::unavailable ||
           response.error().code == ErrorCode::timed_out;
  }
  return response->status >= 500 || response->status == 429;
}

// Returns what is secret in the header's value: the signature, since AWS shows everything else, or
// the whole token.
std::string_view secret_of_authorization(std::string_view value) {
  static constexpr std::string_view kSignature = "Signature=";
  const size_t at = value.rfind(kSignature);
  return at == std::string_view::npos ? value : value.substr(at + kSignature.size());
}

// Waits. Returns false after a request to stop.
bool pause(milliseconds time, const std::stop_token& stop) {
  std::mutex mutex;
  std::unique_lock lock(mutex);
  std::condition_variable_any never;
  never.wait_for(lock, stop, time, [] { return false; });
  return !stop.stop_requested();
}

}  // namespace

Result<ServiceEndpoint> service_endpoint(const Surroundings& surroundings, std::string_view service,
                                         const std::string& region) {
  // Secrets Manager's variable has its name in two words.
  std::string upper(service == "secretsmanager" ? "secrets_manager" : service);
  for (char& c : upper) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  for (const std::string& name : {"AWS_ENDPOINT_URL_" + upper, std::string("AWS_ENDPOINT_URL")}) {
    const std::string text = variable(surroundings, name);
    if (text.empty()) continue;
    auto url = Url::parse(text);
    if (!url) return Error{.code = ErrorCode::invalid, .message = name + " " + url.error().message};
    return ServiceEndpoint{
        .url = std::move(*url), .region = region.empty() ? "us-east-1" : region, .is_own = true};
  }
  if (!is_region(region)) {
    return Error{.code = ErrorCode::invalid,
                 .message = region.empty()
                                ? "the region of " + upper + " is not known: set AWS_REGION"
                                : "'" + region + "' is not the name of an AWS region"};
  }
  return ServiceEndpoint{
      .url = {.host = std::string(service) + "." + region + "." + std::string(dns_suffix(region))},
      .region = region};
}

Result<Answer> fetch(const Url& url, const net::HttpRequest& request, base::Redaction secrets,
                     Patience patience, std::stop_token stop, uint64_t answer_bytes_max) {
  for (const auto& [name, value] : request.headers) {
    if (name == "Authorization") secrets.add(secret_of_authorization(value));
  }
  net::ClientLimits limits;
  limits.connect_timeout = patience.timeout;
  limits.body_bytes_max = answer_bytes_max;
  for (int attempt = 1;; ++attempt) {
    if (stop.stop_requested()) {
      return Error{.code = ErrorCode::unavailable,
                   .message = url.text() + ": not called, because the program is stopping"};
    }
    net::HttpClient client(url.host, url.port, limits, url.tls ? net::kTls : net::kPlain);
    auto response = client.request(request, patience.timeout, stop);
    const bool again = attempt < patience.attempts && worth_another_try(response) &&
                       pause(kBackoff * attempt, stop);
    if (again) continue;
    if (!response) {
      Error error = response.error();
      error.message = url.text() + ": " + error.message;
      return error;
    }
    return Answer{.status = response->status,
                  .body = std::move(response->body),
                  .clock_lag = clock_lag(*response),
                  .secrets = std::move(secrets)};
  }
}

Error refusal(const Url& url, const Answer& answer, std::string_view said) {
  return {.code = answer.status >= 500 || answer.status == 429 ? ErrorCode::unavailable
                                                               : ErrorCode::refused,
          .message = url.text() + " answered " + std::to_string(answer.status) +
                     (said.empty() ? "" : ": ") + answer.secrets.shown(said) +
                     clock_sentence(answer.clock_lag)};
}

std::string clock_sentence(std::optional<seconds> lag) {
  if (!lag || std::chrono::abs(*lag) < kClockLagNotable) return {};
  return "; this machine's clock is " + std::to_string(std::chrono::abs(*lag).count()) + " s " +
         (lag->count() > 0 ? "behind" : "ahead");
}

}  // namespace penstock::aws
