#include "http/publication.h"

#include <algorithm>
#include <string>
#include <vector>

#include "http/server/problem.h"

namespace penstock::http {

using events::DeliveryOutcome;
using events::DeliveryReport;

namespace {

// So many bytes of the reasons are in the log.
constexpr size_t kReasonBytesMax = 1'000;

// Says what is certain, and what a client can do about the rest.
ResponseMessage between_response(const PublishedEvents& several) {
  std::vector<ProblemEvent> all;
  for (const PublishedEvent& one : several.all) {
    all.push_back({one.event.id, one.event.type, events::name(one.report.outcome)});
  }
  return problem_response(
      {.status = 504,
       .detail = several.atomic
                     ? "The events may or may not have been stored, all of them or none. A retry "
                       "may store them twice; events has the ids of the first attempt."
                     : "Not all events are known to be stored. A retry may store some of them "
                       "twice; events says for each id of the first attempt what is known.",
       .retryable = true,
       .events = all});
}

}  // namespace

Reply broken_contract(const ValidRequest& valid, std::string_view what,
                      const contract::Violations& violations) {
  return {.response = problem_response({.status = 500, .retryable = false}),
          .route = valid.route,
          .problem = sentence_of(what, violations)};
}

ResponseMessage not_stored_response(DeliveryOutcome outcome, const Reply& reply) {
  const bool is_one = !reply.several || reply.several->all.size() == 1;
  if (outcome == DeliveryOutcome::not_stored) {
    ResponseMessage response =
        problem_response({.status = 503,
                          .detail = is_one ? "The event was not stored. Try again."
                                           : "None of the events was stored. Try again.",
                          .retryable = true});
    response.add_header("retry-after", "1");
    return response;
  }
  if (outcome == DeliveryOutcome::refused) {
    return problem_response(
        {.status = 500,
         .detail = is_one ? "The event was not stored, and trying again will not help."
                          : "None of the events was stored, and trying again will not help.",
         .retryable = false});
  }
  if (reply.several) return between_response(*reply.several);
  return problem_response(
      {.status = 504,
       .detail =
           "The event may or may not have been stored. A retry may store it twice; event_id is "
           "the id of the first attempt.",
       .retryable = true,
       .event_id = reply.event_id});
}

DeliveryReport summary_of(const PublishedEvents& events) {
  size_t stored = 0;
  size_t awaited = 0;
  DeliveryReport summary{.outcome = DeliveryOutcome::not_stored};
  for (const PublishedEvent& one : events.all) {
    if (!one.acknowledged) continue;
    ++awaited;
    const DeliveryReport& report = one.report;
    if (report.outcome == DeliveryOutcome::stored) {
      ++stored;
      continue;
    }
    if (report.outcome == DeliveryOutcome::unknown ||
        summary.outcome == DeliveryOutcome::not_stored) {
      summary.outcome = report.outcome;
    }
    if (summary.reason.find(report.reason) == std::string::npos &&
        summary.reason.size() + report.reason.size() < kReasonBytesMax) {
      summary.reason += (summary.reason.empty() ? "" : "; ") + report.reason;
    }
  }
  if (stored == awaited) {
    return {.outcome = DeliveryOutcome::stored, .stored_at = events.all.front().report.stored_at};
  }
  if (stored > 0) summary.outcome = DeliveryOutcome::unknown;
  return summary;
}

}  // namespace penstock::http
