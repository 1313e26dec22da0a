#pragma once

#include "contract/openapi/contract.h"
#include "http/handler.h"
#include "http/service.h"

namespace penstock::http {

// Whether the connection writes the header, so that no handler can.
[[nodiscard]] bool is_own_header(std::string_view name);

// Puts an answer into the exchange's response, in a media type that the client takes, after holding it
// against the contract. If there are violations the response is not to be sent.
void write_answer(Exchange& exchange, const contract::Operation& operation, const Answer& answer,
                  contract::Violations& violations);

}  // namespace penstock::http
