#pragma once

#include <boost/system/result.hpp>

#include "contract/openapi/contract.h"
#include "http/handler.h"
#include "http/server/message.h"

namespace penstock::http {

// Whether the connection writes the header, so that no handler can.
[[nodiscard]] bool is_own_header(std::string_view name);

// Adds the header lines that every answer of the operation has: `deprecation`, if it is deprecated.
void add_operation_headers(ResponseMessage& response, const contract::Operation& operation);

// Holds a handler's answer against the contract and writes it in a media type that the request's
// Accept takes. It returns the response, or everything in which the answer breaks the contract. The
// response may view texts of the operation's, but none of the answer's.
[[nodiscard]] boost::system::result<ResponseMessage, contract::Violations> write_answer(
    const contract::Operation& operation, const Answer& answer, const RequestMessage& request);

}  // namespace penstock::http
