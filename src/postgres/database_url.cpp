#include "postgres/database_url.h"

#include <boost/json/value.hpp>
#include <string_view>
#include <utility>
#include <vector>

#include "aws/json/live_credentials.h"
#include "aws/region.h"
#include "json/object_writer.h"
#include "json/parse.h"
#include "json/view.h"
#include "json/wiping_resource.h"

namespace penstock::postgres {
namespace {

using base::Error;
using base::ErrorCode;
using base::Result;

constexpr size_t kDepthMax = 8;
constexpr std::string_view kVariable = "DATABASE_URL_SECRET";

// Returns the region of "arn:PARTITION:secretsmanager:REGION:ACCOUNT:secret:NAME", or nothing.
std::optional<std::string> region_of_secret(std::string_view arn) {
  std::vector<std::string_view> parts;
  for (size_t part = 0; part < 6; ++part) {
    const size_t end = arn.find(':');
    if (end == std::string_view::npos) return std::nullopt;
    parts.push_back(arn.substr(0, end));
    arn.remove_prefix(end + 1);
  }
  if (parts[0] != "arn" || parts[2] != "secretsmanager" || parts[5] != "secret" || arn.empty() ||
      !aws::is_region(parts[3])) {
    return std::nullopt;
  }
  return std::string(parts[3]);
}

// Takes the value out of an answer of GetSecretValue, which is wiped.
Result<base::WipedText> value_of(std::string body) {
  const auto wiping = boost::json::make_shared_resource<json::WipingResource>();
  Result<base::WipedText> value =
      Error{ErrorCode::invalid,
            "the secret of the database's URL has no text: store the URL with "
            "--secret-string"};
  if (const auto document = json::parse(body, {.depth_max = kDepthMax}, wiping)) {
    if (const auto text = json::text(json::find(*document, "SecretString"))) {
      value = base::WipedText(*text);
    }
  }
  base::wipe(body.data(), body.size());
  return value;
}

}  // namespace

// Makes the others wait while one coroutine reads, which may be cancelled.
class UrlSource::Reading {
 public:
  explicit Reading(UrlSource& source) : source_(source) { source_.reading_ = true; }
  Reading(const Reading&) = delete;
  Reading& operator=(const Reading&) = delete;
  ~Reading() {
    source_.reading_ = false;
    source_.read_ended_.wake_all();
  }

 private:
  UrlSource& source_;
};

UrlSource::UrlSource(const resources::Start& start, ServerUrl::Session session, std::string pool)
    : environment_(start.environment),
      log_(start.log),
      session_(std::move(session)),
      pool_(std::move(pool)),
      read_ended_(start.io) {}

Result<UrlSource::Shared> UrlSource::parsed(const base::WipedText& url) const {
  auto read = ServerUrl::read(url, environment_, session_);
  if (!read) return read.error();
  if (!read->verified) {
    log::Line(log_, log::Level::warning,
              "the database's URL has no sslmode=verify-full: the server need not prove who it is")
        .field("pool", pool_);
  }
  return std::make_shared<const ServerUrl>(std::move(*read));
}

Result<std::shared_ptr<UrlSource>> UrlSource::fixed(const resources::Start& start,
                                                    const base::WipedText& url,
                                                    ServerUrl::Session session, std::string pool) {
  auto source = std::make_shared<UrlSource>(start, std::move(session), std::move(pool));
  auto read = source->parsed(url);
  if (!read) return read.error();
  source->url_ = std::move(*read);
  return source;
}

Result<std::shared_ptr<UrlSource>> UrlSource::stored(const resources::Start& start,
                                                     const std::string& arn,
                                                     ServerUrl::Session session, std::string pool) {
  const auto region = region_of_secret(arn);
  if (!region) {
    return Error{ErrorCode::invalid, std::string(kVariable) +
                                         " is not the ARN of a secret: write "
                                         "arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME"};
  }
  auto source = std::make_shared<UrlSource>(start, std::move(session), std::move(pool));
  // The credentials are those of all clients, whose region is the program's.
  const auto credentials = aws::LiveCredentials::of(start);
  source->environment_["AWS_REGION"] = *region;
  const resources::Start in_region{start.io,  start.blocking, source->environment_,
                                   start.log, start.registry, start.program};
  auto client = aws::JsonClient::make(in_region, {.name = "secretsmanager",
                                                  .target = "secretsmanager",
                                                  .content_type = "application/x-amz-json-1.1"});
  if (!client) return client.error();
  source->arn_ = arn;
  source->secrets_ = std::move(*client);
  return source;
}

async::Awaitable<Result<>> UrlSource::read(async::SteadyTime deadline) {
  const Reading reading(*this);
  std::string request;
  json::ObjectWriter members(request);
  members.member("SecretId", arn_);
  members.end();
  auto answer = co_await secrets_->call("GetSecretValue", std::move(request), deadline);
  if (!answer) {
    Error error = answer.error();
    // Nothing has been asked of the database, and another attempt may succeed.
    if (error.code != ErrorCode::refused) {
      error.code = ErrorCode::unavailable;
      error.retryable = true;
    }
    co_return error;
  }
  if (answer->is_error()) {
    co_return Error{ErrorCode::refused,
                    "the secret of " + std::string(kVariable) +
                        " cannot be read: " + answer->error + " of secretsmanager:GetSecretValue",
                    answer->message};
  }
  const auto value = value_of(std::move(answer->body));
  if (!value) co_return value.error();
  auto url = parsed(*value);
  if (!url) co_return url.error();
  url_ = std::move(*url);
  co_return Result<>();
}

async::Awaitable<Result<UrlSource::Shared>> UrlSource::current(async::SteadyTime deadline) {
  while (!url_) {
    if (!reading_) {
      auto read_now = co_await read(deadline);
      if (!read_now) co_return read_now.error();
      continue;
    }
    const bool ended = co_await read_ended_.wait_until(deadline);
    if (!ended) {
      co_return Error{ErrorCode::unavailable,
                      "the secret of the database's URL has not been read by the deadline",
                      {},
                      true};
    }
  }
  co_return url_;
}

async::Awaitable<UrlSource::Shared> UrlSource::newer_than(Shared refused,
                                                          async::SteadyTime deadline) {
  if (!secrets_) co_return nullptr;
  while (reading_ && url_ == refused) {
    const bool ended = co_await read_ended_.wait_until(deadline);
    if (!ended) co_return nullptr;
  }
  const auto now = std::chrono::steady_clock::now();
  if (url_ == refused && now >= not_again_before_) {
    not_again_before_ = now + kReadsApart;
    log::Line(log_, log::Level::warning,
              "the database has refused the user or password: reading the URL's secret again")
        .field("pool", pool_);
    const auto read_now = co_await read(deadline);
    if (!read_now) {
      log::Line(log_, log::Level::warning, "the secret of the database's URL cannot be read")
          .field("pool", pool_)
          .field("reason", base::describe(read_now.error()));
    }
  }
  co_return url_ == refused ? nullptr : url_;
}

}  // namespace penstock::postgres
