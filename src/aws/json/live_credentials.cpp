#include "aws/json/live_credentials.h"

#include <atomic>
#include <boost/asio/post.hpp>
#include <string>
#include <utility>

#include "async/broadcast.h"
#include "aws/credentials/credential_chain.h"
#include "aws/times.h"
#include "log/log.h"

namespace penstock::aws {

using base::Error;
using base::ErrorCode;
using base::Result;
using std::chrono::system_clock;

struct LiveCredentials::Attempts {
  explicit Attempts(boost::asio::io_context& io) : ended(io) {}
  async::Broadcast ended;  // Wakes those who wait when an attempt to fetch has ended.
};

namespace {

bool is_fresh(const LiveCredentials::Shared& credentials) {
  return credentials != nullptr &&
         (!credentials->expiration || *credentials->expiration > system_clock::now());
}

}  // namespace

LiveCredentials::LiveCredentials(const resources::Start& start)
    : attempts_(std::make_shared<Attempts>(start.io)),
      keeper_([chain = std::make_shared<CredentialChain>(
                   Surroundings{.environment = start.environment, .region = {}})](
                  std::stop_token stop) { return chain->fetch(std::move(stop)); },
              [attempts = std::weak_ptr(attempts_), &io = start.io, &log = start.log,
               failing = false](const Result<Credentials>& attempt, std::chrono::seconds) mutable {
                // Runs on the keeper's thread. A failure is logged once, not at each attempt.
                if (!attempt && !failing) {
                  log::Line(log, log::Level::warning, "AWS credentials cannot be fetched")
                      .field("reason", base::describe(attempt.error()));
                } else if (attempt && failing) {
                  log::Line(log, log::Level::info, "AWS credentials can be fetched again")
                      .field("source", attempt->source);
                }
                failing = !attempt;
                boost::asio::post(io, [attempts] {
                  if (const auto living = attempts.lock()) living->ended.wake_all();
                });
              }) {}

std::shared_ptr<LiveCredentials> LiveCredentials::of(const resources::Start& start) {
  return start.registry.shared<LiveCredentials>(
      [&start] { return std::make_shared<LiveCredentials>(start); });
}

async::Awaitable<Result<LiveCredentials::Shared>> LiveCredentials::usable(
    async::SteadyTime deadline) {
  while (true) {
    Shared credentials = keeper_.credentials();
    if (is_fresh(credentials)) co_return credentials;
    const std::string problem = keeper_.problem();
    keeper_.renew_soon();  // The keeper's pause after a failure may be long.
    const bool late = async::SteadyTime::clock::now() >= deadline;
    if (!problem.empty() || late || attempts_->ended.size() >= kWaitingMax) {
      Error error{ErrorCode::unavailable, "there are no AWS credentials that can be used", problem,
                  true};
      if (credentials) {
        error.message = "the AWS credentials have expired";
        error.detail = "those of " + credentials->source + " have expired at " +
                       timestamp(*credentials->expiration) +
                       (problem.empty() ? "" : ", and " + problem);
      }
      co_return error;
    }
    const std::shared_ptr<Attempts> attempts = attempts_;
    co_await attempts->ended.wait_until(deadline);
  }
}

async::Awaitable<LiveCredentials::Shared> LiveCredentials::newer_than(Shared used,
                                                                      async::SteadyTime deadline) {
  Shared credentials = keeper_.credentials();
  if (credentials == used) {
    keeper_.renew_soon();
    const std::shared_ptr<Attempts> attempts = attempts_;
    if (attempts->ended.size() >= kWaitingMax) co_return nullptr;
    co_await attempts->ended.wait_until(deadline);
    credentials = keeper_.credentials();
  }
  co_return credentials != used&& is_fresh(credentials) ? credentials : nullptr;
}

}  // namespace penstock::aws
