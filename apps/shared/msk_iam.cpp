#include "apps/shared/msk_iam.h"

#include <memory>
#include <utility>

#include "aws/credentials/credential_chain.h"
#include "aws/region.h"
#include "base/configuration.h"

namespace penstock::apps {

using base::Error;
using base::ErrorCode;
using std::chrono::system_clock;

base::Result<aws::MskCluster> msk_cluster(const std::string& bootstrap, std::string region,
                                          const std::string& setting) {
  const base::Environment environment = base::process_environment();
  if (region.empty()) region = aws::region_of_msk(bootstrap).value_or("");
  for (const char* name : {"AWS_REGION", "AWS_DEFAULT_REGION"}) {
    const auto found = environment.find(name);
    if (region.empty() && found != environment.end()) region = found->second;
  }
  if (region.empty()) {
    return Error{
        .code = ErrorCode::invalid,
        .message =
            "the cluster's region is not known and is not part of its host name: set " + setting};
  }
  if (!aws::is_region(region)) {
    return Error{.code = ErrorCode::invalid,
                 .message = "'" + region + "' is not the name of an AWS region: set " + setting};
  }
  return aws::MskCluster{.region = region};
}

aws::Surroundings aws_surroundings(const aws::MskCluster& cluster) {
  return {.environment = base::process_environment(), .region = cluster.region};
}

MskIam::MskIam(aws::MskCluster cluster, Observer observer)
    : cluster_(std::move(cluster)),
      observer_(std::move(observer)),
      keeper_([chain = std::make_shared<aws::CredentialChain>(aws_surroundings(cluster_))](
                  std::stop_token stop) { return chain->fetch(std::move(stop)); },
              [this](const auto& attempt, std::chrono::seconds next) {
                observer_(attempt, usable(), next);
              }) {}

base::Result<kafka::Token> MskIam::token() {
  const auto credentials = keeper_.credentials();
  const std::string problem = keeper_.problem();
  if (!credentials) {
    return Error{.code = ErrorCode::unavailable,
                 .message = problem.empty() ? "the AWS credentials are being fetched" : problem};
  }
  auto token = aws::sign_msk_token(*credentials, cluster_, system_clock::now());
  if (!token) {
    keeper_.renew_soon();
    return Error{.code = ErrorCode::unavailable,
                 .message = token.error().message + (problem.empty() ? "" : ", and " + problem)};
  }
  base::Redaction secrets = aws::secrets_of(*credentials);
  secrets.add(token->value.reveal());
  {
    const std::lock_guard lock(mutex_);
    std::swap(secrets_, secrets);  // The old ones are freed without the lock.
  }
  return kafka::Token{.value = token->value.reveal(), .expires = token->expires};
}

base::Redaction MskIam::secrets() const {
  const std::lock_guard lock(mutex_);
  return secrets_;
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

}  // namespace penstock::apps
