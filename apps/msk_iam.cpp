#include "msk_iam.h"

#include <boost/asio/post.hpp>
#include <memory>
#include <utility>

#include "aws/credential_chain.h"
#include "aws/endpoint.h"
#include "aws/region.h"
#include "aws/times.h"
#include "base/configuration.h"
#include "service_names.h"

namespace penstock::apps {

using base::Error;
using base::ErrorCode;
using base::Level;
using base::Line;
using std::chrono::system_clock;

bool wants_msk_iam(const ApiSettings& settings) {
  if (settings.kafka.bootstrap.empty() || settings.kafka_auth == KafkaAuth::none) return false;
  return settings.kafka_auth == KafkaAuth::iam || aws::region_of_msk(settings.kafka.bootstrap).has_value();
}

base::Result<aws::MskCluster> msk_cluster(const ApiSettings& settings) {
  const base::Environment environment = base::process_environment();
  std::string region = settings.msk_region;
  if (region.empty()) region = aws::region_of_msk(settings.kafka.bootstrap).value_or("");
  for (const char* name : {"AWS_REGION", "AWS_DEFAULT_REGION"}) {
    const auto found = environment.find(name);
    if (region.empty() && found != environment.end()) region = found->second;
  }
  const std::string setting = std::string(kVariablePrefix) + "AWS_MSK_CLUSTER_REGION";
  if (region.empty()) {
    return Error{
        .code = ErrorCode::invalid,
        .message = "the cluster's region is not known, and its host name does not say it: set " + setting};
  }
  if (!aws::is_region(region)) {
    return Error{.code = ErrorCode::invalid,
                 .message = "'" + region + "' is no region of AWS: set " + setting};
  }
  return aws::MskCluster{.region = region, .host = settings.msk_signing_host};
}

aws::Surroundings aws_surroundings(const aws::MskCluster& cluster) {
  return {.environment = base::process_environment(), .region = cluster.region};
}

MskIam::MskIam(boost::asio::io_context& io, aws::MskCluster cluster, base::Log& log,
               std::function<void()> on_renewal)
    : cluster_(std::move(cluster)),
      log_(log),
      io_(io),
      on_renewal_(std::move(on_renewal)),
      keeper_([chain = std::make_shared<aws::CredentialChain>(aws_surroundings(cluster_))](
                  std::stop_token stop) { return chain->fetch(std::move(stop)); },
              [this](const auto& attempt, std::chrono::seconds next) { observe(attempt, next); }) {}

base::Result<kafka::Token> MskIam::token() {
  const auto credentials = keeper_.credentials();
  const std::string problem = keeper_.problem();
  if (!credentials) {
    return Error{.code = ErrorCode::unavailable,
                 .message = problem.empty() ? "the AWS credentials are being fetched" : problem};
  }
  auto token = aws::sign_msk_token(*credentials, cluster_, system_clock::now());
  if (!token) {
    keeper_.doubt();
    return Error{.code = ErrorCode::unavailable,
                 .message = token.error().message + (problem.empty() ? "" : ", and " + problem)};
  }
  return kafka::Token{.value = token->value.reveal(), .expires = token->expires};
}

bool MskIam::usable() const {
  const auto credentials = keeper_.credentials();
  return credentials != nullptr &&
         (!credentials->expiration || *credentials->expiration > system_clock::now());
}

double MskIam::expiration() const {
  const auto credentials = keeper_.credentials();
  if (credentials == nullptr || !credentials->expiration) return 0;
  return std::chrono::duration<double>(credentials->expiration->time_since_epoch()).count();
}

// On the keeper's thread.
void MskIam::observe(const base::Result<aws::Credentials>& attempt, std::chrono::seconds next) {
  if (!attempt) {
    Line(log_, usable() ? Level::warning : Level::error, "cannot get AWS credentials")
        .field("reason", attempt.error().message)
        .field("next_attempt_s", next.count());
    return;
  }
  Line(log_, Level::info, "AWS credentials")
      .field("source", attempt->source)
      .field("access_key_id", attempt->access_key_id)
      .field("expires", attempt->expiration ? aws::timestamp(*attempt->expiration) : "never");
  if (!aws::clock_sentence(attempt->clock_lag).empty()) {
    Line(log_, Level::warning,
         "this machine's clock is wrong: Kafka refuses what is signed minutes ahead or behind")
        .field("seconds_behind", attempt->clock_lag->count())
        .field("compared_with", attempt->source);
  }
  boost::asio::post(io_, on_renewal_);
}

}  // namespace penstock::apps
