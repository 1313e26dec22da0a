#include "aws/json/json_client.h"

#include <boost/crc.hpp>
#include <chrono>
#include <utility>

#include "aws/credentials/credential_sources.h"
#include "aws/credentials/endpoint.h"
#include "aws/json/json_errors.h"
#include "aws/json/live_credentials.h"
#include "aws/sigv4.h"
#include "aws/times.h"
#include "base/number_text.h"

namespace penstock::aws {

using base::Error;
using base::ErrorCode;
using base::Result;
using std::chrono::system_clock;

namespace {

// A clock that is further away than this from the service's is corrected, as AWS's SDKs do.
constexpr std::chrono::minutes kClockTolerance{4};

// Says whether the body is not what the service has sent. DynamoDB sends a checksum of it.
bool is_damaged(const upstream::Response& response) {
  const auto sum = base::whole_number<uint32_t>(response.header("x-amz-crc32"));
  if (!sum) return false;
  boost::crc_32_type crc;
  crc.process_bytes(response.body.data(), response.body.size());
  return crc.checksum() != *sum;
}

}  // namespace

struct JsonClient::State : std::enable_shared_from_this<State> {
  State(JsonService which, ServiceEndpoint where, std::unique_ptr<upstream::Client> by,
        std::shared_ptr<LiveCredentials> with)
      : service(std::move(which)),
        endpoint(std::move(where)),
        host(endpoint.url.authority()),
        path(endpoint.url.target.ends_with('/') ? endpoint.url.target : endpoint.url.target + "/"),
        client(std::move(by)),
        credentials(std::move(with)) {}

  // Is one call with the same credentials and clock: its attempts, and the last answer.
  struct Turn {
    std::string action;
    std::string body;
    LiveCredentials::Shared credentials;
    JsonAnswer answer = {};
    ErrorKind kind = ErrorKind::answer;
    bool damaged = false;
    bool unsure = false;  // An attempt before the last answer may have acted.
    std::optional<base::SystemTime> date = {};
  };

  async::Awaitable<Result<JsonAnswer>> call(std::string action, std::string body,
                                            async::SteadyTime deadline, bool repeatable);
  [[nodiscard]] upstream::Request signed_request(const Turn& turn);
  [[nodiscard]] upstream::Verdict judge(Turn& turn, const upstream::Response& response) const;
  [[nodiscard]] bool set_clock(const Turn& turn);
  [[nodiscard]] Result<JsonAnswer> result_of(Turn turn) const;
  [[nodiscard]] Error about(const std::string& action, Error error) const;

  const JsonService service;
  const ServiceEndpoint endpoint;
  const std::string host;
  const std::string path;
  const std::unique_ptr<upstream::Client> client;
  const std::shared_ptr<LiveCredentials> credentials;
  Signer signer;
  system_clock::duration clock_lag{0};  // How far this machine's clock is behind the service's.
};

upstream::Request JsonClient::State::signed_request(const Turn& turn) {
  SignedRequest request{.method = "POST", .path = path, .body = turn.body};
  request.headers.reserve(8);
  request.headers.emplace_back("Host", host);
  request.headers.emplace_back("Content-Type", service.content_type);
  base::WipedText target(service.target);
  target.append(".").append(turn.action);
  request.headers.emplace_back("X-Amz-Target", std::move(target));
  signer.sign(request, *turn.credentials,
              {.region = endpoint.region,
               .service = service.name,
               .time = system_clock::now() + clock_lag});
  request.headers.erase(request.headers.begin());  // The client adds Host itself.
  return {.method = "POST",
          .target = "/",
          .headers = std::move(request.headers),
          .body = base::WipedText(turn.body)};
}

upstream::Verdict JsonClient::State::judge(Turn& turn, const upstream::Response& response) const {
  turn.damaged = is_damaged(response);
  turn.unsure = turn.unsure || response.unsure;
  turn.date = parse_http_date(response.header("date"));
  if (turn.damaged) return upstream::Verdict::failed;
  turn.answer = read_answer(response.status, response.header("x-amzn-errortype"), response.body);
  turn.kind = turn.answer.is_error() ? kind_of(turn.answer) : ErrorKind::answer;
  switch (turn.kind) {
    case ErrorKind::throttled:
      return upstream::Verdict::did_nothing;
    case ErrorKind::failed:
      return upstream::Verdict::failed;
    default:
      return upstream::Verdict::final;
  }
}

// Takes over the service's clock, if the last answer shows that this one is wrong.
bool JsonClient::State::set_clock(const Turn& turn) {
  if (!turn.date) return false;
  const auto lag = *turn.date - system_clock::now();
  const auto change = lag - clock_lag;
  if (change < kClockTolerance && change > -kClockTolerance) return false;
  clock_lag = lag;
  return true;
}

Error JsonClient::State::about(const std::string& action, Error error) const {
  error.message.insert(0, action + ": ");
  return error;
}

Result<JsonAnswer> JsonClient::State::result_of(Turn turn) const {
  const std::string what = turn.answer.error.empty()
                               ? "status " + std::to_string(turn.answer.status)
                               : turn.answer.error;
  const auto error = [&](ErrorCode code, const std::string& predicate, bool retryable) {
    const base::Redaction secrets = secrets_of(*turn.credentials);
    return about(turn.action, {code, service.name + " " + predicate + " (" + what + ")",
                               secrets.shown(turn.answer.message), retryable});
  };
  if (turn.damaged) {
    return about(turn.action, {ErrorCode::timed_out,
                               service.name + " has sent an answer that was damaged on its way"});
  }
  const bool is_refusal = turn.kind != ErrorKind::answer && turn.kind != ErrorKind::failed;
  if (turn.unsure && is_refusal) {
    return error(ErrorCode::timed_out, "has refused a repetition of a call that may have acted",
                 false);
  }
  const std::string who = turn.credentials->source + " (" + turn.credentials->access_key_id + ")";
  switch (turn.kind) {
    case ErrorKind::answer:
      return std::move(turn.answer);
    case ErrorKind::throttled:
      return error(ErrorCode::unavailable, "takes no more calls for now", true);
    case ErrorKind::failed:
      return error(ErrorCode::timed_out, "has failed, and may have acted", false);
    case ErrorKind::expired:
      return error(ErrorCode::unavailable, "says that the credentials have expired", true);
    case ErrorKind::clock:
      return error(ErrorCode::refused,
                   "says that the signature's time is wrong; set this machine's clock", false);
    case ErrorKind::refused: {
      Error refused = error(ErrorCode::refused, "has refused the call", false);
      refused.detail += (refused.detail.empty() ? "allow " : "; allow ") + service.name + ":" +
                        turn.action + " to the credentials of " + who + ", or use others";
      return refused;
    }
  }
  return std::move(turn.answer);
}

async::Awaitable<Result<JsonAnswer>> JsonClient::State::call(std::string action, std::string body,
                                                             async::SteadyTime deadline,
                                                             bool repeatable) {
  const auto self = shared_from_this();
  Turn turn{.action = std::move(action), .body = std::move(body), .credentials = nullptr};
  auto usable = co_await credentials->usable(deadline);
  if (!usable) co_return about(turn.action, usable.error());
  turn.credentials = std::move(*usable);
  bool renewed = false, clock_set = false;
  while (true) {
    upstream::Attempts attempts;
    attempts.make = [&turn, this]() -> Result<upstream::Request> { return signed_request(turn); };
    attempts.judge = [&turn, this](const upstream::Response& response) {
      return judge(turn, response);
    };
    auto sent = co_await client->send(std::move(attempts), repeatable, deadline);
    if (!sent) {
      Error error = about(turn.action, sent.error());
      error.retryable = error.retryable && !turn.unsure;
      // Whoever has called must know that the service may have acted.
      if (error.code == ErrorCode::unavailable && !error.retryable) {
        error.code = ErrorCode::timed_out;
      }
      co_return error;
    }
    // The service did nothing in both cases, so that the call is repeated even if it may act once.
    if (turn.kind == ErrorKind::expired && !renewed) {
      renewed = true;
      auto newer = co_await credentials->newer_than(turn.credentials, deadline);
      if (!newer) co_return result_of(std::move(turn));
      turn.credentials = std::move(newer);
      continue;
    }
    if (turn.kind == ErrorKind::clock && !clock_set && set_clock(turn)) {
      clock_set = true;
      continue;
    }
    if (turn.kind == ErrorKind::refused) credentials->renew_soon();
    co_return result_of(std::move(turn));
  }
}

JsonClient::JsonClient(std::shared_ptr<State> state) : state_(std::move(state)) {}
JsonClient::~JsonClient() = default;

Result<std::unique_ptr<JsonClient>> JsonClient::make(const resources::Start& start,
                                                     JsonService service,
                                                     upstream::Settings settings) {
  const Surroundings surroundings{.environment = start.environment, .region = {}};
  auto endpoint = service_endpoint(surroundings, service.name, region_of(surroundings));
  if (!endpoint) return endpoint.error();
  // The path is encoded before it is signed. One of plain characters does not change then.
  if (uri_encode(endpoint->url.target, true) != endpoint->url.target) {
    return Error{ErrorCode::invalid,
                 "the endpoint " + endpoint->url.text() +
                     " has a query, or a path with characters that must be encoded"};
  }
  auto client = upstream::Client::make(start, service.name,
                                       endpoint->url.text() + endpoint->url.target, settings);
  if (!client) return client.error();
  return std::unique_ptr<JsonClient>(new JsonClient(std::make_shared<State>(
      std::move(service), std::move(*endpoint), std::move(*client), LiveCredentials::of(start))));
}

async::Awaitable<Result<JsonAnswer>> JsonClient::call(std::string_view action, std::string body,
                                                      async::SteadyTime deadline, bool repeatable) {
  return state_->call(std::string(action), std::move(body), deadline, repeatable);
}

}  // namespace penstock::aws
