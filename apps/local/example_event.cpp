#include "apps/local/example_event.h"

#include <algorithm>
#include <utility>

#include "contract/examples/request_sample.h"

namespace penstock::apps {
namespace {

// A sample is made within a fraction of a second, or not at all.
constexpr uint64_t kStepsMax = 40'000'000;
// The user is shown it as an argument in single quotes.
constexpr size_t kBodyBytesMax = 300;

// So many operations are enough for what the requests are for.
constexpr size_t kRequestsMax = 20;

bool is_shown(const local::ExampleRequest& request) {
  for (const auto& [name, value] : request.headers) {
    if (name == "Content-Type" && value != "application/json") return false;
    if (value.find('\'') != std::string::npos) return false;
  }
  return request.method != "GET" && request.body.size() <= kBodyBytesMax &&
         (request.body + request.target).find('\'') == std::string::npos;
}

}  // namespace

std::vector<local::ExampleRequest> publishing_requests(const contract::Contract& contract,
                                                       const TestClients& clients) {
  contract::SampleSource samples(contract::Direction::request, kStepsMax);
  std::vector<local::ExampleRequest> requests;
  for (const contract::Path& path : contract.paths()) {
    for (const contract::Operation& operation : path.operations) {
      if (operation.events.empty() || !operation.not_served.empty()) continue;
      if (requests.size() == kRequestsMax) return requests;
      auto sample = contract::request_sample(contract, operation, samples);
      if (!sample) continue;
      clients.prove(*sample, operation);
      requests.push_back(example_of(std::move(*sample)));
    }
  }
  return requests;
}

std::optional<local::ExampleRequest> example_event(
    const std::vector<local::ExampleRequest>& publishing) {
  const auto found = std::find_if(publishing.begin(), publishing.end(), is_shown);
  if (found == publishing.end()) return std::nullopt;
  return *found;
}

}  // namespace penstock::apps
