#include "aws/credentials/endpoint.h"

#include <algorithm>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>
#include <condition_variable>
#include <mutex>

#include "aws/region.h"
#include "aws/times.h"
#include "base/number_text.h"
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

// Returns a host's name or address, without the brackets of IPv6, or an empty text if it has other
// characters.
std::string plain_host(std::string_view host) {
  const bool v6 = host.size() > 2 && host.front() == '[' && host.back() == ']';
  if (v6) host = host.substr(1, host.size() - 2);
  const bool plain = std::all_of(host.begin(), host.end(), [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '-' || (v6 && c == ':');
  });
  return plain ? std::string(host) : "";
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

Result<Url> Url::parse(std::string_view text) {
  const auto wrong = [](const char* what) {
    return Error{.code = ErrorCode::invalid, .message = what};
  };
  const auto parsed = boost::urls::parse_uri(text);
  if (!parsed || parsed->has_userinfo() || parsed->has_fragment()) {
    return wrong("is not an http or https URL");
  }
  Url url;
  if (parsed->scheme_id() != boost::urls::scheme::https &&
      parsed->scheme_id() != boost::urls::scheme::http) {
    return wrong("is not an http or https URL");
  }
  url.tls = parsed->scheme_id() == boost::urls::scheme::https;
  url.host = plain_host(parsed->encoded_host());
  if (url.host.empty()) return wrong("has no host, or one with characters that are not allowed");
  url.port = url.tls ? 443 : 80;
  if (parsed->has_port()) {
    const auto digits = parsed->port();
    const auto port = base::whole_number<uint16_t>({digits.data(), digits.size()});
    if (!port || *port == 0) return wrong("has an invalid port");
    url.port = *port;
  }
  const auto target = parsed->encoded_target();
  url.target.assign(target.data(), target.size());
  if (url.target.empty() || url.target.front() == '?') url.target.insert(0, "/");
  // Boost 1.81 reads 127.0.0.1.example.com as the host 127.0.0.1 and the path .example.com.
  if (url.target.front() != '/') return wrong("is not an http or https URL");
  return url;
}

std::string Url::text() const {
  return std::string(tls ? "https://" : "http://") + authority();
}

std::string Url::authority() const {
  const bool v6 = host.find(':') != std::string::npos;
  return (v6 ? "[" + host + "]" : host) +
         (port == (tls ? 443 : 80) ? "" : ":" + std::to_string(port));
}

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
