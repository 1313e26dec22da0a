#pragma once

#include <string>
#include <string_view>

#include "aws/json/json_client.h"

// This file declares how errors of the JSON protocols are read (Smithy, "AWS JSON 1.0 protocol",
// "Operation error serialization") and what they mean for a client.
namespace penstock::aws {

// Makes an answer of a response. Of an error it reads the name, from the header x-amzn-errortype or
// the body, and the message. It cannot fail: of a body that is not JSON both are empty.
[[nodiscard]] JsonAnswer read_answer(unsigned status, std::string_view error_type,
                                     std::string_view body);

// Says what an error means for who has called.
enum class ErrorKind {
  answer,     // It answers the call: the caller knows what it means.
  throttled,  // The service did nothing, and may later.
  failed,     // The service has failed and may have acted: any status 5xx.
  expired,    // The credentials have expired.
  clock,      // The signature has a wrong time.
  refused,    // The credentials or their rights are wrong.
};
[[nodiscard]] ErrorKind kind_of(const JsonAnswer& answer);

}  // namespace penstock::aws
