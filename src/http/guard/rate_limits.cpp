#include "http/guard/rate_limits.h"

#include <algorithm>

#include "base/number_text.h"

namespace penstock::http {
namespace {

using std::chrono::ceil;
using std::chrono::milliseconds;
using std::chrono::seconds;

// Returns the seconds within which the client should use what is left (section 4.1.2). They are
// those in which as much comes back, so that a client that spreads its requests over them keeps to
// the rate (section 8.5).
int64_t effective_window(const RateLimits::Counted& counted) {
  const auto& [limit, state] = counted;
  if (state.left == 0) return RateLimits::retry_after(counted).count();
  return std::max<int64_t>((state.left * limit->seconds + limit->requests - 1) / limit->requests,
                           1);
}

}  // namespace

RateLimits::RateLimits(const contract::Contract& contract) {
  std::vector<const contract::RateLimit*> all;
  for (const contract::Path& path : contract.paths()) {
    for (const contract::Operation& operation : path.operations) {
      if (operation.rate != nullptr) all.push_back(operation.rate);
    }
  }
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  for (const contract::RateLimit* limit : all) {
    const bool one_bucket = limit->by == contract::RateLimit::By::everyone;
    const rates::TokenBuckets::Rate rate{
        .tokens = limit->requests, .period = seconds(limit->seconds), .burst = limit->burst};
    limits_[limit].buckets = std::make_unique<rates::TokenBuckets>(
        rate, one_bucket ? 1 : std::max<size_t>(kKeysMax / all.size(), 1));
  }
}

RateLimits::Counted RateLimits::take(const contract::RateLimit& limit, std::string_view key,
                                     rates::TokenBuckets::Time now, std::string_view group) {
  Limit& counted = limits_.find(&limit)->second;
  const auto state = counted.buckets->take(key, now, group);
  if (!state.taken) ++counted.refused;
  return {.limit = &limit, .state = state};
}

seconds RateLimits::retry_after(const Counted& counted) {
  return std::max(ceil<seconds>(counted.state.until_next), seconds(1));
}

void RateLimits::add_headers(const Counted& counted, ResponseMessage& response) {
  if (counted.limit == nullptr) return;
  const contract::RateLimit& limit = *counted.limit;
  std::string& headers = response.headers;
  // The name needs no escapes.
  ((headers += "ratelimit-policy: \"") += limit.name) += "\";q=";
  base::append_number(headers, static_cast<uint64_t>(limit.requests));
  headers += ";w=";
  base::append_number(headers, static_cast<uint64_t>(limit.seconds));
  ((headers += "\r\nratelimit: \"") += limit.name) += "\";r=";
  base::append_number(headers, static_cast<uint64_t>(counted.state.left));
  headers += ";t=";
  base::append_number(headers, static_cast<uint64_t>(effective_window(counted)));
  headers += "\r\n";
}

std::vector<RateLimits::Statistics> RateLimits::statistics() const {
  std::vector<Statistics> all;
  for (const auto& [limit, counted] : limits_) {
    all.push_back(
        {.name = limit->name, .refused = counted.refused, .clients = counted.buckets->size()});
  }
  std::sort(all.begin(), all.end(),
            [](const auto& left, const auto& right) { return left.name < right.name; });
  return all;
}

}  // namespace penstock::http
