#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <string_view>

#include "base/result.h"
#include "http/handler.h"
#include "http/request_validator.h"
#include "log/log.h"

namespace penstock::http {

// Serves a contract that has no handlers yet. It validates requests as the real service does, and
// answers with the document's examples or, without an example, with values made from its schemas. A
// client chooses a status or an example by `Prefer: code=404` or `Prefer: example=name` (RFC 7240).
class Mock final : public Service {
 public:
  // `log` must outlive the mock. A request may take `steps_max` steps (contract/schema/steps.h).
  Mock(contract::Contract contract, log::Log& log, uint64_t steps_max = contract::Steps::kMax)
      : contract_(std::move(contract)), validator_(contract_, steps_max), log_(log) {}

  [[nodiscard]] Admission admit(const RequestMessage& request) override {
    return validator_.admit(request);
  }
  [[nodiscard]] Reply too_large(const RequestMessage& request) override {
    return validator_.too_large(request);
  }
  [[nodiscard]] async::Awaitable<Reply> handle(const RequestMessage& request) override;
  void completed(const RequestMessage& request, const Reply& reply,
                 std::chrono::steady_clock::duration duration, size_t bytes_sent) override;

 private:
  [[nodiscard]] Reply answer(const RequestMessage& request, const ValidRequest& valid);
  // Makes an answer from the document. The error is `invalid` if the client asked for a status or
  // an example that the document does not have, and `unavailable` if the response is of a type that
  // is not served yet; otherwise it says what the document lacks.
  [[nodiscard]] base::Result<Answer> answer_of(const RequestMessage& request,
                                               const contract::Operation& operation);
  // Returns the example called `wanted`, or the first one if that is empty, or a value made from
  // the schema if there are no examples. The errors are those of answer_of().
  [[nodiscard]] base::Result<value> value_of(const contract::Examples& examples,
                                             const contract::Schema* schema,
                                             std::string_view wanted);

  contract::Contract contract_;
  RequestValidator validator_;
  log::Log& log_;
  // Keeps the value of each schema; nothing if none could be made.
  boost::unordered_flat_map<const contract::Schema*, std::optional<value>> samples_;
};

}  // namespace penstock::http
