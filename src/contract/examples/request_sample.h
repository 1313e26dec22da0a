#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "contract/examples/body_sample.h"
#include "contract/openapi/contract.h"

namespace penstock::contract {

// A RequestSample is a valid request, ready to be sent.
struct RequestSample {
  std::string method;
  std::string target;  // The path with its base path, and the query, percent-encoded.
  std::vector<std::pair<std::string, std::string>> headers = {};
  std::optional<std::string> body = {};
};

// Makes a request for the operation of the contract. It has the required parameters, and a
// body if the operation declares one. Fails with `not_found` and a sentence if none was found that
// the contract allows. `samples` must be for requests.
[[nodiscard]] base::Result<RequestSample> request_sample(const Contract& contract,
                                                         const Operation& operation,
                                                         SampleSource& samples);

}  // namespace penstock::contract
