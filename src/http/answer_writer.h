#pragma once

#include <boost/system/result.hpp>

#include "contract/openapi/contract.h"
#include "http/handler.h"
#include "http/server/message.h"

namespace penstock::http {

// Says whether the connection itself writes this header, in any case of letters. A handler cannot
// set it.
[[nodiscard]] bool is_own_header(std::string_view name);

// Adds the header lines that every answer of the operation has: `deprecation`, if it is deprecated.
void add_operation_headers(ResponseMessage& response, const contract::Operation& operation);

// Checks a handler's answer against the contract and writes it in the declared media type that the
// request's Accept header prefers. Returns the response, or all violations of the contract. The
// response may view texts of the operation, which must outlive it, but none of the answer. Declared
// headers for which `is_left_out` is true need not be there.
[[nodiscard]] boost::system::result<ResponseMessage, contract::Violations> write_answer(
    const contract::Operation& operation, const Answer& answer, const RequestMessage& request,
    bool (*is_left_out)(std::string_view name) = is_own_header);

}  // namespace penstock::http
