#include "local/function/undone_records.h"

#include <utility>

#include "local/function/batch_response.h"

namespace penstock::local {

UndoneRecords undone_records(const InvocationOutcome& outcome, const EventBatch& batch,
                             bool report_batch_item_failures) {
  if (!outcome.succeeded()) return {.reason = outcome.error_text()};
  auto response = read_batch_response(outcome.response, batch);
  if (response && !response->failures.empty()) {
    return {.reason = "the function reports failures: " + outcome.response,
            .named = std::move(response->failures)};
  }
  const bool matters =
      report_batch_item_failures || outcome.response.find("batchItemFailures") != std::string::npos;
  if (!response && matters) return {.reason = response.error().message};
  return {};
}

}  // namespace penstock::local
