#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "contract/examples/body_sample.h"
#include "contract/openapi/contract.h"

namespace penstock::contract {

// A MockResponse is a response of the contract with a status and a body for it.
struct MockResponse {
  unsigned status = 200;
  const Response* response = nullptr;  // Null if the operation declares no responses at all.
  std::optional<BodySample> body = {};
};

// A Wish is what the client of a mock asks for.
struct Wish {
  unsigned status = 0;  // 0 if any will do.
  std::string_view example;
  std::string_view accept;  // The value of the Accept header.
};

// Returns the statuses with which the operation can be answered, the best one first: successes by
// their number, then 200 for a range of them, then other numbers and ranges, and last `default`. It
// is 204 for an operation without responses.
[[nodiscard]] std::vector<unsigned> statuses_of(const Operation& operation);

// Returns a response that the operation declares. It is the first one of statuses_of() for which a
// body can be made, or that with the status of the wish. Returns nothing if there is none.
[[nodiscard]] std::optional<MockResponse> mock_response(const Operation& operation,
                                                        const Wish& wish, SampleSource& samples);

// Returns whether a mock must leave this header out, because the server sends it itself, or because
// it would say something untrue of the body: of its coding, its length or its digest.
[[nodiscard]] bool is_left_out(std::string_view header);

}  // namespace penstock::contract
