#pragma once

#include <boost/json/object.hpp>

namespace penstock::contract {

class Contract;

// Describes the operations' events as an AsyncAPI 3.0.0 document: a channel for each topic, a
// message for each event type, an operation that sends for each operation with an `x-event`.
[[nodiscard]] boost::json::object asyncapi_of(const Contract& contract);

}  // namespace penstock::contract
