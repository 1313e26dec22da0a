#include "apps/local/example_event.h"

#include "contract/examples/request_sample.h"

namespace penstock::apps {
namespace {

// A sample is made within a fraction of a second, or not at all.
constexpr uint64_t kStepsMax = 40'000'000;
// The user is shown it as an argument in single quotes.
constexpr size_t kBodyBytesMax = 300;

bool is_shown(const contract::RequestSample& sample) {
  for (const auto& [name, value] : sample.headers) {
    if (name != "Content-Type" || value != "application/json") return false;
  }
  const std::string body = sample.body.value_or("");
  return body.size() <= kBodyBytesMax && (body + sample.target).find('\'') == std::string::npos;
}

}  // namespace

std::optional<local::ExampleRequest> example_event(const contract::Contract& contract) {
  contract::SampleSource samples(contract::Direction::request, kStepsMax);
  for (const contract::Path& path : contract.paths()) {
    for (const contract::Operation& operation : path.operations) {
      if (!operation.event || !operation.not_served.empty()) continue;
      const auto sample = contract::request_sample(contract, operation, samples);
      if (!sample || sample->method == "GET" || !is_shown(*sample)) continue;
      return local::ExampleRequest{sample->method, sample->target, sample->body.value_or("")};
    }
  }
  return std::nullopt;
}

}  // namespace penstock::apps
