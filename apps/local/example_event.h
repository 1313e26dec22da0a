#pragma once

#include <optional>

#include "contract/openapi/contract.h"
#include "local/system/local_system.h"

namespace penstock::apps {

// Returns a request with which a user can try how an event is published: of the first operation
// whose method is not GET, since EXAMPLES in service.env has only those that are. Returns nothing
// if no operation publishes, or if its request needs more than a small body in JSON.
[[nodiscard]] std::optional<local::ExampleRequest> example_event(
    const contract::Contract& contract);

}  // namespace penstock::apps
