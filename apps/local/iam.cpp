#include "apps/local/iam.h"

#include <algorithm>
#include <future>
#include <memory>
#include <utility>

#include "aws/credentials/endpoint.h"
#include "aws/region.h"

namespace penstock::apps {
namespace {

// It is long because a profile may run a program for its credentials.
constexpr std::chrono::seconds kFirstPatience{30};

}  // namespace

LocalIam::LocalIam(bool iam, const kafka::Properties& properties,
                   std::function<void(const std::string&)> say)
    : always_(iam),
      for_msk_(
          std::none_of(properties.begin(), properties.end(),
                       [](const auto& property) { return property.first == "security.protocol"; })),
      say_(std::move(say)) {}

base::Result<kafka::TokenSource*> LocalIam::tokens(const std::string& bootstrap) {
  if (!always_ && !(for_msk_ && aws::region_of_msk(bootstrap))) return nullptr;
  const auto cluster = msk_cluster(bootstrap, "", "AWS_REGION");
  if (!cluster) return cluster.error();
  const auto found = by_region_.find(cluster->region);
  MskIam& iam = found == by_region_.end() ? start(*cluster) : found->second;
  if (!iam.usable()) {
    return base::Error{.code = base::ErrorCode::unavailable,
                       .message = iam.problem().empty()
                                      ? "no AWS credentials were found within " +
                                            std::to_string(kFirstPatience.count()) + " s"
                                      : iam.problem()};
  }
  return &iam;
}

MskIam& LocalIam::start(const aws::MskCluster& cluster) {
  const auto tried = std::make_shared<std::promise<void>>();
  auto observe = [this, tried, first = true](const auto& attempt, bool,
                                             std::chrono::seconds next) mutable {
    // The caller of tokens() gets the error of the first attempt.
    if (attempt || !first) report(attempt, next);
    if (std::exchange(first, false)) tried->set_value();
  };
  MskIam& iam = by_region_.try_emplace(cluster.region, cluster, std::move(observe)).first->second;
  tried->get_future().wait_for(kFirstPatience);
  return iam;
}

void LocalIam::report(const base::Result<aws::Credentials>& attempt,
                      std::chrono::seconds next) const {
  if (!attempt) {
    return say_(attempt.error().message + "; trying again in " + std::to_string(next.count()) +
                " s");
  }
  const std::string clock = aws::clock_sentence(attempt->clock_lag);
  if (!clock.empty()) {
    say_("Kafka refuses a token if the clocks differ by some minutes" + clock);
  }
}

}  // namespace penstock::apps
