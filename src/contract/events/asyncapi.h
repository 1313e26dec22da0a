#pragma once

#include <boost/json/object.hpp>

namespace penstock::contract {

class Contract;

// Returns an AsyncAPI 3.0.0 document that describes the events of the contract's operations. It has
// a channel for each topic, a message for each event type, and an operation that sends for each
// operation with an `x-event`. The schemas are copied into it, so it does not refer to other files.
[[nodiscard]] boost::json::object asyncapi_of(const Contract& contract);

}  // namespace penstock::contract
