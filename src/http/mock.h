#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <string_view>

#include "base/result.h"
#include "http/handler.h"
#include "http/request_validator.h"
#include "log/log.h"

namespace penstock::http {

// Serves a contract before it has a handler: requests are validated in full, answers are the
// document's examples, or values made from its schemas. `Prefer: code=404` and `Prefer:
// example=name` choose (RFC 7240).
class Mock final : public Service {
 public:
  Mock(contract::Contract contract, log::Log& log) : contract_(std::move(contract)), log_(log) {}

  [[nodiscard]] async::Awaitable<Reply> handle(const RequestMessage& request) override;
  void completed(const RequestMessage& request, const Reply& reply,
                 std::chrono::steady_clock::duration duration, size_t bytes_sent) override;

 private:
  [[nodiscard]] Reply answer(const RequestMessage& request, const ValidRequest& valid);
  // Makes the answer that the document has for `status`; the error has ErrorCode::invalid if the
  // client asked for what is not there, and else says what the document lacks.
  [[nodiscard]] base::Result<Answer> answer_of(const RequestMessage& request,
                                               const contract::Operation& operation);
  // The example of that name, or the first, or a value made of the schema. The error says why there
  // is none.
  [[nodiscard]] base::Result<value> value_of(const contract::Examples& examples,
                                             const contract::Schema* schema,
                                             std::string_view wanted);

  contract::Contract contract_;
  RequestValidator validator_{contract_};
  log::Log& log_;
  // Made once each.
  boost::unordered_flat_map<const contract::Schema*, std::optional<value>> samples_;
};

}  // namespace penstock::http
