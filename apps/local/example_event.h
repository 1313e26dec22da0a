#pragma once

#include <optional>
#include <vector>

#include "apps/local/test_clients.h"
#include "contract/openapi/contract.h"
#include "local/system/local_system.h"

namespace penstock::apps {

// Returns requests that publish an event, one of each operation that does, as far as the contract
// allows some; of the first ones only, if there are many. They have the credentials of `clients`
// that they need.
[[nodiscard]] std::vector<local::ExampleRequest> publishing_requests(
    const contract::Contract& contract, const TestClients& clients);

// Returns one of these with which a user can try how an event is published: the first whose method
// is not GET, since EXAMPLES in service.env has only those that are. Returns nothing if there is
// none, or if all need more than a small body in JSON.
[[nodiscard]] std::optional<local::ExampleRequest> example_event(
    const std::vector<local::ExampleRequest>& publishing);

}  // namespace penstock::apps
