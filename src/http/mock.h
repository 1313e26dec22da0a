#pragma once

#include <memory>
#include <utility>

#include "base/result.h"
#include "contract/examples/body_sample.h"
#include "contract/examples/mock_response.h"
#include "http/finishing.h"
#include "http/guard/guard.h"
#include "http/handler.h"
#include "http/request_validator.h"
#include "log/log.h"

namespace penstock::http {

// Serves a contract that has no handlers yet. It validates requests as the real service does, and
// answers with the document's examples or, without a valid example, with values made from its
// schemas. A client chooses a status or an example by `Prefer: code=404` or `Prefer: example=name`
// (RFC 7240). Where no value can be made it answers with another response that is declared, and
// with 501 if there is none. Headers that the server sends itself, or that would say something
// untrue of the body, are left out.
class Mock final : public Service {
 public:
  // Makes a mock that admits clients as the real service does. Fails with the error of
  // `make_guard`. The rest is as for the constructor.
  [[nodiscard]] static base::Result<std::unique_ptr<Mock>> make(
      contract::Contract contract, const MakeGuard& make_guard, log::Log& log,
      uint64_t steps_max = contract::Steps::kMax);
  // Makes a mock that admits everybody. `log` must outlive the mock. A request may take `steps_max`
  // steps (contract/schema/steps.h).
  Mock(contract::Contract contract, log::Log& log, uint64_t steps_max = contract::Steps::kMax)
      : contract_(std::move(contract)), validator_(contract_, steps_max), log_(log) {
    validator_.serve(finishing_.cors(), nullptr);
    finish_from(finishing_.from());
  }

  [[nodiscard]] Admission admit(const RequestMessage& request) override {
    return validator_.admit(request);
  }
  [[nodiscard]] async::Awaitable<Admission> decide(const RequestMessage& request) override;
  [[nodiscard]] Reply too_large(const RequestMessage& request) override {
    return validator_.too_large(request);
  }
  [[nodiscard]] async::Awaitable<Reply> handle(const RequestMessage& request) override;
  void finish(const RequestMessage& request, ResponseMessage& response) override {
    finishing_.finish(request, response);
  }
  void completed(const RequestMessage& request, const Reply& reply,
                 std::chrono::steady_clock::duration duration, size_t bytes_sent) override;

  // Is null if nothing is guarded.
  [[nodiscard]] const Guard* guard() const { return guard_.get(); }

 private:
  [[nodiscard]] Reply answer(const RequestMessage& request, const ValidRequest& valid);
  [[nodiscard]] Answer answer_of(const contract::MockResponse& made, unsigned variant);

  // Says whether a query may have a key, which the log must not have, in whatever form it comes.
  [[nodiscard]] static bool has_query_key(const contract::Contract& contract);

  contract::Contract contract_;
  bool has_query_key_ = has_query_key(contract_);
  std::unique_ptr<Guard> guard_;  // Null if nothing is guarded.
  Finishing finishing_{contract_, 0};
  RequestValidator validator_;
  log::Log& log_;
  // Each sample has a bound of its own, and there are only so many schemas.
  contract::SampleSource samples_{contract::Direction::response, UINT64_MAX};
};

}  // namespace penstock::http
