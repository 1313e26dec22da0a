// Compares how often clients may call an operation of two contracts, and what bounds its handler.
#include <string>

#include "contract/compare/contract_comparison.h"

namespace penstock::contract {
namespace {

using By = RateLimit::By;

// Returns whether each client that keeps within the one limit keeps within the other one, too. A
// limit for everyone together is also one for each of them. An address and a principal are not
// compared: one address may have many principals, and the other way round.
bool covers(const RateLimit* wide, const RateLimit* narrow) {
  if (wide == nullptr) return true;
  if (narrow == nullptr) return false;
  if (wide->by != narrow->by && narrow->by != By::everyone) return false;
  // The numbers are at most 1e9 and 2.7e6, so a product fits.
  return wide->requests * narrow->seconds >= narrow->requests * wide->seconds &&
         wide->burst >= narrow->burst;
}

}  // namespace

void ContractComparison::compare_rates(const Subject& subject, const Operation& before,
                                       const Operation& after) {
  using Effect = Change::Effect;
  const auto shown = [](const RateLimit* rate) {
    return rate == nullptr ? std::string("none") : rate->text();
  };
  const std::string sentence =
      "its x-penstock-rate was " + shown(before.rate) + ", and is " + shown(after.rate);
  if (!covers(after.rate, before.rate)) {
    add(Effect::may_break, "rate-narrowed", subject,
        sentence + "; a client that calls as often as before may get 429");
  } else if (!covers(before.rate, after.rate)) {
    add(Effect::does_not_break, "rate-widened", subject, sentence);
  }
}

// The contract does not say whether the operation's handler waits, so that these limits count.
void ContractComparison::compare_handlers(const Subject& subject, const Operation& before,
                                          const Operation& after) {
  using Effect = Change::Effect;
  const auto limits_of = [](const Operation& operation) {
    return operation.handler != nullptr ? *operation.handler : HandlerLimits{};
  };
  const auto shown = [](const HandlerLimits& limits) {
    return std::to_string(limits.in_flight) + " in flight and " +
           std::to_string(limits.deadline.count()) + " ms";
  };
  const HandlerLimits was = limits_of(before);
  const HandlerLimits is = limits_of(after);
  const std::string sentence = "its x-penstock-handler was " + shown(was) + ", and is " + shown(is);
  if (is.in_flight < was.in_flight || is.deadline < was.deadline) {
    add(Effect::may_break, "handler-narrowed", subject,
        sentence + "; a client that got an answer may get 503 or 504");
  } else if (is.in_flight > was.in_flight || is.deadline > was.deadline) {
    add(Effect::does_not_break, "handler-widened", subject, sentence);
  }
}

void ContractComparison::compare_idempotency(const Subject& subject, const Operation& before,
                                             const Operation& after) {
  using Effect = Change::Effect;
  const IdempotencyRule* const was = before.idempotency;
  const IdempotencyRule* const is = after.idempotency;
  if (is != nullptr && is->required && (was == nullptr || !was->required)) {
    add(Effect::breaks, "idempotency-key-required", subject,
        "a request must have an Idempotency-Key now");
  }
  if (was == nullptr) return;
  if (is == nullptr) {
    add(Effect::may_break, "idempotency-key-ignored", subject,
        "an Idempotency-Key is ignored now; a repetition is a new request");
  } else if (is->hours < was->hours) {
    add(Effect::may_break, "idempotency-shortened", subject,
        "answers were remembered for " + std::to_string(was->hours.count()) +
            " hours, and are for " + std::to_string(is->hours.count()));
  }
}

}  // namespace penstock::contract
