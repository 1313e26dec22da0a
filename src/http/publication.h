#pragma once

#include <string_view>

#include "contract/schema/violation.h"
#include "events/delivery_report.h"
#include "http/request_validator.h"
#include "http/server/service.h"

namespace penstock::http {

// Makes the reply for an answer or an event that breaks the contract. It is not retryable, because
// the bug is in the handler or in the contract.
[[nodiscard]] Reply broken_contract(const ValidRequest& valid, std::string_view what,
                                    const contract::Violations& violations);

// Makes the response that is sent instead of the handler's answer when not all events of the
// request were stored, or may not have been. `reply` has its event, or its several events.
[[nodiscard]] ResponseMessage not_stored_response(events::DeliveryOutcome outcome,
                                                  const Reply& reply);

// Says of several events together what one status can say of them: `stored` if all are that the
// reply waits for, `not_stored` if surely none is, `refused` if surely none is and one would be
// refused again, and `unknown` for anything between. Its reason names each kind of failure once.
[[nodiscard]] events::DeliveryReport summary_of(const PublishedEvents& events);

}  // namespace penstock::http
