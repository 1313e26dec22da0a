#pragma once

#include <chrono>
#include <cstdint>

namespace penstock::contract {

// IdempotencyRule is the extension `x-penstock-idempotency` of the document, a path or an
// operation: a request may have an `Idempotency-Key`, and a repetition with the same key gets the
// first answer (docs/idempotency.md). The nearest one counts, as a whole. It is for POST, PUT,
// PATCH and DELETE.
struct IdempotencyRule {
  static constexpr int64_t kHoursMax = 8'760;

  bool required = false;         // A request without a key gets 400.
  std::chrono::hours hours{24};  // So long the answer is remembered. From 1 to kHoursMax.
};

}  // namespace penstock::contract
