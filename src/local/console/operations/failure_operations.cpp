#include "local/console/operations/failure_operations.h"

#include <boost/json/array.hpp>
#include <chrono>
#include <memory>
#include <utility>

#include "base/printable_text.h"
#include "local/console/operations/blocking_calls.h"
#include "local/console/operations/error_answer.h"

namespace penstock::local {
namespace {

using http::Answer;
using http::Request;

constexpr std::chrono::seconds kFunctionPatience{30};

struct Shared {
  Shared(boost::asio::io_context& io, GivenUpBatches& kept, FindRedriveTarget find,
         std::stop_token stop)
      : batches(kept), target(std::move(find)), calls(io, std::move(stop), 1) {}

  GivenUpBatches& batches;
  const FindRedriveTarget target;
  BlockingCalls calls;
};
using SharedPointer = std::shared_ptr<Shared>;

boost::json::object to_json(const GivenUpBatch& batch) {
  return {{"id", batch.id},
          {"at_ms", batch.at_ms},
          {"mapping", batch.mapping},
          {"topic", batch.offsets.empty() ? "" : batch.offsets.begin()->first.topic},
          {"condition", batch.condition},
          {"reason", batch.reason},
          {"batch", batch.text},
          {"records", batch.records},
          {"attempts", batch.attempts},
          {"destination", batch.destination},
          {"redriven", batch.redriven}};
}

async::Awaitable<Answer> list_failures(SharedPointer shared) {
  boost::json::array failures;
  for (const auto& batch : shared->batches.list()) failures.push_back(to_json(*batch));
  co_return http::json(boost::json::object{{"failures", std::move(failures)}});
}

// Reads the batch, hands it over again, and notes what became of it. It blocks.
base::Result<RedriveOutcome> redrive(GivenUpBatches& batches, const std::string& id,
                                     const RedriveTarget& target, std::stop_token stop) {
  // It may have been redriven, or have gone, while this call has waited.
  const auto batch = batches.find(id);
  if (!batch) {
    return base::Error{.code = base::ErrorCode::not_found,
                       .message = "this batch is no longer kept"};
  }
  if (batch->redriven) {
    return base::Error{.code = base::ErrorCode::refused,
                       .message = "this batch has been redriven already"};
  }
  auto outcome = redrive_batch(*batch, target, kFunctionPatience, std::move(stop));
  if (!outcome) return outcome;
  if (outcome->done) batches.set_redriven(id);
  // What the function has handled must not be handed to it again.
  if (!outcome->left.empty()) batches.narrow(id, outcome->left);
  return outcome;
}

async::Awaitable<Answer> redrive_failure(SharedPointer shared, const Request& request) {
  const std::string id = request.path("id");
  const auto batch = shared->batches.find(id);
  if (!batch) {
    constexpr size_t kIdMax = 100;
    co_return refusal(404, "there is no batch '" + base::printable(id, kIdMax) +
                               "' among those that were given up since the start");
  }
  const auto target = shared->target(batch->mapping);
  if (!target) co_return error_answer(target.error());
  std::function<base::Result<RedriveOutcome>(std::stop_token)> work =
      [shared, id, target = *target](std::stop_token stop) {
        return redrive(shared->batches, id, target, std::move(stop));
      };
  const auto outcome = co_await shared->calls.run(std::move(work));
  if (!outcome) co_return error_answer(outcome.error());
  co_return http::json(boost::json::object{
      {"done", outcome->done}, {"records", outcome->records}, {"sentence", outcome->sentence}});
}

}  // namespace

ConsoleOperations failure_operations(boost::asio::io_context& io, GivenUpBatches& batches,
                                     FindRedriveTarget target, std::stop_token stop) {
  const auto shared = std::make_shared<Shared>(io, batches, std::move(target), std::move(stop));
  return {{"list_failures", [shared](const Request&) { return list_failures(shared); }},
          {"redrive_failure",
           [shared](const Request& request) { return redrive_failure(shared, request); }}};
}

}  // namespace penstock::local
