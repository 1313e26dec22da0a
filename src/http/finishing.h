#pragma once

#include <cstdint>

#include "contract/openapi/contract.h"
#include "http/cors/cors.h"
#include "http/guard/guard.h"
#include "http/representation/compression.h"

namespace penstock::http {

// Completes the responses of a service that serves a contract (Service::finish()): the headers for
// pages of other origins and of the guard, and the content coding. A contract without `x-cors`,
// `security` and `x-penstock-rate` pays for none of them with a response that is too small to be
// compressed.
class Finishing {
 public:
  // `contract` must outlive this object. Bodies from `gzip_bytes_min` bytes on are compressed; with
  // 0 none is.
  Finishing(const contract::Contract& contract, int64_t gzip_bytes_min)
      : cors_(contract),
        gzip_from_(gzip_bytes_min > 0 ? static_cast<size_t>(gzip_bytes_min) : SIZE_MAX),
        compression_(gzip_from_) {}

  // Adds the headers of `guard`, unless it is null. It must outlive this object.
  void guard_by(const Guard* guard) { guard_ = guard; }

  // Returns from which size of their bodies on responses are for finish().
  [[nodiscard]] size_t from() const { return cors_.used() || guard_ != nullptr ? 0 : gzip_from_; }
  void finish(const RequestMessage& request, ResponseMessage& response);

  // Is null if the contract has no `x-cors`.
  [[nodiscard]] const Cors* cors() const { return cors_.used() ? &cors_ : nullptr; }

 private:
  const Cors cors_;
  const size_t gzip_from_;
  Compression compression_;
  const Guard* guard_ = nullptr;
};

}  // namespace penstock::http
